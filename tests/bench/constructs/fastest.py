"""The time of the fastest of several calls."""

import time


def fastest(f, calls):
    """Seconds of the fastest call of f, after two that do not count."""
    f()
    f()
    best = float("inf")
    for _ in range(calls):
        begin = time.perf_counter()
        f()
        best = min(best, time.perf_counter() - begin)
    return best
