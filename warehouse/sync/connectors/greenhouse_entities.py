"""What is read from Greenhouse's Harvest API, in its version 3 and in version 1, which Greenhouse ended in August 2026.

Applications are followed by their last activity: by their date of application every later change of stage was lost.
What no mapping reads and what may hold special categories or signed addresses is not taken over; `pull.keep_fields`
names fields that a company's own mapping needs.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from warehouse.sync.kit.errors import Malformed
from warehouse.sync.kit.records import Entity, Record, milliseconds

NOT_TAKEN = frozenset(
    {
        "addresses",
        "answers",
        "attachments",
        "custom_fields",
        "educations",
        "employments",
        "keyed_custom_fields",
        "notes",
        "photo_url",
        "questions",
        "social_media_addresses",
        "website_addresses",
    }
)
"""Fields of a record that are left at Greenhouse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One entity: its path, the field that says when it changed, and the filters on it in both versions of the API.

    `filter_v1` of None: there is no such filter, everything is read each time.
    """

    entity: Entity
    path: str
    changed: str | None
    filter_v1: str | None
    filter_v3: str | None


KINDS: Mapping[str, Kind] = {
    kind.entity.name: kind
    for kind in (
        Kind(
            entity=Entity(name="Department", sweep=True),
            path="departments",
            changed=None,
            filter_v1=None,
            filter_v3=None,
        ),
        Kind(
            entity=Entity(name="Job", sweep=True, depends_on=("Department",)),
            path="jobs",
            changed="updated_at",
            filter_v1="updated_after",
            filter_v3="updated_at",
        ),
        Kind(
            entity=Entity(name="Candidate", sweep=True),
            path="candidates",
            changed="updated_at",
            filter_v1="updated_after",
            filter_v3="updated_at",
        ),
        Kind(
            entity=Entity(name="Application", sweep=True, depends_on=("Job", "Candidate")),
            path="applications",
            changed="last_activity_at",
            filter_v1="last_activity_after",
            filter_v3="last_activity_at",
        ),
        Kind(
            entity=Entity(name="Scorecard", sweep=True, depends_on=("Application",)),
            path="scorecards",
            changed="updated_at",
            filter_v1="updated_after",
            filter_v3="updated_at",
        ),
        Kind(
            entity=Entity(name="Offer", sweep=True, depends_on=("Application",)),
            path="offers",
            changed="updated_at",
            filter_v1="updated_after",
            filter_v3="updated_at",
        ),
    )
}
"""Every entity by name."""

STAGE = "ApplicationStage"
"""The entity of a stage that an application was seen in."""


def records(kind: Kind, row: Mapping[str, object], keep: frozenset[str]) -> list[Record]:
    """The records that a row of a list makes: itself, and of an application the stage that it is in.

    Raises Malformed for a row without an id, or whose time of change cannot be read.
    """
    identity = row.get("id")
    if not isinstance(identity, int | str) or isinstance(identity, bool) or identity == "":
        raise Malformed(f"{kind.entity.name}: a row has no id")
    changed = moment(row, kind)
    body = _flat(kind, {name: value for name, value in row.items() if name not in NOT_TAKEN - keep})
    own = Record(
        entity=kind.entity.name,
        id=str(identity),
        body=body,
        version=None if changed is None else milliseconds(changed),
        happened_at=changed,
    )
    return [own, *_stage(own)]


def moment(row: Mapping[str, object], kind: Kind) -> dt.datetime | None:
    """When the row changed, as Greenhouse says it; None where it says nothing."""
    text = row.get(kind.changed) if kind.changed else None
    if text is None:
        return None
    try:
        found = dt.datetime.fromisoformat(cast("str", text))
    except (TypeError, ValueError):
        raise Malformed(f"{kind.entity.name}: {kind.changed} is no time") from None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _flat(kind: Kind, body: dict[str, object]) -> dict[str, object]:
    """The row with the first of each list that a mapping needs beside it, under the names that version 3 uses."""
    match kind.entity.name:
        case "Job":
            firsts = {"department_id": _first(body, "departments", "id"), "office": _first(body, "offices", "name")}
        case "Candidate":
            firsts = {
                "email": _first(body, "email_addresses", "value"),
                "phone": _first(body, "phone_numbers", "value"),
                "full_name": " ".join(str(body[part]) for part in ("first_name", "last_name") if body.get(part))
                or None,
            }
        case "Application":
            firsts = {"job_id": _first(body, "jobs", "id")}
        case _:
            firsts = {}
    return body | {name: value for name, value in firsts.items() if value is not None and body.get(name) is None}


def _first(body: Mapping[str, object], listed: str, field: str) -> object:
    items = body.get(listed)
    if isinstance(items, list) and items and isinstance(items[0], dict):
        return items[0].get(field)
    return None


def _stage(application: Record) -> list[Record]:
    """The stage that the application stands in, first seen at its last activity.

    Its version is the time with a minus: the earliest activity that was seen in the stage is the nearest to when it was
    entered, so what comes later is the older version.
    """
    stage = application.body.get("current_stage") or application.body.get("stage")
    name = stage.get("name") if isinstance(stage, dict) else application.body.get("stage_name")
    if application.entity != "Application" or not isinstance(name, str) or application.happened_at is None:
        return []
    version = application.version
    body = {"application_id": application.id, "stage": name, "seen_at": application.happened_at.isoformat()}
    return [
        Record(
            entity=STAGE,
            id=f"{application.id}-{name}",
            body={**body, "prospect": application.body.get("prospect")},
            version=None if version is None else -version,
            happened_at=application.happened_at,
        )
    ]
