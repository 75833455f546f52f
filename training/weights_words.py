"""The weights in words: a sentence a skill, one over all, and the chain from the AI score to the new weights.

Only a difference whose interval leaves out zero is spoken of; of the others it is said that none can be told.
"""

from collections.abc import Sequence
from dataclasses import replace

from training.weights_chain import Links, Loop
from training.weights_values import POORLY, SkillWeight, Vendor, Weights
from validation.correlation import Correlation
from validation.outcome import Interval, Text

SKILLS = {
    "communication": Text(en="communication", zh="沟通表达"),
    "content_logic": Text(en="content and logic", zh="内容与逻辑"),
    "job_knowledge": Text(en="job knowledge", zh="岗位知识"),
    "panel_alignment": Text(en="panel alignment", zh="面试组一致性"),
    "problem_solving": Text(en="problem solving", zh="问题解决"),
    "speech_fluency": Text(en="speech fluency", zh="语言流畅度"),
    "stress_handling": Text(en="stress handling", zh="压力应对"),
}
"""The names of the product's own skills, as the pages write them; another skill stands for itself."""

TARGETS = {
    "re_interview_pass": Text(en="who passes the re-interview", zh="复面通过"),
    "performance_6m": Text(en="performance after 6 months", zh="6 个月绩效"),
    "performance_12m": Text(en="performance after 12 months", zh="12 个月绩效"),
    "retention_12m": Text(en="who stays for 12 months", zh="12 个月留任"),
    "high_performer": Text(en="who becomes a high performer", zh="高绩效"),
}

CAVEAT = Text(
    en="Only those who advanced were re-interviewed, and only those hired have a performance review: these correlations"
    " are usually lower than among all applicants. A weight says what the outcome went with, not what caused it.",
    zh="只有晋级者参加复面，只有入职者才有绩效评估：这些相关系数通常低于全体候选人中的数值（全距限制）。"
    "权重只说明结果与什么相伴，并不说明因果。",
)


def worded(found: Weights) -> Weights:
    """The same weights with their sentences."""
    skills = tuple(replace(one, sentence=skill_sentence(one, found.vendor)) for one in found.skills)
    complete = replace(found, skills=skills)
    return replace(complete, overall=overall(complete), chain=chain(found.links, found.loop), caveat=CAVEAT)


def skill_name(skill: str) -> Text:
    """The skill's name in both languages."""
    plain = skill.replace("_", " ")
    return SKILLS.get(skill, Text(en=plain, zh=plain))


def skill_sentence(one: SkillWeight, vendor: Vendor | None) -> Text:
    """What one skill counts, and whether that differs from what the vendor gives it."""
    name, learned = skill_name(one.skill), _share(one.learned)
    if one.vendor is None or vendor is None or not vendor.is_explained:
        return Text(
            en=f"{name.en}: {learned} of the learned weights; the vendor's own weight is not known.",
            zh=f"{name.zh}：占学得权重的 {learned}；供应商自身的权重未知。",
        )
    own, points = _share(one.vendor), _points(one)
    if not one.direction:
        return Text(
            en=f"{name.en}: {learned} of the learned weights, {own} of the vendor's; no difference can be"
            f" told{points.en}.",
            zh=f"{name.zh}：占学得权重的 {learned}、供应商权重的 {own}；不能断定有差异{points.zh}。",
        )
    is_more = one.direction > 0
    return Text(
        en=f"{name.en} counts {'more' if is_more else 'less'} than the vendor gives it: {learned} of the learned"
        f" weights, {own} of the vendor's{points.en}.",
        zh=f"{name.zh}的作用{'高于' if is_more else '低于'}供应商给予的权重："
        f"占学得权重的 {learned}、供应商权重的 {own}{points.zh}。",
    )


def overall(found: Weights) -> Text:
    """What counts more and what less than the vendor gives it, with n and period."""
    about = TARGETS.get(found.target, Text(en=found.target, zh=found.target))
    people = Text(
        en=f"n = {found.n:,} with a label{_period(found.period, 'en')}",
        zh=f"有标签者 n = {found.n:,}{_period(found.period, 'zh')}",
    )
    vendor = found.vendor
    if vendor is None or not vendor.is_explained:
        why = _unknown(vendor)
        strongest = skill_name(max(found.skills, key=lambda one: abs(one.learned)).skill)
        return Text(
            en=f"To predict {about.en}, {strongest.en} counts most; {why.en} {people.en}.",
            zh=f"预测{about.zh}时，{strongest.zh}的作用最大；{why.zh}{people.zh}。",
        )
    said = _differences(found.skills)
    basis = _basis(vendor)
    return Text(
        en=f"To predict {about.en}, {said.en}; {people.en}. {basis.en}",
        zh=f"预测{about.zh}时，{said.zh}；{people.zh}。{basis.zh}",
    )


def chain(links: Links, loop: Loop | None) -> Text:
    """AI score → re-interview → performance → new weights, each link with its figure and n."""
    months = links.criterion.removeprefix("performance_").removesuffix("m")
    first, second, third = links.score_re_interview, links.re_interview_performance, links.score_performance
    end = _loop(loop)
    return Text(
        en=f"AI score → re-interview passed: {_r(first, 'en')}. Re-interview passed → performance after {months}"
        f" months: {_r(second, 'en')}. AI score → performance: {_r(third, 'en')}. {end.en}",
        zh=f"评估得分 → 复面通过：{_r(first, 'zh')}。复面通过 → {months} 个月绩效：{_r(second, 'zh')}。"
        f"评估得分 → 绩效：{_r(third, 'zh')}。{end.zh}",
    )


