"""What each lapse window would mean: shares with their intervals."""

import pandas as pd

from loyalty_metrics.measures.retention import floats, ratio
from loyalty_metrics.stats.intervals import wilson


def finish_lapse_windows(windows: pd.DataFrame) -> pd.DataFrame:
    """Add the shares of shorter gaps and of customers who came back all the same.

    Args:
        windows: One row a window, with counts.

    Returns:
        The same rows; shares are unknown where nothing was counted.
    """
    low, high = wilson(floats(windows["came_back"]), floats(windows["silent"]))
    return windows.assign(
        shorter_share=ratio(windows, "shorter_gaps", "gaps"),
        came_back_share=ratio(windows, "came_back", "silent"),
        low=low,
        high=high,
    )
