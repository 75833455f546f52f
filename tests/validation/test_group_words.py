"""Sentences of the gate name groups in their own language, and the reader's door finds every such name."""

import re

import pytest

from dashboards.wording.words import Words
from tests.validation.gate_evidence_builder import counts, evidence, selection
from validation import policy as policies
from validation.gate import evaluate
from validation.group_words import named, of_attribute
from validation.outcome import Text
from warehouse import group_names

CODES = re.compile(r"(?<![A-Za-z])[FMX](?![A-Za-z])|Asian|White|race_ethnicity|(?<![A-Za-z])sex(?![A-Za-z])")


def test_a_group_is_named_in_each_language() -> None:
    group = (("race_ethnicity", "Asian"), ("sex", "F"))

    assert named(group) == Text(en="Asian, female", zh="亚裔、女")
    assert named((("sex", None),)) == Text(en="unknown", zh="未知")
    assert of_attribute("sex", "F") == Text(en="female (sex)", zh="女（性别）")


def test_a_value_of_somebody_s_own_file_stands_for_itself() -> None:
    assert named((("size", "M"),)) == Text(en="M", zh="M")


@pytest.mark.parametrize("label", ["Asian, F", "X", "yes", "under 40", "Kven, M", "unknown"])
def test_whatever_a_sentence_calls_a_group_is_found(label: str) -> None:
    """A name that the door did not know would let a small group out."""
    attributes = {"yes": ("disability",), "under 40": ("age_group",), "X": ("sex",)}
    pairs = zip(attributes.get(label, ("race_ethnicity", "sex")), label.split(", "), strict=False)

    name = group_names.group(pairs)

    said = (f"Too few: {label} <10.", f"Too few: {name.en} <10.", f"人数不足：{name.zh} <10。")
    assert all(re.search(group_names.pattern(label), one) for one in said)


def test_a_name_is_not_found_inside_of_another() -> None:
    assert not re.search(group_names.pattern("M"), "Judged: female (0.7), others 3, AUC 0.7.")


def test_no_sentence_of_the_gate_keeps_the_codes_of_groups() -> None:
    found = evaluate(policies.load("default"), evidence(selection=selection(counts({"F": 0.5, "asian": 0.7}))))

    reasons = [one.result.reason for one in found.checks]

    assert [one.en for one in reasons if CODES.search(one.en.replace("sex:", "").replace("By sex", ""))] == []
    assert [one.zh for one in reasons if CODES.search(one.zh)] == []
    assert [one.zh for one in reasons if re.search(r"[()]|, [^0-9]", one.zh)] == []


def test_pages_and_sentences_use_the_same_names() -> None:
    """Two tables, for pages read theirs from files; a disability alone is told in a whole phrase in sentences."""
    say = Words("zh")
    values = {stored: name.zh for table in group_names.VALUES.values() for stored, name in table.items()}
    shared = {stored: name for stored, name in values.items() if stored not in ("yes", "no", "female", "male")}

    assert {stored: say.of("value", stored) for stored in shared} == shared
    assert {name: say.of("attribute", name) for name in group_names.ATTRIBUTES} == {
        name: named.zh for name, named in group_names.ATTRIBUTES.items()
    }