def _differences(skills: Sequence[SkillWeight]) -> Text:
    more = [one for one in _ordered(skills) if one.direction > 0]
    less = [one for one in reversed(_ordered(skills)) if one.direction < 0]
    open_ = [one for one in skills if not one.direction]
    if not more and not less:
        return Text(en="no difference from the vendor's weights can be told", zh="不能断定与供应商的权重有差异")
    parts_en = [f"{_named(more).en} count{'s' if len(more) == 1 else ''} more"] if more else []
    parts_en += (
        [f"{_named(less).en} {'' if more else 'count' + ('s' if len(less) == 1 else '') + ' '}less"] if less else []
    )
    parts_zh = [f"{_named(more).zh}的作用更大"] if more else []
    parts_zh += [f"{_named(less).zh}的作用更小"] if less else []
    still = _named(open_)
    return Text(
        en=" and ".join(parts_en)
        + " than the vendor gives them"
        + (f"; for {still.en} no difference can be told" if open_ else ""),
        zh="与供应商给予的权重相比，" + "，".join(parts_zh) + (f"；{still.zh}不能断定有差异" if open_ else ""),
    )


def _ordered(skills: Sequence[SkillWeight]) -> list[SkillWeight]:
    return sorted(skills, key=lambda one: -(one.difference or 0.0))


def _named(skills: Sequence[SkillWeight]) -> Text:
    names = [skill_name(one.skill) for one in skills]
    first, last = [one.en for one in names[:-1]], names[-1].en if names else ""
    return Text(en=f"{', '.join(first)} and {last}" if first else last, zh="、".join(one.zh for one in names))


def _unknown(vendor: Vendor | None) -> Text:
    if vendor is None:
        return Text(
            en="too few people have the vendor's score with all skills to read its own weights.",
            zh="同时有供应商评分与全部技能得分的人太少，无法得出其自身权重。",
        )
    return Text(
        en=f"the vendor's score is not explained by these skills (R² = {vendor.r_squared:.2f}, n = {vendor.n:,}), so it"
        " has no weights of theirs to compare with.",
        zh=f"供应商的评分不能由这些技能解释（R² = {vendor.r_squared:.2f}，n = {vendor.n:,}），因此没有可比的权重。",
    )


def _basis(vendor: Vendor) -> Text:
    share = f"{vendor.r_squared:.0%}"
    rest = Text(en=".", zh="。")
    if vendor.r_squared < POORLY:
        rest = Text(
            en="; the larger part of it follows something else that these skills do not show.",
            zh="；其余大部分取决于这些技能未体现的因素。",
        )
    return Text(
        en=f"The skills explain {share} of the score of {vendor.label} (n = {vendor.n:,}){rest.en}",
        zh=f"这些技能解释了 {vendor.label} 评分的 {share}（n = {vendor.n:,}）{rest.zh}",
    )


def _loop(loop: Loop | None) -> Text:
    if loop is None:
        return Text(
            en="Too few held-out people have an outcome to try the new weights.",
            zh="留出集中有结果的人太少，无法检验新权重。",
        )
    new, old = f"{loop.new:.2f}{_ends(loop.new_interval)}", f"{loop.vendor:.2f}{_ends(loop.vendor_interval)}"
    told = Text(en="; no difference can be told", zh="；不能断定有差异")
    if loop.is_better:
        told = Text(en=", better than the vendor's score", zh="，优于供应商评分")
    elif loop.difference.high is not None and loop.difference.high < 0:
        told = Text(en=", worse than the vendor's score", zh="，不如供应商评分")
    return Text(
        en=f"New weights → outcome of {loop.n:,} held-out people: rank correlation {new}, the vendor's score {old}"
        f"{told.en}.",
        zh=f"新权重 → 留出集 {loop.n:,} 人的结果：等级相关 {new}，供应商评分 {old}{told.zh}。",
    )


def _points(one: SkillWeight) -> Text:
    low, high = one.difference_interval.low, one.difference_interval.high
    if one.difference is None or low is None or high is None:
        return Text(en="", zh="")
    gap, ends = f"{100 * one.difference:+.0f}", f"{100 * low:+.0f} – {100 * high:+.0f}"
    return Text(en=f" ({gap}, {ends})", zh=f"（{gap}，{ends}）")


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


def _r(found: Correlation | None, language: str) -> str:
    if found is None:
        return "undefined (too few people, or all alike)" if language == "en" else "无定义（人数太少或取值相同）"
    comma = ", " if language == "en" else "，"
    return f"r = {found.r:.2f}{_ends(found.interval)}{comma}n = {found.n:,.0f}"


def _ends(interval: Interval) -> str:
    return "" if interval.low is None or interval.high is None else f" [{interval.low:.2f}, {interval.high:.2f}]"


def _period(period: str | None, language: str) -> str:
    if period is None:
        return ""
    return f", {period.replace('/', ' to ')}" if language == "en" else f"，{period.replace('/', ' 至 ')}"
