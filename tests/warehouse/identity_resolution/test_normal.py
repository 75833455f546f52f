"""One spelling for addresses, numbers and names."""

import pytest

from warehouse.identity_resolution import normal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wei.Zhang@Example.com", " wei.zhang@example.com "),
        ("wei@example.com", "wei+jobs@example.com"),
        ("w.zhang@gmail.com", "wzhang@googlemail.com"),
        ("mailto:wei@example.com", "<wei@example.com>"),
    ],
)
def test_spellings_of_one_address_are_one(one: str, other: str) -> None:
    assert normal.email(one) == normal.email(other) is not None


@pytest.mark.parametrize(
    "given", [None, "", "wei", "wei@", "noreply@example.com", "n/a", "a b@example.com", "+x@example.com"]
)
def test_what_is_nobodys_address_is_none(given: str | None) -> None:
    assert normal.email(given) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+86 138 1234 5678", "13812345678"),
        ("0086-138-1234-5678", "138 1234 5678"),
        ("+1 (202) 555-0123", "202.555.0123"),
        ("+49 151 23456789", "0151 23456789"),
        ("+65 9123 4567", "91234567"),
        ("１３８１２３４５６７８", "13812345678"),
    ],
)
def test_spellings_of_one_number_are_one(one: str, other: str) -> None:
    left, right = normal.phone(one), normal.phone(other)

    assert left is not None
    assert right is not None
    assert normal.same_phone(left, right)
    assert normal.phone_block(left) == normal.phone_block(right)


@pytest.mark.parametrize("given", [None, "", "12345", "0000000000", "ext. 12", "unknown"])
def test_what_is_no_number_is_none(given: str | None) -> None:
    assert normal.phone(given) is None


@pytest.mark.parametrize(
    ("full", "local", "expected"),
    [
        ("Wei Zhang", "张伟", ("wei zhang", "张伟")),
        ("ZHANG, Wei", "张 伟", ("wei zhang", "张伟")),
        ("张伟", None, (None, "张伟")),
        ("Dr. José Núñez", None, ("jose nunez", None)),
        ("张伟先生", "", (None, "张伟")),
        (None, None, (None, None)),
        ("欧阳·娜娜", None, (None, "欧阳娜娜")),
    ],
)
def test_names_of_both_scripts_are_found_in_either_column(
    full: str | None, local: str | None, expected: tuple[str | None, str | None]
) -> None:
    assert normal.names(full, local) == expected
