"""What applications are sliced by when two models are compared: where, for what, in which words and from where."""

import ibis
import numpy as np
import pandas as pd

from warehouse.lake.door import Lake

COLUMNS = {
    "department": "department",
    "language": "ai_language",
    "vendor_version": "ai_vendor_version",
    "channel": "channel",
}
"""The slices' names, and the columns of an application behind them."""


def slice_values(lake: Lake, applications: "pd.Series[str]") -> pd.DataFrame:
    """A column a slice for each of `applications` in their order; None where nothing is said, or for an application
    that the lake does not hold or its reader may not see.
    """
    wanted = pd.DataFrame(
        {"application_key": applications.astype(str).to_numpy(), "place": np.arange(len(applications))}
    )
    known = lake.applications.select("application_key", **COLUMNS)
    joined = ibis.memtable(wanted).left_join(known, "application_key").select("place", *COLUMNS)
    frame: pd.DataFrame = lake.backend.to_pandas(joined.order_by("place"))
    texts = {name: frame[name].astype(object).where(frame[name].notna(), None) for name in COLUMNS}
    return pd.DataFrame({name: values.to_numpy() for name, values in texts.items()}, index=applications.index)
