"""Whom the rate of a stage does not count: people who are still there, and people who went away by themselves.

Neither is a failure (they stand in no rate), but a rate says less the more of them there are, and a group that
withdraws more often than others is worth a look. So each stage says how many, by group in the detail.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from validation.gate_evidence import Evidence, Outside
from validation.group_count import Group, GroupCount
from validation.outcome import Figure, Text
from warehouse.queries.gate import NOT_ASKED

_IN_PROCESS = "People who came to this stage and whose consideration there is not finished; they stand in no rate."
_WITHDRAWN = "People who came to this stage and withdrew there; they stand in no rate."


def narrowed(outside: Iterable[Outside], keep: Sequence[str]) -> tuple[Outside, ...]:
    """By the attributes in `keep`, the others summed over; who was not asked for one of them is left out."""
    sums: dict[Group, list[int]] = {}
    for one in outside:
        values = dict(one.group)
        group = tuple((name, values.get(name)) for name in keep)
        if all(value != NOT_ASKED for _, value in group):
            entry = sums.setdefault(group, [0, 0])
            entry[0] += one.in_process
            entry[1] += one.withdrawn
    ordered = sorted(sums.items(), key=lambda item: [(value is None, value or "") for _, value in item[0]])
    return tuple(Outside(group=group, in_process=left, withdrawn=gone) for group, (left, gone) in ordered)


def as_json(outside: Sequence[Outside], words: Text) -> dict[str, object]:
    """The stage's people in no rate: together, by group, and as a sentence in both languages."""
    said = sentence({"": outside}, {"": words})
    return {
        "in_process": sum(one.in_process for one in outside),
        "withdrawn": sum(one.withdrawn for one in outside),
        "groups": [
            {"group": dict(one.group), "in_process": one.in_process, "withdrawn": one.withdrawn} for one in outside
        ],
        "says": {"en": said.en, "zh": said.zh},
    }


def sentence(by_stage: Mapping[str, Sequence[Outside]], words: Mapping[str, Text]) -> Text:
    """How many are in no rate, stage by stage."""
    told = []
    for stage, outside in by_stage.items():
        left, gone = sum(one.in_process for one in outside), sum(one.withdrawn for one in outside)
        if left or gone:
            told.append((f"{words[stage].en} {left:,} in process, {gone:,} withdrew", words[stage].zh, left, gone))
    if not told:
        return Text(en="Everybody who came is in a rate.", zh="到达者均已计入比率。")
    return Text(
        en=f"In no rate: {'; '.join(en for en, *_ in told)}.",
        zh="未计入比率：" + "；".join(f"{zh}处理中 {left:,} 人、撤回 {gone:,} 人" for _, zh, left, gone in told) + "。",
    )


def figures(
    evidence: Evidence, by_stage: Mapping[str, Sequence[Outside]], finished: Mapping[str, Sequence[GroupCount]]
) -> Iterator[Figure]:
    """A stage's people in process and withdrawn, of all who came to it: those and the `finished`."""
    for stage, outside in by_stage.items():
        left, gone = sum(one.in_process for one in outside), sum(one.withdrawn for one in outside)
        came = left + gone + sum(one.n for one in finished.get(stage, ()))
        for name, value, definition in (("in_process", left, _IN_PROCESS), ("withdrawn", gone, _WITHDRAWN)):
            yield Figure(
                name=name,
                value=float(value),
                n=came,
                definition=definition,
                period=evidence.period,
                comparator="all who came to the stage",
                stratum=stage,
                snapshot=evidence.snapshot,
            )
