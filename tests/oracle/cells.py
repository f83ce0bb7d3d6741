"""The cells of the oracle: parameters under Rondo's names, and one step as torch operations.

To add a cell, edit this file only.  The equations are deliberately written a second time: they
share nothing with Rondo, and where torch has the cell they are compared with it.
"""

from dataclasses import dataclass
from typing import Callable, Optional

import torch
from torch import sigmoid, tanh


@dataclass(frozen=True)
class Cell:
    """`step(p, x, h[, c])` gives the next states; the output is the first of them.

    `rows` names, in torch's order, the blocks of rows of its stacked matrices.
    """
    states: tuple
    shapes: dict  # of letters: h is hidden, i is input
    step: Callable
    module: Optional[type] = None
    rows: tuple = ()


def affine(p, prefix, x, h):
    return x @ p[prefix + "W"].T + h @ p[prefix + "U"].T + p[prefix + "b"]


def elman(p, x, h):
    return (tanh(affine(p, "", x, h)),)


def lstm(p, x, h, c):
    i, f, o = (sigmoid(affine(p, gate, x, h)) for gate in ("i.", "f.", "o."))
    g = tanh(affine(p, "g.", x, h))
    c = f * c + i * g
    return o * tanh(c), c


def gru_reset_after(p, x, h):
    r, z = (sigmoid(affine(p, gate, x, h)) for gate in ("r.", "z."))
    n = tanh(x @ p["W"].T + p["b"] + r * (h @ p["U"].T + p["c"]))
    return ((1 - z) * n + z * h,)


def gru_reset_before(p, x, h):
    r, z = (sigmoid(affine(p, gate, x, h)) for gate in ("r.", "z."))
    n = tanh(affine(p, "", x, r * h))
    return ((1 - z) * n + z * h,)


def peephole(p, x, h, c):
    """An LSTM with peepholes whose forget gate is 1 - i; i reads the old memory, o the new one."""
    def pre(gate):
        return x @ p["W_" + gate].T + h @ p["U_" + gate].T + p["b_" + gate]
    i = sigmoid(pre("i") + p["p_i"] * c)
    g = tanh(pre("g"))
    c = (1 - i) * c + i * g
    o = sigmoid(pre("o") + p["p_o"] * c)
    return o * tanh(c), c


def shapes(*prefixes, **more):
    return {p + name: shape for p in prefixes
            for name, shape in (("W", "hi"), ("U", "hh"), ("b", "h"))} | more


CELLS = {
    "elman": Cell(("h",), shapes(""), elman, torch.nn.RNN, ("",)),
    "lstm": Cell(("h", "c"), shapes("i.", "f.", "g.", "o."), lstm,
                 torch.nn.LSTM, ("i.", "f.", "g.", "o.")),
    "gru_reset_after": Cell(("h",), shapes("r.", "z.", "", c="h"), gru_reset_after,
                            torch.nn.GRU, ("r.", "z.", "")),
    "gru_reset_before": Cell(("h",), shapes("r.", "z.", ""), gru_reset_before),
    "peephole": Cell(("h", "c"), {
        "W_i": "hi", "U_i": "hh", "b_i": "h", "p_i": "h",
        "W_g": "hi", "U_g": "hh", "b_g": "h",
        "W_o": "hi", "U_o": "hh", "b_o": "h", "p_o": "h"}, peephole),
}
