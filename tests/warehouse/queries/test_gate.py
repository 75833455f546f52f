"""What the gate reads: people counted by group inside the engine, and the loads behind a snapshot."""

import datetime as dt

import pandas as pd
import pytest

from tests.builders import build
from tests.training.gate_company import add_load
from warehouse import postgres
from warehouse.access import NOBODY, AccessDenied, Principal, Role
from warehouse.lake.door import opened
from warehouse.lake.errors import PurposeMissing
from warehouse.lake.refresh import refresh
from warehouse.queries.gate import NOT_ASKED, feeding_loads, group_cells
from warehouse.settings import Settings

AUDITOR = Principal(id="ada", roles=frozenset({Role.AUDITOR}))
ATTRIBUTES = ("sex", "race_ethnicity")


def _people(settings: Settings) -> pd.DataFrame:
    """Four applications: a woman, a man, one who said `unknown`, one who said nothing."""

    def plant(builder) -> None:
        opening = builder.requisition(builder.department())
        for sex in ("F", "M", "Unknown", None):
            person = builder.candidate()
            if sex:
                builder.demographics(person, sex=sex, race_ethnicity="white")
            builder.ai_interview(builder.application(opening, person))

    build(settings, plant)
    refresh(settings)
    with opened(settings, AUDITOR) as lake:
        keys = lake.applications.select("candidate_key").to_pandas()
    return keys.assign(deployed=[True, True, False, False])


def test_people_are_counted_by_group_and_the_unknown_are_kept(records: Settings) -> None:
    people = _people(records)

    with opened(records, AUDITOR, purpose="a test") as lake:
        cells = group_cells(lake, people, ATTRIBUTES)

    assert cells["n"].sum() == 4
    assert sorted(cells["sex"].dropna()) == ["F", "M"]
    assert cells.loc[cells["sex"].isna(), "n"].sum() == 2
    assert set(cells.columns) == {*ATTRIBUTES, "deployed", "n"}


def test_who_applied_where_nobody_is_asked_is_neither_a_group_nor_unknown(records: Settings) -> None:
    """Asked in the US: somebody in China is not, though a race is on record; without a country one counts as asked."""

    def plant(builder) -> None:
        opening = builder.requisition(builder.department())
        for country, race in (("US", "white"), ("US", None), ("CN", "white"), ("CN", None), (None, "white")):
            person = builder.candidate(country=country)
            builder.demographics(person, sex="F", race_ethnicity=race)
            builder.ai_interview(builder.application(opening, person))

    build(records, plant)
    refresh(records)
    with opened(records, AUDITOR, purpose="a test") as lake:
        people = lake.applications.select("application_key", "candidate_key").to_pandas()
        cells = group_cells(lake, people, ATTRIBUTES, {"race_ethnicity": ["US"], "disability": ["US"]})

    by_race = {row.race_ethnicity: row.n for row in cells.itertuples()}
    assert by_race == {"white": 2, None: 1, NOT_ASKED: 2}
    assert set(cells["sex"]) == {"F"}


def test_groups_are_counted_for_a_purpose_only(records: Settings) -> None:
    people = _people(records)

    with opened(records, AUDITOR) as lake, pytest.raises(PurposeMissing):
        group_cells(lake, people, ATTRIBUTES)


def _load(settings: Settings, file_name: str, sha256: str, finding: tuple[str, int] | None) -> None:
    with postgres.unit_of_work(settings, NOBODY, postgres.DatabaseRole.INTAKE) as session:
        add_load(session, file_name, sha256=sha256, finding=finding)


def test_a_mended_file_replaces_the_findings_of_the_broken_one(records: Settings) -> None:
    _load(records, "hires.csv", "aa", ("block", 40))
    _load(records, "hires.csv", "bb", None)

    (load,) = feeding_loads(records, AUDITOR, dt.datetime.now(dt.UTC))

    assert load.findings == ()


def test_loading_a_broken_file_again_does_not_wash_its_findings_away(records: Settings) -> None:
    _load(records, "hires.csv", "aa", ("block", 40))
    _load(records, "hires.csv", "aa", None)

    (load,) = feeding_loads(records, AUDITOR, dt.datetime.now(dt.UTC))

    assert [finding.verdict for finding in load.findings] == ["block"]


def test_a_load_after_the_snapshot_does_not_feed_it(records: Settings) -> None:
    before = dt.datetime.now(dt.UTC)
    _load(records, "hires.csv", "aa", ("block", 40))

    assert feeding_loads(records, AUDITOR, before) == ()


@pytest.mark.parametrize("who", [NOBODY, Principal(id="lena", roles=frozenset({Role.HR_LEADER}))])
def test_loads_are_read_with_the_permission_only(records: Settings, who: Principal) -> None:
    with pytest.raises(AccessDenied):
        feeding_loads(records, who, dt.datetime.now(dt.UTC))
