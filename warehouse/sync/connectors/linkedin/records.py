"""Candidates, applications and what hangs below them, whole, as LinkedIn's platform wants them.

Every field stands in every body, with null where nothing is known: what is left out would be null there as well, and
nobody would see it here.
"""

import datetime as dt
from dataclasses import dataclass, field

from warehouse.sync.kit.records import milliseconds

_TWO_BY_TWO = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶"
    "太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘司寇令狐段干百里呼延东郭南门羊舌"
    "梁丘左丘轩辕拓跋"
)
COMPOUND_SURNAMES = frozenset(_TWO_BY_TWO[place : place + 2] for place in range(0, len(_TWO_BY_TWO), 2))
"""Chinese family names of two characters."""


class NameIncomplete(ValueError):
    """LinkedIn wants a first and a last name; better no record than a made-up one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """First and last name; the repr shows neither."""

    first: str = field(repr=False)
    last: str = field(repr=False)


def person(full_name: str | None) -> Person:
    """First and last name of a full one. Raises NameIncomplete.

    A Chinese name without a blank begins with the family name, of one or, for the known ones, two characters; any other
    ends with it.
    """
    parts = (full_name or "").split()
    if len(parts) > 1:
        return Person(first=" ".join(parts[:-1]), last=parts[-1])
    name = parts[0] if parts else ""
    if not 2 <= len(name) <= 4 or not all("\u3400" <= letter <= "\u9fff" for letter in name):
        raise NameIncomplete("a candidate has no first and last name")
    cut = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    return Person(first=name[cut:], last=name[:cut])


@dataclass(frozen=True, slots=True, kw_only=True)
class AtsCandidate:
    """One candidate; `id` is the one the recruiting system knows it by."""

    id: str
    full_name: str | None = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    country: str | None
    profile_url: str | None
    created_at: dt.datetime
    changed_at: dt.datetime

    def body(self) -> dict[str, object]:
        """All fields. Raises NameIncomplete."""
        name = person(self.full_name)
        return {
            "firstName": name.first,
            "lastName": name.last,
            "middleInitial": None,
            "prefix": None,
            "suffix": None,
            "emailAddresses": [self.email] if self.email else [],
            "phoneNumbers": [{"number": self.phone}] if self.phone else [],
            "addresses": [{"country": self.country}] if self.country else [],
            "currentCompanyName": None,
            "currentJobTitle": None,
            "externalProfileUrl": self.profile_url,
            **_times(self.created_at, self.changed_at),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AtsApplication:
    """One application of a candidate to a job."""

    id: str
    candidate_id: str
    job_id: str
    job_name: str
    full_name: str | None = field(repr=False)
    email: str | None = field(repr=False)
    channel: str | None
    created_at: dt.datetime
    changed_at: dt.datetime

    def body(self) -> dict[str, object]:
        """All fields. Raises NameIncomplete."""
        name = person(self.full_name)
        return {
            "atsCandidateId": self.candidate_id,
            "atsJobPostingId": self.job_id,
            "atsJobPostingName": self.job_name,
            "candidateEmail": self.email,
            "firstName": name.first,
            "lastName": name.last,
            "source": self.channel,
            "dispositionReason": None,
            **_times(self.created_at, self.changed_at),
        }


def stage(name: str, at: dt.datetime) -> dict[str, object]:
    """A stage that an application is in."""
    return {"stage": name, "atsCreatedAt": milliseconds(at)}


def note(text: str, at: dt.datetime) -> dict[str, object]:
    """A note of the pipeline's own; nobody's name stands under it."""
    return {"note": text, "author": _ACTOR, "atsCreatedAt": milliseconds(at)}


def feedback(evaluations: dict[str, str], text: str | None, at: dt.datetime) -> dict[str, object]:
    """Feedback of an interview; each evaluation is an attribute and its result as text."""
    return {
        "feedback": text,
        "evaluations": [{"attribute": name, "result": result} for name, result in evaluations.items()],
        "interviewer": _ACTOR,
        "interviewType": None,
        "atsCreatedAt": milliseconds(at),
    }


_ACTOR = {"firstName": "Hiregate", "lastName": "AI interview"}


def _times(created_at: dt.datetime, changed_at: dt.datetime) -> dict[str, object]:
    """LinkedIn refuses a change before the creation."""
    return {
        "atsCreatedAt": milliseconds(created_at),
        "atsLastModifiedAt": milliseconds(max(created_at, changed_at)),
    }
