"""The calendar of obligations: duties, dates of evidence and use in; what is met, due, overdue or cannot be told, out.

Dates in, dates out; "today" is always an argument. Of an obligation that names several kinds of evidence all are
needed. Nothing is guessed: where no record is kept, or a date of the law is unverified and matters today, the answer is
`cannot_tell` with the reason.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from validation import obligation_words as words
from validation.bias_audit_dates import earliest_use, months_after
from validation.obligation_evidence import EvidenceKind
from validation.obligation_rules import Obligation, Obligations, Rhythm, Scope, Status
from validation.outcome import Text

SOON_DAYS = 60
"""How many days before its due date an obligation is due soon."""

Dates = Mapping[EvidenceKind, tuple[date, ...]]
"""The days of each kind of evidence. Empty: none was made or stated; a kind that is absent: nobody keeps a record."""


class State(StrEnum):
    """How an obligation stands on a day."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    CANNOT_TELL = "cannot_tell"
    MET = "met"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """When something began to serve, and the last day of it; no `last` while it serves, no `first` before."""

    first: date | None = None
    last: date | None = None

    def is_on(self, day: date) -> bool:
        """Whether it is in use on a day."""
        return self.first is not None and self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A model by its name, or the company (empty name), with its use and the dates of its evidence."""

    model: str
    use: Use
    evidence: Dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the calendar; `due` is the day by which something has to be there, None where no day can be named."""

    obligation: Obligation
    model: str
    state: State
    due: date | None
    reason: Text
    evidence: tuple[tuple[EvidenceKind, date], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    state: State
    due: date | None
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One obligation of one subject on one day, with the evidence of up to that day."""

    obligation: Obligation
    use: Use
    dates: Dates
    on: date
    holidays: Collection[date]
    soon: timedelta

    @property
    def missing(self) -> tuple[EvidenceKind, ...]:
        """The needed kinds of which a record is kept and there is none."""
        return tuple(kind for kind in self.obligation.evidence if kind in self.dates and not self.dates[kind])

    @property
    def unrecorded(self) -> tuple[EvidenceKind, ...]:
        """The needed kinds of which nobody keeps a record."""
        return tuple(kind for kind in self.obligation.evidence if kind not in self.dates)

    @property
    def timed(self) -> tuple[date, ...]:
        """The days of the first kind that is named: it is the one whose day counts."""
        return self.dates[self.obligation.evidence[0]]


def calendar(
    found: Obligations, subjects: Sequence[Subject], *, places: Collection[str], on: date, soon_days: int = SOON_DAYS
) -> tuple[Entry, ...]:
    """Every obligation that holds in these places, for each subject of its scope, the most urgent first."""
    entries = [
        entry(one, subject, on=on, holidays=found.holidays_of(one.jurisdiction), soon_days=soon_days)
        for one in found.of(places)
        for subject in subjects
        if (one.scope is Scope.COMPANY) is (subject.model == "")
    ]
    order = list(State)
    return tuple(sorted(entries, key=lambda line: (order.index(line.state), line.due or date.max)))


def entry(
    obligation: Obligation,
    subject: Subject,
    *,
    on: date,
    holidays: Collection[date] = (),
    soon_days: int = SOON_DAYS,
) -> Entry:
    """How one obligation stands for one subject on a day; evidence of a later day does not count yet."""
    dates = {kind: tuple(sorted(day for day in days if day <= on)) for kind, days in subject.evidence.items()}
    case = _Case(
        obligation=obligation,
        use=subject.use,
        dates=dates,
        on=on,
        holidays=holidays,
        soon=timedelta(days=soon_days),
    )
    answer = _answer(case)
    return Entry(
        obligation=obligation,
        model=subject.model,
        state=answer.state,
        due=answer.due,
        reason=answer.reason,
        evidence=tuple((kind, dates[kind][-1]) for kind in obligation.evidence if dates.get(kind)),
    )


def _answer(case: _Case) -> _Answer:
    obligation, starts = case.obligation, case.obligation.applies_from
    if obligation.status is Status.PROPOSED or starts is None:
        return _Answer(state=State.NOT_YET, due=None, reason=words.PROPOSED)
    if case.on >= starts:
        return _in_force(case)
    later = _in_force(case)
    if later.state is State.MET:
        return _Answer(state=State.NOT_YET, due=starts, reason=words.ready_before(starts))
    if obligation.otherwise_from is not None and obligation.otherwise_from <= case.on:
        reason = words.contested(starts, obligation.otherwise_from)
        return _Answer(state=State.CANNOT_TELL, due=starts, reason=reason)
    if starts - case.on <= case.soon:
        lacking = case.missing or case.unrecorded
        reason = words.starts_soon(starts, lacking) if lacking else words.starts(starts)
        return _Answer(state=State.DUE_SOON, due=starts, reason=reason)
    return _Answer(state=State.NOT_YET, due=starts, reason=words.starts(starts))


def _in_force(case: _Case) -> _Answer:
    rhythm = case.obligation.recurrence.rhythm
    if rhythm is Rhythm.ON_REQUEST:
        return _on_request(case)
    if case.unrecorded:
        return _Answer(state=State.CANNOT_TELL, due=None, reason=words.unrecorded(case.unrecorded))
    if case.missing and rhythm is not Rhythm.YEARLY_ON:
        return _nothing(case)
    return _RHYTHMS[rhythm](case)


def _on_request(case: _Case) -> _Answer:
    reason = words.on_request(case.obligation.recurrence.days)
    return _Answer(state=State.CANNOT_TELL, due=None, reason=reason)


def _standing(case: _Case) -> _Answer:
    return _Answer(state=State.MET, due=None, reason=words.met(case.timed[-1]))


def _nothing(case: _Case) -> _Answer:
    """Evidence is missing: due at once where there is use, else before it."""
    if not case.use.is_on(case.on):
        return _Answer(state=State.NOT_YET, due=None, reason=words.not_in_use(case.missing))
    due = max(day for day in (case.use.first, case.obligation.applies_from) if day is not None)
    return _Answer(state=State.OVERDUE, due=due, reason=words.missing(case.missing))


def _valid_for(case: _Case) -> _Answer:
    oldest = min(case.dates[kind][-1] for kind in case.obligation.evidence)
    last = months_after(oldest, case.obligation.recurrence.months)
    if case.on > last:
        if not case.use.is_on(case.on):
            return _Answer(state=State.NOT_YET, due=None, reason=words.ran_out_unused(oldest, last))
        return _Answer(state=State.OVERDUE, due=last, reason=words.ran_out(oldest, last))
    state = State.DUE_SOON if last - case.on <= case.soon and case.use.is_on(case.on) else State.MET
    return _Answer(state=state, due=last, reason=words.valid_until(oldest, last))


def _before_use(case: _Case) -> _Answer:
    """The first notice counts: who was considered before its days had passed was not told in time."""
    notice, days = case.timed[0], case.obligation.recurrence.business_days
    earliest = earliest_use(notice, business_days=days, holidays=case.holidays)
    first = case.use.first
    if first is not None and first < earliest:
        return _Answer(state=State.OVERDUE, due=first, reason=words.used_too_early(notice, earliest, first))
    return _Answer(state=State.MET, due=earliest, reason=words.may_begin(notice, earliest))


def _posted(case: _Case) -> _Answer:
    posted, first, last = case.timed[0], case.use.first, case.use.last
    if first is not None and posted > first:
        return _Answer(state=State.OVERDUE, due=first, reason=words.posted_late(posted, first))
    if last is None or case.on <= last:
        return _Answer(state=State.MET, due=None, reason=words.stays_posted(posted))
    until = months_after(last, case.obligation.recurrence.months)
    reason = words.posted_until(until) if case.on <= until else words.may_come_down(until)
    return _Answer(state=State.MET, due=until, reason=reason)


def _yearly(case: _Case) -> _Answer:
    """What is made answers for the due day closest to it, so a late report is not the next one's."""
    following = _due_day(case, case.on.year)
    if following < case.on:
        following = _due_day(case, case.on.year + 1)
    before = _due_day(case, following.year - 1)
    if case.missing and not case.use.is_on(case.on):
        return _Answer(state=State.NOT_YET, due=following, reason=words.not_in_use(case.missing))
    settled = {_closest(case, day) for day in case.timed}
    if following in settled:
        return _Answer(state=State.MET, due=following, reason=words.met(case.timed[-1]))
    start = max(day for day in (case.use.first, case.obligation.applies_from) if day is not None)
    if start <= before and before not in settled:
        return _Answer(state=State.OVERDUE, due=before, reason=words.missing(case.obligation.evidence))
    state = State.DUE_SOON if following - case.on <= case.soon else State.NOT_YET
    return _Answer(state=state, due=following, reason=words.next_on(following))


def _closest(case: _Case, day: date) -> date:
    return min((_due_day(case, day.year + step) for step in (-1, 0, 1)), key=lambda due: abs(due - day))


def _due_day(case: _Case, year: int) -> date:
    recurrence = case.obligation.recurrence
    return date(year, recurrence.month, recurrence.day)


_RHYTHMS: Mapping[Rhythm, Callable[[_Case], _Answer]] = {
    Rhythm.STANDING: _standing,
    Rhythm.VALID_FOR: _valid_for,
    Rhythm.BEFORE_USE: _before_use,
    Rhythm.POSTED: _posted,
    Rhythm.YEARLY_ON: _yearly,
}
