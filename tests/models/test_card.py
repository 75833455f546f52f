"""The typed card: read from the record, complete where rights allow, and never a small group for a consumer."""

import dataclasses
import json

import pytest

from models import card_gate, card_making, card_record
from models.card import CardFairness, CardGroup
from tests.dashboards.documents import law_release
from tests.models.release_builder import CHECKER, MAKER, MODEL, promoted
from validation.outcome import Interval
from warehouse import document_parts
from warehouse.access import AccessDenied, Permission, Principal, Role
from warehouse.settings import Settings

RECORD = {
    "target": {"name": "re_interview_pass", "matured_after_days": 30},
    "period": {"fit": "2026-01-01/2026-06-30"},
    "n": {"fit": 900, "holdout": 300},
    "metrics": {"auc": 0.71, "auc_ci": [0.68, 0.74], "n": 280, "selection_rate": 0.4, "scored_n": 300},
    "baselines": {"logistic": {"auc": 0.69, "auc_ci": [0.66, None], "n": 280}},
    "warnings": [{"en": "Few labels.", "zh": "标签较少。"}],
}


def _group(n: int, **of: str) -> CardGroup:
    return CardGroup(
        group=of, n=n, selected=n // 2, rate=0.5, rate_interval=None, impact_ratio=0.9, impact_interval=None,
        is_comparator=False, excluded=None,
    )  # fmt: skip


def _table(*groups: CardGroup) -> CardFairness:
    return CardFairness(
        check="adverse_impact.sex", verdict="pass", cut=0.5, comparator="M", definition="ratio",
        n=sum(group.n or 0 for group in groups), unknown_share=0.1, groups=groups,
    )  # fmt: skip


def test_figures_carry_their_n_and_interval() -> None:
    model, logistic = card_record.scores(RECORD)

    found = {one.name: one for one in model.measures}
    assert (found["auc"].value, found["auc"].n, found["selection_rate"].n) == (0.71, 280, 300)
    assert logistic.measures[0].interval == Interval(low=0.66, high=None)


def test_selective_labels_are_always_among_the_limits() -> None:
    assert [one.en for one in card_record.limits(RECORD)] == [card_record.SELECTIVE.en, "Few labels."]


@pytest.mark.parametrize("record", [{}, {"target": "x", "n": None, "metrics": []}], ids=["empty", "odd"])
def test_a_record_that_lacks_fields_leaves_them_empty(record: dict[str, object]) -> None:
    data = card_record.data(record, {}, "", is_generated=False)

    assert (data.counts, data.periods, card_record.scores(record)) == ({}, {}, ())
    assert card_record.target(record).matured_after_days is None


def test_a_small_group_and_one_more_are_hidden_with_the_total() -> None:
    (found,) = card_gate.suppressed((_table(_group(5, race="a"), _group(40, race="b"), _group(90, race="c")),))

    assert [group.is_hidden for group in found.groups] == [True, True, False]
    assert (found.n, found.unknown_share, found.groups[0].n, found.groups[1].rate) == (None, None, None, None)


def test_a_crossed_table_with_a_small_cell_is_hidden_whole() -> None:
    groups = [_group(n, sex=sex, race=race) for n, sex, race in ((5, "F", "a"), (40, "F", "b"), (90, "M", "a"))]

    (found,) = card_gate.suppressed((_table(*groups),))

    assert all(group.is_hidden for group in found.groups)


def test_people_whom_nobody_asked_are_counted_beside_the_table(records: Settings) -> None:
    """Race is asked in some countries only; who applied elsewhere is in no rate and must not be silent."""
    card = card_making.of_release(records, CHECKER, law_release.proposed(records).label)

    not_asked = {table.check: table.not_asked for table in card.fairness}
    assert not_asked["adverse_impact.race_ethnicity"] == law_release.NOT_ASKED
    assert not_asked["adverse_impact.sex"] == 0


def test_large_groups_stay_as_they_are() -> None:
    table = _table(_group(40, sex="F"), _group(90, sex="M"))

    assert card_gate.suppressed((table,)) == (table,)


@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_a_card_is_read_by_those_who_may_read_models_alone(records: Settings, role: Role | None) -> None:
    label = promoted(records).label
    who = Principal(id="x", roles=frozenset({role} if role else ()))

    if who.may(Permission.READ_MODELS):
        assert card_making.of_release(records, who, label).model_name == MODEL
    else:
        with pytest.raises(AccessDenied):
            card_making.of_release(records, who, label)


def test_the_card_names_what_nobody_wrote_and_shows_what_somebody_did(records: Settings) -> None:
    label = promoted(records).label
    document_parts.write(
        records, MAKER, kind="model_card", subject=MODEL, part="owner", language="en", text="People analytics."
    )

    card = card_making.of_release(records, CHECKER, label)

    assert "owner" not in card.missing_parts
    assert "intended_use" in card.missing_parts
    assert [one.text for one in card.parts["owner"]] == ["People analytics."]


def test_a_consumer_gets_the_texts_without_their_writers_and_no_act_of_the_ledger(records: Settings) -> None:
    release = promoted(records)
    document_parts.write(
        records, MAKER, kind="model_card", subject=MODEL, part="owner", language="en", text="People analytics."
    )

    plain = card_making.for_consumers(records, release.release_id)

    said = json.dumps(plain, allow_nan=False)
    assert "People analytics." in said
    assert not {"mia", "chen"} & set(said.split('"'))
    assert not {"release", "gate", "proxies", "alternatives"} & set(plain)


def test_a_cards_json_is_plain_and_whole(records: Settings) -> None:
    card = card_making.of_release(records, CHECKER, promoted(records).label)

    plain = card.as_json()

    assert {field.name for field in dataclasses.fields(card)} < set(plain)
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
