"""The data of a case, and the results of a run."""

import math
import random
from dataclasses import dataclass

import torch

from agreement import map_tree


@dataclass(frozen=True)
class Problem:
    sizes: tuple
    inputs: dict  # "parameters", "x", "initial": everything a gradient is taken of
    dy: torch.Tensor
    dfinal: dict  # a weight for each final state
    name: str
    lengths: tuple = ()  # of the sequences; empty if all have all steps


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
    return (y * problem.dy).sum() + sum((final[s] * d).sum() for s, d in problem.dfinal.items())


def result(loss, y, final, gradient):
    return map_tree(lambda t: t.detach().clone(),
                    {"loss": loss, "y": y, "final": final, "gradient": gradient})
