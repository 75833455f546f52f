"""Columns as outside systems write them: times in ISO 8601 with a Z, dates, code words, record ids."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.generate.draws import Bools, Floats, Ints
from warehouse.generate.names import padded


def ids(letter: str, number: Ints) -> pa.Array:
    """Record ids such as `A0000042`."""
    return pc.binary_join_element_wise(letter, padded(number, 7), "")


def times(moment: Ints, shown: Bools | None = None) -> pa.Array:
    """Moments as text, empty where not shown."""
    written = pc.strftime(pa.array(moment).cast(pa.timestamp("s", tz="UTC")), format="%Y-%m-%dT%H:%M:%SZ")
    return written if shown is None else pc.if_else(pa.array(shown), written, None)


def dates(day: Ints, shown: Bools | None = None) -> pa.Array:
    """Days since 1970 as dates, empty where not shown."""
    written = pa.array(day.astype(np.int32)).cast(pa.date32())
    return written if shown is None else pc.if_else(pa.array(shown), written, None)


def words(choices: Sequence[str], position: Ints, shown: Bools | None = None) -> pa.Array:
    """The word at each position, empty where not shown."""
    written = pa.array(list(choices), pa.string()).take(pa.array(position))
    return written if shown is None else pc.if_else(pa.array(shown), written, None)


def numbers(value: Floats | Ints, shown: Bools) -> pa.Array:
    """Numbers, empty where not shown."""
    return pc.if_else(pa.array(shown), pa.array(value), None)
