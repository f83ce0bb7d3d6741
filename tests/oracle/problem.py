"""The data of a case, and the results of a run."""

import math
import random
from dataclasses import dataclass, field, replace
from typing import Union

import torch

from agreement import leaves, map_tree


@dataclass(frozen=True)
class Problem:
    sizes: dict  # "time", "batch", and a size for each dimension
    inputs: dict  # "parameters", "x", "initial": everything a gradient is taken of
    dy: Union[torch.Tensor, dict]  # a weight for each output
    dfinal: dict  # a weight for each final state
    name: str
    lengths: tuple = ()  # of the sequences; empty if all have all steps
    constants: dict = field(default_factory=dict)  # by Rondo's names; they have no gradient
    has_own_gradient: bool = False  # the gradient is not the derivative of the loss, but the cell's choice


def in_float(problem):
    return replace(problem, **{name: map_tree(torch.Tensor.float, getattr(problem, name))
                               for name in ("inputs", "dy", "dfinal", "constants")})


def numbers(seed, shape, largest, grid):
    """Random numbers of either sign, of size in [largest/8, largest], so that no gradient is noise.

    They are multiples of 1/grid, which are exact in float and short in decimal.  Only random() is
    guaranteed not to change between versions of Python.
    """
    generator = random.Random(seed)
    top, bottom = math.floor(largest * grid), math.ceil(largest * grid / 8)
    values = []
    for _ in range(math.prod(shape)):
        size = bottom + math.floor(generator.random() * (top - bottom + 1))
        values.append((size if generator.random() < 0.5 else -size) / grid)
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


def loss_of(problem, y, final):
    outputs = dict(leaves(y))
    return (sum((outputs[name] * d).sum() for name, d in leaves(problem.dy))
            + sum((final[s] * d).sum() for s, d in problem.dfinal.items()))


def result(loss, y, final, gradient):
    return map_tree(lambda t: t.detach().clone(),
                    {"loss": loss, "y": y, "final": final, "gradient": gradient})
