"""What a reader must know of labels: for whom they exist at all, and where a target could not be cut as asked."""

from collections.abc import Mapping

from validation.outcome import Text

SHIFTED = 0.05
"""How far the share of good rows may lie from the configured one before it is said."""


def selective_labels(total: int, excluded: Mapping[str, int], who: Text) -> Text:
    """For whom labels exist among `total` interviewed applications, and how many were never labelled.

    It stands in every run: where all rows have a label, the rows themselves are those who got that far.
    """
    never = excluded["no_label"]
    early, odd = excluded["label_not_matured"], excluded["label_before_interview"]
    labelled = total - never - early - odd
    if labelled == total:
        return Text(
            en=f"All {total:,} interviewed applications have a label, and labels exist only for {who.en}. "
            "0 of these rows were never labelled; of applicants who are not among them "
            "the model says nothing certain.",
            zh=f"全部 {total:,} 份面试申请均有标签，而只有{who.zh}才有标签。"
            "其中从未获得标签的为 0 份；对于不在这些数据中的候选人，本模型不能给出任何确定的结论。",
        )
    return Text(
        en=f"Labels exist only for {who.en}: {labelled:,} of {total:,} interviewed applications. "
        f"{never:,} were never labelled{_left_out_en(early, odd)}. "
        "Figures on labelled rows do not speak for those who never got that far: "
        "of people like them the model says nothing certain.",
        zh=f"只有{who.zh}才有标签：{total:,} 份面试申请中的 {labelled:,} 份。"
        f"{never:,} 份从未获得标签{_left_out_zh(early, odd)}。"
        "基于有标签数据的统计不能代表未走到该阶段的人：对于与他们相似的人，本模型不能给出任何确定的结论。",
    )


def shifted_share(wanted: float, reached: float) -> tuple[Text, ...]:
    """That ties moved the share of good rows of the fit period; nothing where it was reached."""
    if abs(wanted - reached) <= SHIFTED:
        return ()
    return (
        Text(
            en=f"Of the fit period {reached:.1%} count as good, not the configured {wanted:.1%}: "
            "many have the same composite, and ties are never torn apart.",
            zh=f"拟合期内被视为优秀的占 {reached:.1%}，而非配置的 {wanted:.1%}：许多人的综合值相同，并列者不会被拆分。",
        ),
    )


def _left_out_en(early: int, odd: int) -> str:
    said = f", {early:,} have an outcome that is too recent or has no date" if early else ""
    return said + (f", {odd:,} have an outcome dated before the interview" if odd else "")


def _left_out_zh(early: int, odd: int) -> str:
    said = f"，{early:,} 份的结果尚未成熟或没有日期" if early else ""
    return said + (f"，{odd:,} 份的结果日期早于面试" if odd else "")
