"""Groups in the reader's words: what the evidence calls `F` or `Asian, F`, and a proxy's finding in a sentence."""

from dashboards.wording.words import NOTHING, Words
from training.proxies import strength


def group(say: Words, label: str) -> str:
    """The values of a group's label, each by its name; a value without a name stands for itself."""
    return say("app.comma").join(say.of("value", value) for value in label.split(", "))


def of_attribute(say: Words, attribute: str, label: str) -> str:
    """The group with its attribute, such as "sex: female"."""
    return say("app.filter", name=say.of("attribute", attribute), values=group(say, label))


def with_n(say: Words, attribute: str, label: str, n: int) -> str:
    """The group with its attribute and number of people."""
    return say("app.with_n", name=of_attribute(say, attribute, label), n=f"{n:,}")


def finding(say: Words, one: dict[str, object]) -> str:
    """How well all features together tell this group of `proxies.json` apart, and which one does best alone."""
    together, alone, strongest = one["together"], one["alone"], str(one["strongest"])
    if not isinstance(together, dict) or not isinstance(alone, dict):
        raise TypeError("a proxy study without figures")
    told = strength(together["auc"])
    return say(
        "alternatives.finding",
        group=say("app.named_of", name=group(say, str(one["group"])), of=say.of("attribute", str(one["attribute"]))),
        strength=told.zh if say.language == "zh" else told.en,
        together=_figure(say, together),
        feature=say.of("skill", strongest),
        alone=_figure(say, alone[strongest]),
    )


def _figure(say: Words, found: dict[str, object]) -> str:
    value, ends = found["auc"], found["auc_ci"]
    if not isinstance(value, float):
        return NOTHING
    low, high = ends if isinstance(ends, list) else (None, None)
    within = "" if low is None or high is None else f" [{low:.3f}, {high:.3f}]"
    comma = "，" if say.language == "zh" else ", "
    return f"AUC {value:.3f}{within}{comma}n = {found['n']:,}"
