"""Pseudonyms are an HMAC, and their key is made once and kept from others."""

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.builders import build
from tests.warehouse.lake.companies import by_status, company
from warehouse import postgres
from warehouse.access import NOBODY
from warehouse.lake import pseudonyms
from warehouse.lake.refresh import refresh
from warehouse.settings import Settings, SettingsError


def test_the_lakes_keys_are_the_hmac_that_python_computes(records: Settings) -> None:
    built = build(records, company)
    refresh(records)
    key = pseudonyms.key_of(records)

    row = by_status(records)["hired"]

    assert row["application_key"] == pseudonyms.pseudonym(key, "application", str(built.hired))
    assert row["re_interview_rater"] == pseudonyms.pseudonym(key, "employee", "E7")


def test_the_key_file_is_made_once_and_readable_by_its_owner_only(records: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: pseudonyms.key_of(records), range(16)))

    assert len(keys) == 1
    assert stat.S_IMODE((records.home / "keys" / "pseudonym.key").stat().st_mode) == 0o600


def test_a_given_key_goes_before_the_file(records: Settings) -> None:
    assert pseudonyms.key_of(replace(records, pseudonym_key="ab" * 32)) == b"\xab" * 32


def test_a_key_of_the_wrong_length_is_refused(records: Settings) -> None:
    with pytest.raises(SettingsError, match="HIREGATE_PSEUDONYM_KEY"):
        pseudonyms.key_of(replace(records, pseudonym_key="abc"))


def test_the_key_is_not_in_the_settings_repr(records: Settings) -> None:
    assert "abab" not in repr(replace(records, pseudonym_key="ab" * 32))


def test_the_lakes_role_cannot_read_names(records: Settings) -> None:
    statement = sa.text("SELECT full_name FROM hr.candidate")

    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        postgres.unit_of_work(records, NOBODY, postgres.DatabaseRole.LAKE) as session,
    ):
        session.execute(statement)
