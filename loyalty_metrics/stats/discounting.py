"""Money to come is worth less than money now."""

import numpy as np
from numpy.typing import ArrayLike

from loyalty_metrics.stats.btyd import RepeatBuying
from loyalty_metrics.stats.histogram import FloatArray
from loyalty_metrics.stats.histories import distinct

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)
_AT, _WEIGHT = ((_NODES + 1) / 2) ** 2, _WEIGHTS * (_NODES + 1) / 2
"""Gauss-Legendre on 0..1, squared: denser at the start, where expected purchases bend most."""


def discounted_purchases(
    model: RepeatBuying, horizon: float, rate: float, x: ArrayLike, t_x: ArrayLike, T: ArrayLike
) -> FloatArray:
    """Expected purchases in the horizon, each discounted continuously from the moment it is made.

    The integral of e^(-rate t) dE(t) over the horizon, by parts: e^(-rate H) E(H) + rate * integral of e^(-rate t) E(t)
    dt.

    Args:
        model: Fitted.
        horizon: Time ahead.
        rate: Of discount, in the unit of time: log(1 + yearly rate) / 365 for days.
        x: Occasions after the first.
        t_x: Time of the last one.
        T: Time observed.

    Returns:
        Discounted purchases; where the rate is 0, the expected purchases themselves.

    Source: Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005). RFM and CLV, JMR 42 (discounted expected transactions).
    """
    if rate == 0:
        return model.expected_purchases(horizon, x, t_x, T)
    x, t_x, T = np.broadcast_arrays(*(np.asarray(each, np.float64) for each in (x, t_x, T)))
    first, row = distinct(np.ravel(x), np.ravel(T))
    x_once, T_once = np.ravel(x)[first], np.ravel(T)[first]
    total = np.exp(-rate * horizon) * model.expected_while_alive(horizon, x_once, T_once)
    for at, weight in zip(_AT * horizon, _WEIGHT * horizon, strict=True):
        total = total + rate * weight * np.exp(-rate * at) * model.expected_while_alive(at, x_once, T_once)
    return np.asarray(model.probability_not_left(x, t_x, T) * total[row].reshape(x.shape))
