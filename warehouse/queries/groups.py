"""Which group each person of a training is known to belong to, for the time of that training.

A training that weighs or constrains its fit by groups needs them row by row. They stay in the memory of the process:
no file, log line or answer may hold them, and no model ever gets one as an input.
"""

from collections.abc import Sequence

import ibis
import numpy as np
import pandas as pd

from warehouse.lake.door import Lake
from warehouse.queries.gate import UNKNOWN

ATTRIBUTES = ("sex", "race_ethnicity")
"""The attributes by which impact is counted."""


def row_groups(lake: Lake, people: "pd.Series[str]", attributes: Sequence[str] = ATTRIBUTES) -> pd.DataFrame:
    """The attributes of each of `people` in their order (None: not known); the lake must be open for a purpose."""
    places = pd.DataFrame({"candidate_key": people.astype(str).to_numpy(), "place": np.arange(len(people))})
    known = lake.demographics.select("candidate_key", *attributes)
    joined = ibis.memtable(places).left_join(known, "candidate_key").select("place", *attributes)
    frame: pd.DataFrame = lake.backend.to_pandas(joined.order_by("place"))
    return pd.DataFrame({name: _known(frame[name]).to_numpy() for name in attributes}, index=people.index)


def _known(values: "pd.Series[str]") -> "pd.Series[str]":
    texts = values.astype(object)
    is_known = texts.notna() & ~texts.astype(str).str.strip().str.lower().isin(UNKNOWN)
    return texts.where(is_known, None)
