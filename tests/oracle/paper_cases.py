"""The problems of the cells in papers.py, and their results under autograd."""

import torch

from agreement import map_tree
from papers import PAPERS
from problem import Problem, loss_of, numbers, result

# (time, batch), and the sizes of a cell's dimensions, in the order in which papers.py names them.
PAPER_CASES = [
    ((5, 3), (4, 7, 3, 6, 2)),
    ((1, 1), (1, 1, 1, 1, 1)),
    ((2, 3), (2, 17, 5, 9, 3)),
    ((6, 1), (3, 5, 2, 4, 2)),
]


def cases_of(paper):
    """The cases of a cell, with other numbers of steps and sequences if it names others."""
    cases = [(runs, extents) for runs, (_, extents) in zip(paper.runs, PAPER_CASES)] or PAPER_CASES
    return [(runs, tuple(max(size, paper.least) for size in extents)) for runs, extents in cases]


def drawn(what, shape, kind, largest, grid):
    """Numbers of a kind: "signed", "positive", "binary", "open", which is binary and begins with 1, or "rising"
    along the first axis."""
    values = numbers(what, shape, largest, grid)
    if kind == "binary":
        return (values > 0).double()
    if kind == "open":
        opened = (values > 0).double()
        opened[:, 0] = 1
        return opened
    if kind == "rising":
        return values.abs().cumsum(0)
    return values if kind == "signed" else values.abs()


def make_paper_problem(paper_name, runs, extents):
    paper = PAPERS[paper_name]
    size = dict(zip(paper.dimensions, extents))
    name = f"{paper_name} {'x'.join(map(str, (*runs, *size.values())))}"

    def make(what, leading, dimensions, kind, largest, grid):
        shape = (*leading, *features(dimensions, what))
        kind, largest = paper.ranges.get(what.split(" ")[-1], (kind, largest))
        return drawn(f"{name}: {what}", shape, kind, largest, grid)

    def features(dimensions, what=""):
        """Sizes of the features; a state of several steps has them one after the other."""
        sizes = [size[d] for d in dimensions] or [1]
        sizes[-1] *= paper.delays.get(what.split(" ")[-1], 1) if "initial" in what else 1
        return sizes

    def parameter(what, dimensions):
        columns = size[dimensions[-1]] if len(dimensions) > 1 else 4
        return make(what, (), dimensions, "signed", max(0.25, columns ** -0.5), 256)

    time, batch = runs
    return Problem(
        name=name,
        sizes={"time": time, "batch": batch, **size},
        inputs={
            "parameters": {n: parameter(n, d) for n, d in paper.parameters.items()},
            "inputs": {n: make(n, runs, d, "signed", 2, 64) for n, d in paper.inputs.items()},
            **({"per_sequence": {n: make(n, (batch,), d, "signed", 1, 64) for n, d in paper.per_sequence.items()}}
               if paper.per_sequence else {}),
            "initial": {s: make(f"initial {s}", (batch,), d, "signed", 1, 64)
                        for s, d in paper.states.items()},
        },
        constants={n: d(size) if callable(d) else parameter(n, d) for n, d in paper.constants.items()},
        dy={n: numbers(f"{name}: dy {n}", (*runs, *features(d)), 1, 64)
            for n, d in paper.outputs.items()},
        dfinal={s: numbers(f"{name}: final {s}", (batch, *features(d, f"initial {s}")), 1, 64)
                for s, d in paper.states.items()},
        has_own_gradient=paper.has_own_gradient)


def run_paper(paper, problem):
    """The equations under autograd."""
    v = map_tree(lambda t: t.clone().requires_grad_(), problem.inputs)
    parameters = v["parameters"] | problem.constants
    kept = v.get("per_sequence", {}).values()
    states = tuple(v["initial"][s] for s in paper.states)
    outputs = {name: [] for name in paper.outputs}
    for t in range(problem.sizes["time"]):
        states, y = paper.step(parameters, *(x[t] for x in v["inputs"].values()), *kept, *states)
        for name, value in zip(outputs, y):
            outputs[name].append(value)
    y, final = map_tree(torch.stack, outputs), dict(zip(paper.states, states))
    loss = loss_of(problem, y, final)
    loss.backward()
    return result(loss, y, final,
                  map_tree(lambda t: torch.zeros_like(t) if t.grad is None else t.grad, v))
