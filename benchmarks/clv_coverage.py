"""How often 95 % intervals of the customer-lifetime models hold the truth, over simulated samples.

    python -m benchmarks.clv_coverage [--samples 500] [--customers 2000] [--model bg_nbd]

Every sample is made with known parameters and fitted; counted is whether the interval of each parameter, and of
figures that follow from them, holds the true value. Nominal is 95 %; with 500 samples chance alone moves a true 95 % by
2 points. Samples whose fit does not converge are counted apart.
"""

import argparse
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from loyalty_metrics.stats.bgbb import BetaGeometricBetaBinomial
from loyalty_metrics.stats.bgnbd import BetaGeometricNBD, ModifiedBetaGeometricNBD
from loyalty_metrics.stats.gamma_gamma import GammaGamma
from loyalty_metrics.stats.pareto_nbd import ParetoNBD

Figure = Callable[[Any], Any]


class Study(NamedTuple):
    """A true model, how to make and fit a sample of it, and figures with an interval; shares have log-odds ones."""

    true: Any
    fit: Callable[[int, int], Any]
    figures: dict[str, tuple[Figure, bool]]


def repeat_buying(true: Any, T: tuple[float, float], ahead: float, whole: bool = False) -> Study:  # noqa: N803
    """A study of a model of repeat buying whose customers are observed for T[0] to T[1]."""
    low, high = T

    def fit(customers: int, seed: int) -> Any:
        observed = np.linspace(low, high, customers)
        return type(true)().fit(*true.simulate(np.round(observed) if whole else observed, seed)[:3])

    few, many = (1, round(0.3 * high), high), (6, round(0.9 * high), high)
    return Study(
        true,
        fit,
        {
            "new": (lambda model: model.expected_of_new(ahead), False),
            "few": (lambda model: model.expected_purchases(ahead, *few), False),
            "many": (lambda model: model.expected_purchases(ahead, *many), False),
            "alive": (lambda model: model.probability_alive(*few), True),
            "none": (lambda model: model.purchase_probability(0, ahead, *many), True),
        },
    )


def spend(true: GammaGamma) -> Study:
    """A study of Gamma-Gamma: customers with 1, 2, ... occasions."""

    def fit(customers: int, seed: int) -> Any:
        x = np.random.default_rng(0).geometric(0.4, customers).astype(float)
        return GammaGamma().fit(x, true.simulate(x, seed))

    return Study(
        true,
        fit,
        {
            "new": (lambda model: model.expected_spend(0, 1), False),
            "few": (lambda model: model.expected_spend(1, 10), False),
            "many": (lambda model: model.expected_spend(6, 90), False),
        },
    )


STUDIES = {
    "bg_nbd": repeat_buying(BetaGeometricNBD.of(r=0.8, alpha=5, a=0.9, b=3), (20, 40), 30),
    "mbg_nbd": repeat_buying(ModifiedBetaGeometricNBD.of(r=0.8, alpha=5, a=0.9, b=3), (20, 40), 30),
    "pareto_nbd": repeat_buying(ParetoNBD.of(r=0.8, alpha=5, s=0.7, beta=9), (20, 40), 30),
    "bg_bb": repeat_buying(BetaGeometricBetaBinomial.of(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8), (6, 10), 5, True),
    "gamma_gamma": spend(GammaGamma.of(p=6, q=3.7, gamma=15)),
}


def coverage(study: Study, samples: int, customers: int) -> tuple[dict[str, float], int]:
    """The share of intervals that hold the truth, for parameters and figures; and fits that did not converge."""
    hits: dict[str, list[bool]] = {name: [] for name in (*study.true.names, *study.figures)}
    failed = 0
    for seed in range(samples):
        model = study.fit(customers, seed)
        if not model.converged_:
            failed += 1
            continue
        low, high = model.parameter_intervals()
        inside = (low <= study.true.parameters_) & (study.true.parameters_ <= high)
        for name, one in zip(model.names, inside, strict=True):
            hits[name].append(bool(one))
        for name, (figure, share) in study.figures.items():
            low, high = model.interval(figure, share=share)
            hits[name].append(bool(low <= figure(study.true) <= high))
    return {name: float(np.mean(each)) for name, each in hits.items()}, failed


def main() -> None:
    """Print a table for each model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--customers", type=int, default=2000)
    parser.add_argument("--model", choices=STUDIES, action="append")
    options = parser.parse_args()
    for name in options.model or STUDIES:
        shares, failed = coverage(STUDIES[name], options.samples, options.customers)
        row = "  ".join(f"{figure} {share:.1%}" for figure, share in shares.items())
        print(f"{name:12}{row}  not converged {failed} of {options.samples}", flush=True)


if __name__ == "__main__":
    main()
