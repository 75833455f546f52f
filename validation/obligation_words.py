"""Why an obligation stands as it does, in English and Chinese."""

from collections.abc import Sequence
from datetime import date

from validation.obligation_evidence import NAMES, EvidenceKind
from validation.outcome import Text

PROPOSED = Text(en="Proposed; no date is fixed.", zh="尚为草案，日期未定。")


def ready_before(starts: date) -> Text:
    """The evidence is there before the duty applies."""
    return Text(en=f"Applies from {starts}; the evidence is there already.", zh=f"自 {starts} 起适用；证据已具备。")


def contested(starts: date, otherwise: date) -> Text:
    """Whether the duty applies today hangs on an unverified date."""
    return Text(
        en=f"Applies from {starts} if the postponement is in force, which is unverified; else since {otherwise}.",
        zh=f"若推迟已生效则自 {starts} 起适用（未核实），否则自 {otherwise} 起已适用。",
    )


def starts_soon(starts: date, kinds: Sequence[EvidenceKind]) -> Text:
    """The duty applies soon and evidence is missing."""
    return Text(
        en=f"Applies from {starts}. Missing: {_listed(kinds, 'en')}.",
        zh=f"自 {starts} 起适用。缺少：{_listed(kinds, 'zh')}。",
    )


def starts(day: date) -> Text:
    """The duty applies later."""
    return Text(en=f"Applies from {day}.", zh=f"自 {day} 起适用。")


def on_request(days: int) -> Text:
    """Due with each request."""
    if not days:
        return Text(
            en="Due with each request; requests are not recorded here.", zh="每次收到请求时履行；请求不在此记录。"
        )
    return Text(
        en=f"Due within {days} days of each request; requests are not recorded here.",
        zh=f"收到每次请求后 {days} 日内履行；请求不在此记录。",
    )


def unrecorded(kinds: Sequence[EvidenceKind]) -> Text:
    """No record is kept of what answers the duty."""
    return Text(
        en=f"No record is kept here of: {_listed(kinds, 'en')}.", zh=f"此处没有以下记录：{_listed(kinds, 'zh')}。"
    )


def not_in_use(kinds: Sequence[EvidenceKind]) -> Text:
    """Missing, and due only before use."""
    return Text(
        en=f"Not in use. Needed before use: {_listed(kinds, 'en')}.",
        zh=f"未在使用。使用前须具备：{_listed(kinds, 'zh')}。",
    )


def missing(kinds: Sequence[EvidenceKind]) -> Text:
    """In use without the evidence."""
    return Text(en=f"Missing: {_listed(kinds, 'en')}.", zh=f"缺少：{_listed(kinds, 'zh')}。")


def met(day: date) -> Text:
    """The evidence is there."""
    return Text(en=f"Evidence of {day}.", zh=f"证据日期：{day}。")


def valid_until(made: date, last: date) -> Text:
    """The evidence holds for some time."""
    return Text(en=f"Evidence of {made} holds until {last}.", zh=f"{made} 的证据有效至 {last}。")


def ran_out(made: date, last: date) -> Text:
    """The evidence is too old."""
    return Text(en=f"Evidence of {made} held until {last}; renew it.", zh=f"{made} 的证据已于 {last} 到期，须更新。")


def ran_out_unused(made: date, last: date) -> Text:
    """The evidence is too old, and nothing uses it."""
    return Text(
        en=f"Not in use. Evidence of {made} held until {last}; renew it before use.",
        zh=f"未在使用。{made} 的证据已于 {last} 到期，使用前须更新。",
    )


def may_begin(notice: date, earliest: date) -> Text:
    """The notice allows use from a day on."""
    return Text(
        en=f"Notice given on {notice}; use may begin on {earliest}.",
        zh=f"已于 {notice} 告知；最早可于 {earliest} 使用。",
    )


def used_too_early(notice: date, earliest: date, first: date) -> Text:
    """Use began before the notice allowed it."""
    return Text(
        en=f"Use began on {first}; notice of {notice} allows it from {earliest} on. People in between were told late.",
        zh=f"{first} 已开始使用，而 {notice} 的告知只允许自 {earliest} 起使用；其间的当事人未被及时告知。",
    )


def posted_late(posted: date, first: date) -> Text:
    """The summary was posted after the first use."""
    return Text(
        en=f"Posted on {posted}, after the first use on {first}.", zh=f"{posted} 才公布，晚于首次使用日 {first}。"
    )


def stays_posted(posted: date) -> Text:
    """In use: the posting stays."""
    return Text(
        en=f"Posted on {posted}; it stays while the tool is used.", zh=f"已于 {posted} 公布；使用期间须持续公布。"
    )


def posted_until(until: date) -> Text:
    """No longer in use: the posting stays until a day."""
    return Text(en=f"No longer in use; keep it posted until {until}.", zh=f"已停止使用；须继续公布至 {until}。")


def may_come_down(until: date) -> Text:
    """The posting is no longer needed."""
    return Text(en=f"It had to stay posted until {until}.", zh=f"公布期已于 {until} 届满。")


def next_on(day: date) -> Text:
    """The next due day of a yearly duty."""
    return Text(en=f"Next due on {day}.", zh=f"下次到期日：{day}。")


def _listed(kinds: Sequence[EvidenceKind], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(NAMES[kind].in_language(language) for kind in kinds)
