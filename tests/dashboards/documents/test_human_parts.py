"""What people write for documents: every version is kept, by name, and by nobody without the right."""

import pytest
import sqlalchemy as sa

from tests.models.release_builder import CHECKER, MAKER
from validation import human_parts
from validation.human_parts import UnknownPart
from warehouse import audit_log, document_parts, postgres
from warehouse.access import ROLES, AccessDenied, Permission, Principal, Role
from warehouse.document_parts import LONGEST, BadText, WrittenPart
from warehouse.settings import Settings

MODEL = "re-interview-pass"


def _write(settings: Settings, text: str, *, by: Principal = MAKER, language: str = "en") -> WrittenPart:
    return document_parts.write(
        settings, by, kind="model_card", subject=MODEL, part="intended_use", language=language, text=text
    )


def _versions(settings: Settings) -> list[WrittenPart]:
    return document_parts.versions(
        settings, CHECKER, kind="model_card", subject=MODEL, part="intended_use", language="en"
    )


def test_each_writing_is_a_version_and_the_newest_is_in_force(records: Settings) -> None:
    _write(records, "For sales.")
    _write(records, "For sales in Berlin.", by=CHECKER)

    assert [(one.version, one.author) for one in _versions(records)] == [(2, "chen"), (1, "mia")]
    stands = document_parts.in_force(records, CHECKER, MODEL)
    assert stands[("model_card", "intended_use", "en")].text == "For sales in Berlin."


def test_the_same_text_again_is_no_new_version(records: Settings) -> None:
    _write(records, "For sales.")

    again = _write(records, "  For sales.\r\n", by=CHECKER)

    assert (again.version, again.author) == (1, "mia")


def test_languages_count_their_versions_apart(records: Settings) -> None:
    _write(records, "For sales.")

    assert _write(records, "用于销售岗位。", language="zh").version == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [("  \n ", "empty"), ("x" * (LONGEST + 1), "at most"), ("a\x00b", r"U\+0000"), ("a\u202eb", r"U\+202E")],
    ids=["empty", "long", "nul", "turned"],
)
def test_a_text_that_cannot_stand_in_a_document_is_refused(records: Settings, text: str, says: str) -> None:
    with pytest.raises(BadText, match=says):
        _write(records, text)


def test_an_unknown_language_is_refused(records: Settings) -> None:
    with pytest.raises(BadText, match="write en or zh"):
        _write(records, "Pour la vente.", language="fr")


def test_each_writing_stands_in_the_audit_log(records: Settings) -> None:
    written = _write(records, "For sales.")

    with postgres.unit_of_work(records, CHECKER) as session:
        line = audit_log.detail(session, action="document_part_written", subject=MODEL)
    assert line is not None
    assert (line["part"], line["version"], line["sha256"]) == ("intended_use", 1, written.sha256)


@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_only_roles_that_write_documents_write_one(records: Settings, role: Role | None) -> None:
    who = Principal(id="x", roles=frozenset({role} if role else ()))
    may = ROLES[role][1] if role else frozenset()

    if Permission.WRITE_DOCUMENTS in may:
        assert _write(records, "For sales.", by=who).author == "x"
    else:
        with pytest.raises(AccessDenied):
            _write(records, "For sales.", by=who)


@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_the_database_shows_texts_to_those_who_may_read_models_alone(records: Settings, role: Role | None) -> None:
    _write(records, "For sales.")
    who = Principal(id="x", roles=frozenset({role} if role else ()))

    with postgres.unit_of_work(records, who) as session:
        seen = document_parts.in_force_in(session, MODEL)

    assert bool(seen) is who.may(Permission.READ_MODELS)


_INSERT = (
    "INSERT INTO governance.document_part (document_part_id, kind, subject, part, language, version, text, author,"
    " sha256) VALUES (gen_random_uuid(), 'model_card', 'm', 'owner', 'en', :version, 'We.', :author,"
    " coalesce(:sha256, encode(sha256('We.'), 'hex')))"
)


@pytest.mark.parametrize(
    ("by", "version", "author", "sha256", "says"),
    [
        (MAKER, 1, "chen", None, "bears the name"),
        (MAKER, 2, "mia", None, "without a gap"),
        (MAKER, 1, "mia", "00", "hash of its text"),
        (Principal(id="ada", roles=frozenset({Role.AUDITOR})), 1, "ada", None, "row-level security"),
    ],
    ids=["another_author", "gap", "hash", "no_right"],
)
def test_the_database_refuses_what_the_product_would_not_write(
    records: Settings, by: Principal, version: int, author: str, sha256: str | None, says: str
) -> None:
    given = {"version": version, "author": author, "sha256": sha256}

    with pytest.raises(sa.exc.DBAPIError, match=says), postgres.unit_of_work(records, by) as session:
        session.execute(sa.text(_INSERT), given)


@pytest.mark.parametrize("act", ["DELETE FROM", "TRUNCATE"])
def test_no_version_is_ever_taken_out(records: Settings, act: str) -> None:
    _write(records, "For sales.")

    with postgres.engine(records).connect() as connection, pytest.raises(sa.exc.DBAPIError, match="append-only"):
        connection.execute(sa.text(f"{act} governance.document_part"))


def test_a_part_is_known_by_kind_and_key() -> None:
    names = [part.name for part in human_parts.PARTS]

    assert len(names) == len(set(names))
    assert human_parts.part("model_card", "owner").name == "model_card.owner"


@pytest.mark.parametrize(("kind", "key"), [("model_card", "horoscope"), ("poem", "owner")])
def test_an_unknown_part_is_named_with_those_there_are(kind: str, key: str) -> None:
    with pytest.raises(UnknownPart, match=f"{key if kind == 'model_card' else kind}.*there are|kinds with parts"):
        human_parts.part(kind, key)


def test_every_part_says_in_both_languages_what_it_asks_and_who_can_supply_it() -> None:
    texts = [text for part in human_parts.PARTS for text in (part.title, part.asks, part.supplier)]

    assert all(text.en.strip() and text.zh.strip() and text.en != text.zh for text in texts)
