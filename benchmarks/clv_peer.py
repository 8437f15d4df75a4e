"""What `clv_fit` runs in the peer's own interpreter: fits of the `lifetimes` package, and nothing of ours.

    python clv_peer.py MODEL FILE.npz

The file holds x, t_x, T and n (for Gamma-Gamma x, mean and n). It prints seconds of the processor and parameters as
JSON.
"""

import json
import sys
import time
import warnings

import lifetimes
import numpy as np

MODELS = {
    "BG/NBD": "BetaGeoFitter",
    "MBG/NBD": "ModifiedBetaGeoFitter",
    "Pareto/NBD": "ParetoNBDFitter",
    "BG/BB": "BetaGeoBetaBinomFitter",
    "Gamma-Gamma": "GammaGammaFitter",
}


def main() -> None:
    """Fit once."""
    warnings.simplefilter("ignore")
    name, path = sys.argv[1:]
    columns = dict(np.load(path))
    n = columns.pop("n")
    values = [columns[each] for each in (("x", "mean") if "mean" in columns else ("x", "t_x", "T"))]
    fitter = getattr(lifetimes, MODELS[name])()
    begin = time.process_time()
    if (n == 1).all():
        fitter.fit(*values)
    else:
        fitter.fit(*values, weights=n)
    seconds = time.process_time() - begin
    print(json.dumps({"seconds": seconds, "parameters": [float(each) for each in fitter.params_]}))


if __name__ == "__main__":
    main()
