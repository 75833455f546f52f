"""The gate's check that people wrote what the policy asks for: purpose, limits, oversight and what laws name.

A machine can print a document about anything; what only a person can say is either written or it is not. A missing part
asks for a signature, never blocks by itself: somebody may have a reason to go on without it.
"""

from collections.abc import Iterator, Sequence

from validation import human_parts
from validation.decision_rule import State
from validation.gate_evidence import Evidence
from validation.gate_judgement import Judgement, lacking
from validation.human_part import HumanPart
from validation.outcome import Figure, Text
from validation.policy import Policy

CHECK = "documents"
_NAMED = 4

_UNREAD = Text(en="Nobody looked which documents are there.", zh="未读取已有文件。")
_AGAIN = Text(en="Evaluate the gate again.", zh="请重新评估门禁。")
_WRITE = Text(
    en="Write them with `hiregate document write` or on the page of documents, then evaluate the gate again; or have a"
    " checker sign a waiver with the reason.",
    zh="用 `hiregate document write` 或在文件页面撰写后重新评估门禁；或由复核人说明理由签署豁免。",
)


def documents(evidence: Evidence, policy: Policy) -> Judgement | None:
    """Which demanded parts stand written in any language; None where the policy demands none."""
    if not policy.documents:
        return None
    if evidence.documents is None:
        return lacking(CHECK, _UNREAD, _AGAIN)
    demanded = tuple(demanded_parts(policy.documents))
    missing = [part for part in demanded if part.name not in evidence.documents]
    return Judgement(
        check=CHECK,
        state=State.REVIEW if missing else State.PASS,
        reason=_reason(missing, len(demanded)),
        figures=(_figure(evidence, len(demanded) - len(missing), len(demanded)),),
        next_step=_WRITE if missing else None,
        detail={
            "demanded": [part.name for part in demanded],
            "missing": [_plain(part) for part in missing],
        },
    )


def demanded_parts(names: Sequence[str]) -> Iterator[HumanPart]:
    """The parts meant, each once; a bare document kind means all of its required parts. Raises UnknownPart."""
    seen: set[str] = set()
    for name in names:
        kind, _, key = name.partition(".")
        meant = [human_parts.part(kind, key)] if key else [one for one in human_parts.of_kind(kind) if one.is_required]
        if not meant:
            human_parts.part(kind, key)
        for one in meant:
            if one.name not in seen:
                seen.add(one.name)
                yield one


def _reason(missing: Sequence[HumanPart], demanded: int) -> Text:
    if not missing:
        return Text(
            en=f"All {demanded} parts that people must write are there.", zh=f"须撰写的 {demanded} 个部分均已具备。"
        )
    more = len(missing) - _NAMED
    return Text(
        en=f"{len(missing)} of {demanded} parts that people must write are missing: "
        + ", ".join(f"{part.title.en} ({part.name})" for part in missing[:_NAMED])
        + (f" and {more} more." if more > 0 else "."),
        zh=f"须撰写的 {demanded} 个部分中缺少 {len(missing)} 个："
        + "、".join(f"{part.title.zh}（{part.name}）" for part in missing[:_NAMED])
        + (f" 等另外 {more} 个。" if more > 0 else "。"),
    )


def _figure(evidence: Evidence, written: int, demanded: int) -> Figure:
    return Figure(
        name="parts_written",
        value=float(written),
        n=demanded,
        definition="Parts that the policy demands and that stand written in at least one language.",
        comparator=f"{demanded} demanded",
        snapshot=evidence.snapshot,
    )


def _plain(part: HumanPart) -> dict[str, object]:
    texts = {"title": part.title, "asks": part.asks, "supplier": part.supplier}
    return {"part": part.name, **{name: {"en": text.en, "zh": text.zh} for name, text in texts.items()}}
