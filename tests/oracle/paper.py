"""How a cell of tests/papers is described, and the names of dimensions that several share."""

from dataclasses import dataclass, field
from typing import Callable


@dataclass(frozen=True)
class Paper:
    """`step(p, inputs..., per_sequence..., states...)` gives the next states and the outputs, all shaped (batch, features).

    Names are mapped to the dimensions of a tensor: none for a number, rows and columns for a matrix. A constant
    may be a function from the sizes of the dimensions instead. `ranges` gives for a name the kind of its numbers,
    see paper_cases.py, and their largest magnitude. `delays` gives for a state the number of steps whose values it
    has, the oldest first; `runs` other numbers of steps and sequences than the usual; `least` the smallest size of a
    dimension, where fewer entries would have no gradient, as those of a norm.
    """
    dimensions: tuple
    inputs: dict
    states: dict
    outputs: dict
    parameters: dict
    step: Callable
    constants: dict = field(default_factory=dict)
    ranges: dict = field(default_factory=dict)
    has_own_gradient: bool = False
    delays: dict = field(default_factory=dict)
    runs: tuple = ()
    least: int = 1
    per_sequence: dict = field(default_factory=dict)
    module = None  # torch has none of them


I, H, O = ("input",), ("hidden",), ("output",)
HI, HH, OH = H + I, H + H, O + H
GATE = {"W": HI, "U": HH, "b": H}


def gates(names, shapes=None):
    return {f"{n}.{name}": shape for n in names for name, shape in (shapes or GATE).items()}
