"""All parts that people write, by document kind: what a policy may demand and a page offers.

Errors:

  UnknownPart    no document kind has such a part
"""

from collections.abc import Iterable, Iterator

from validation.human_part import HumanPart
from validation.human_parts_law import LAW
from validation.human_parts_model import MODEL

PARTS: tuple[HumanPart, ...] = (*MODEL, *LAW)
"""In the order of the documents."""


class UnknownPart(ValueError):
    """No document kind has this part; the message names those there are."""


def of_kind(kind: str) -> tuple[HumanPart, ...]:
    """The parts of one document kind, in its order; none for a kind without any."""
    return tuple(part for part in PARTS if part.kind == kind)


def part(kind: str, key: str) -> HumanPart:
    """The part of this kind and key. Raises UnknownPart."""
    for one in PARTS:
        if (one.kind, one.key) == (kind, key):
            return one
    known = [one.key for one in of_kind(kind)]
    if not known:
        kinds = ", ".join(dict.fromkeys(one.kind for one in PARTS))
        raise UnknownPart(f"document kind {kind!r} has no part to write; kinds with parts are {kinds}")
    raise UnknownPart(f"{kind} has no part {key!r}; there are {', '.join(known)}")


def unknown(names: Iterable[str]) -> Iterator[str]:
    """Those that name neither a part nor a kind with parts: demanding one would keep every release waiting."""
    known = {part.name for part in PARTS} | {part.kind for part in PARTS}
    yield from (name for name in names if name not in known)
