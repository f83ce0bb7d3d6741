"""Compares two lists, or two trees of lists, of numbers; gives the largest deviation.

Tolerances are relative to the largest entry of the list, as in Rondo's own tests, because entries
that result from cancellation have few correct digits.
"""

import math


def map_tree(function, tree):
    if isinstance(tree, dict):
        return {key: map_tree(function, branch) for key, branch in tree.items()}
    return function(tree)


class OracleError(Exception):
    """Two ways to compute one number disagree: the output of this script cannot be trusted."""


worst = {}  # tolerance -> the largest deviation met, and where; printed to keep tolerances honest


def leaves(tree, path=""):
    if isinstance(tree, dict):
        for key, branch in tree.items():
            yield from leaves(branch, f"{path} {key}".strip())
    else:
        yield path, tree


def demand(what, tolerance, found, expected, at_least=0.0):
    """Requires that the largest difference over the largest entry (or `at_least`, if larger) is within tolerance."""
    found, expected = found.double(), expected.double()
    scale = max(expected.abs().max().item(), at_least)
    difference = (found - expected).abs().max().item()
    relative = difference / scale if scale else (0.0 if difference == 0 else math.inf)
    worst[tolerance] = max(worst.get(tolerance, (0.0, "")), (relative, what))
    if not relative <= tolerance:  # written so that a NaN fails
        raise OracleError(f"{what}: off by {relative:.2g} of the largest entry, "
                          f"allowed is {tolerance:.0e}")


def demand_same(what, tolerance, found, expected):
    expected = dict(leaves(expected))
    for path, t in leaves(found):
        # A loss is a sum whose terms cancel; its scale is that of the terms, about 1.
        demand(f"{what}: {path}", tolerance, t, expected[path], float(path == "loss"))
