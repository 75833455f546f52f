"""Which fit became a run's model, and why, as `training.json` and the pages tell it."""

from training.alternatives import Alternatives
from training.alternatives_methods import METHODS, UNCONSTRAINED
from validation.outcome import Text


def fit_record(name: str, found: Alternatives | None) -> dict[str, object]:
    """Which fit is the run's model, and why, for `training.json`; `found` is None where no alternatives were tried."""
    method = METHODS[name]
    said = _stands(name, found)
    return {
        "name": name,
        "words": {"en": method.words.en, "zh": method.words.zh},
        "chosen": None if found is None else found.chosen,
        "why": {"en": said.en, "zh": said.zh},
    }


def _stands(name: str, found: Alternatives | None) -> Text:
    """One of four: nothing tried, the chosen fit used, the configured one chosen, or used although another was."""
    if found is None:
        return Text(en="Fitted as configured; no alternatives were tried.", zh="按配置训练；未尝试替代方案。")
    words, why = METHODS[found.chosen].words, found.why
    if name == found.chosen and name != UNCONSTRAINED:
        return Text(
            en=f"The model is the alternative “{words.en}”. {why.en} Groups were used while it learned; scoring needs"
            " none, and everybody meets the same cut score.",
            zh=f"模型采用替代方案“{words.zh}”。{why.zh}群体信息只在训练时使用，评分时不需要；所有人使用同一分数线。",
        )
    if name == found.chosen:
        return why
    return Text(
        en=f"Fitted as configured, although “{words.en}” was chosen among the alternatives. {why.en} Set"
        " alternatives.use to chosen to train with it.",
        zh=f"按配置训练，尽管替代方案中选定了“{words.zh}”。{why.zh}将 alternatives.use 设为 chosen 即可采用。",
    )
