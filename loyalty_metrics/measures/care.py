"""What became of care: the share who bought, with its interval."""

import numpy as np
import pandas as pd

from loyalty_metrics.stats.intervals import wilson


def finish_care_outcomes(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the share who bought within 30 days, of those for whom they are over."""
    over = frame["over"].to_numpy("float64")
    bought = frame["bought"].to_numpy("float64")
    low, high = wilson(bought, over)
    share = np.divide(bought, over, out=np.full(len(over), np.nan), where=over > 0)
    return frame.assign(share=share, low=low, high=high)
