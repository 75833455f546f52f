"""Ids in parts, for sources that take so many at once or only so long an address."""

from collections.abc import Iterable, Iterator


def batches(ids: Iterable[str], size: int, *, longest_text: int | None = None) -> Iterator[tuple[str, ...]]:
    """The distinct ids in the order given, at most `size` at once and `longest_text` characters joined by commas.

    A single id that is longer than that goes alone. Raises ValueError for a size below one.
    """
    if size < 1:
        raise ValueError("a batch has at least one id")
    part: list[str] = []
    length = 0
    for one in dict.fromkeys(ids):
        is_too_long = longest_text is not None and length + len(one) + 1 > longest_text
        if part and (len(part) == size or is_too_long):
            yield tuple(part)
            part, length = [], 0
        part.append(one)
        length += len(one) + 1
    if part:
        yield tuple(part)
