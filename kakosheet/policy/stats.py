"""The few statistics that the workbook shows; stdlib only, since refresh must not import more."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum, sqrt

Z95 = 1.959963984540054
"""The two-sided 95 % point of the normal distribution."""


def wilson(hits: int, of: int, z: float = Z95) -> tuple[float, float] | None:
    """The Wilson score interval of a share: E. B. Wilson, JASA 22 (1927) 209-212. None without trials.

    Unlike the textbook interval it stays within 0 and 1 and is not empty at 0 of n."""
    if of <= 0:
        return None
    share, square = hits / of, z * z
    middle = share + square / (2 * of)
    half = z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    low, high = (middle - half) / (1 + square / of), (middle + half) / (1 + square / of)
    return (0.0 if hits <= 0 else max(0.0, low), 1.0 if hits >= of else min(1.0, high))


def share(part: float, whole: float) -> float | None:
    """part / whole; None where there is no whole."""
    return part / whole if whole else None


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of what is there; None if nothing is."""
    known = [value for value in values if value is not None]
    return fsum(known) / len(known) if known else None


def quantile(values: Iterable[float], part: float) -> float | None:
    """Linear between order statistics (type 7 of Hyndman and Fan 1996, the default of numpy, R and PERCENTILE.INC);
    None if empty."""
    ordered = sorted(values)
    if not ordered:
        return None
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def median(values: Iterable[float]) -> float | None:
    return quantile(values, 0.5)


def change(now: float | None, before: float | None) -> float | None:
    """now - before; None where either is not known."""
    return None if now is None or before is None else now - before
