"""Rondo's names in torch's modules: rows of stacked matrices, and pairs of biases.

torch has two biases everywhere.  Where Rondo has one it is split in two, which add up to it exactly
(all are multiples of 1/256); the candidate of the GRU has both, as b and c.
"""

import torch

from agreement import demand
from problem import numbers

HALVES = 1e-13  # how far the gradients of two halves of a bias may be apart


def with_two_biases(cell, p):
    return {row for row in cell.rows if row + "c" in p}


def tensors(module, suffix):
    return {"W": getattr(module, "weight_ih" + suffix), "U": getattr(module, "weight_hh" + suffix),
            "b": getattr(module, "bias_ih" + suffix), "c": getattr(module, "bias_hh" + suffix)}


def set_parameters(module, suffix, cell, p, name):
    """Sets the parameters that end in `suffix` (torch's: layer and direction) to those of `p`."""
    both, to = with_two_biases(cell, p), tensors(module, suffix)
    hidden = to["U"].shape[1]
    recurrent = {row: p[row + "c"] if row in both
                 else numbers(f"{name}: recurrent {row}b", (hidden,), 0.25, 256)
                 for row in cell.rows}
    with torch.no_grad():
        to["W"].copy_(torch.cat([p[row + "W"] for row in cell.rows]))
        to["U"].copy_(torch.cat([p[row + "U"] for row in cell.rows]))
        to["b"].copy_(torch.cat([p[row + "b"] if row in both else p[row + "b"] - recurrent[row]
                                 for row in cell.rows]))
        to["c"].copy_(torch.cat([recurrent[row] for row in cell.rows]))


def gradient_of(module, suffix, cell, p, name):
    """The gradient under the names of `p`."""
    both, of = with_two_biases(cell, p), tensors(module, suffix)
    gradient = {row + letter: block for letter, tensor in of.items()
                for row, block in zip(cell.rows, tensor.grad.split(of["U"].shape[1]))}
    for row in set(cell.rows) - both:
        demand(f"{name}: the gradients of both halves of {row}b", HALVES,
               gradient[row + "c"], gradient[row + "b"])
    return {n: gradient[n] for n in p}
