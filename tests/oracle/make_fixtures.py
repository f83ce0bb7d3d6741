#!/usr/bin/python3
"""Recurrent cells in PyTorch: the reference values of Rondo's cells.

Rondo derives its gradients itself, so a mistake in a rule could remain undetected by every test that
uses Rondo alone.  Here another program computes the outputs and gradients, in
double: torch's nn.RNN, nn.LSTM and nn.GRU where torch has the cell, and the cell's equations
under torch's autograd where it has not (reset before the product, peepholes).

The oracle is checked before anything is written:
  - nn and the equations of cells.py, two programs, agree on every number;
  - gradients agree with central differences, taken in Rondo's parameters, one by one; --check leaves these
    out, because it compares the gradients with those in the files, which were checked in this way when the
    files were made;
  - a float run of the equations stays well within the 1e-5 required of Rondo in float, so no case
    is so badly conditioned that the test would measure the condition of the case.

  make_fixtures.py           writes fixtures/*.json, the same bytes each time on one machine
  make_fixtures.py --check   writes nothing; names the differences from the committed files

Exit status: 0, 1 where files differ, 2 where the oracle contradicts itself, and 77, which meson
counts as skipped, without Debian's python3-torch.

A file is a list of cases.  Every tensor is a flat list, row-major, in the shape given here:
  name                                              what the case is, for messages
  sizes.{time,batch,input,hidden}
  parameters.<Rondo's dotted name, a single key>    W (hidden, input); U (hidden, hidden); others
                                                    (hidden)
  x                                                 (time, batch, input)
  initial.<state>, final.<state>                    (batch, hidden); states are h, or h and c
  dy, dfinal.<state>                                fixed weights, shaped as y and final
  loss                                              sum(y * dy) + sum over states(final * dfinal)
  y                                                 (time, batch, hidden)
  gradient.{parameters.<name>,x,initial.<state>}    of the loss, shaped as the variable

Stacks of two bidirectional layers have lengths besides, one for each sequence; there are no initial
states, the loss is that of the outputs, and names of parameters and final states begin with the layer and
the direction, "1.backwards.f.W". See stacks.py.

Cells from papers have sizes for dimensions of their own, constants.<name>, and in place of x several
inputs.<name>, each (time, batch, features), and per_sequence.<name>, each (batch, features); y and dy have a name below them where a cell has several outputs.
See papers.py.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

sys.dont_write_bytecode = True  # no __pycache__ in the source tree
try:
    import torch
except ImportError as reason:
    print(f"make_fixtures: no torch for {sys.executable} ({reason}); apt install python3-torch")
    sys.exit(77)

from agreement import OracleError, demand, demand_same, leaves, map_tree, worst
from cells import CELLS
from module_parameters import gradient_of, set_parameters
from paper_cases import cases_of, make_paper_problem, run_paper
from papers import PAPERS, Paper
from problem import Problem, in_float, loss_of, numbers, result
from stacks import STACK_CASES, STACKS, Stack, make_stack_problem, run_stack_equations, run_stack_nn

# Relative to the largest entry of the list compared.
CHECK = 1e-12  # committed files against a new run: other BLAS kernels sum in another order
NN_AGAINST_EQUATIONS = 1e-13  # seen: 1e-15
CENTRAL_DIFFERENCES = 2e-8  # seen: 6e-9, in a gradient of a thousandth of the loss
FLOAT_AGAINST_DOUBLE = 5e-6  # seen: 1.7e-6, differs by processor; Rondo is allowed 1e-5
STEP = 1e-5  # near the best of truncation (step^2) against rounding (1e-16 / step)
DIFFERENCED_ENTRIES = 500  # central differences are for cases that have no more inputs than this

# (time, batch, input, hidden), and what the loss looks at.
CASES = [
    ((5, 3, 4, 7), "outputs and final states"),
    ((1, 1, 1, 1), "outputs and final states"),
    ((4, 2, 5, 8), "outputs and final states"),
    ((3, 17, 2, 33), "outputs and final states"),
    ((24, 1, 3, 5), "outputs and final states"),
    ((6, 2, 3, 5), "outputs"),
    ((1, 1, 1, 1), "outputs"),
    ((2, 5, 9, 3), "final states"),
]


# --- one case: its data, and what torch makes of it

def make_problem(cell_name, sizes, looks_at):
    cell = CELLS[cell_name]
    time, batch, width, hidden = sizes
    name = f"{cell_name} {'x'.join(map(str, sizes))}, loss of {looks_at}"
    extent = {"h": hidden, "i": width}
    # torch's own 1/sqrt(hidden), rounded up where that leaves the gates almost linear
    largest = max(0.25, hidden ** -0.5)

    def make(what, shape, largest, grid):
        return numbers(f"{name}: {what}", shape, largest, grid)

    return Problem(
        name=name,
        sizes=dict(zip(("time", "batch", "input", "hidden"), sizes)),
        inputs={
            "parameters": {n: make(n, [extent[letter] for letter in shape], largest, 256)
                           for n, shape in cell.shapes.items()},
            "x": make("x", (time, batch, width), 2, 64),
            "initial": {s: make(f"initial {s}", (batch, hidden), 1, 64) for s in cell.states},
        },
        dy=make("dy", (time, batch, hidden), 1, 64) * ("outputs" in looks_at),
        dfinal={s: make(f"final {s}", (batch, hidden), 1, 64) * ("final" in looks_at)
                for s in cell.states})


def run_equations(cell, problem):
    """The equations of cells.py, under autograd."""
    v = map_tree(lambda t: t.clone().requires_grad_(), problem.inputs)
    states, outputs = tuple(v["initial"][s] for s in cell.states), []
    for x in v["x"]:
        states = cell.step(v["parameters"], x, *states)
        outputs.append(states[0])
    y, final = torch.stack(outputs), dict(zip(cell.states, states))
    loss = loss_of(problem, y, final)
    loss.backward()
    # An input that autograd does not reach has gradient 0: for the other checks to confirm.
    return result(loss, y, final,
                  map_tree(lambda t: torch.zeros_like(t) if t.grad is None else t.grad, v))


def run_nn(cell, problem):
    """torch's module; its rows and pairs of biases are translated to and from Rondo's names."""
    p, (_, _, width, hidden) = problem.inputs["parameters"], problem.sizes.values()
    module = cell.module(width, hidden).double()
    set_parameters(module, "_l0", cell, p, problem.name)

    x = problem.inputs["x"].clone().requires_grad_()
    initial = {s: t.clone().requires_grad_() for s, t in problem.inputs["initial"].items()}
    layers = tuple(initial[s].unsqueeze(0) for s in cell.states)
    y, final = module(x, layers if len(layers) > 1 else layers[0])
    final = final if isinstance(final, tuple) else (final,)
    final = {s: t.squeeze(0) for s, t in zip(cell.states, final)}
    loss = loss_of(problem, y, final)
    loss.backward()

    gradient = gradient_of(module, "_l0", cell, p, problem.name)
    return result(loss, y, final, {"parameters": gradient, "x": x.grad,
                                   "initial": map_tree(lambda t: t.grad, initial)})


def run(cell, problem):
    if isinstance(cell, Paper):
        return run_paper(cell, problem)
    if isinstance(cell, Stack):
        return run_stack_nn(cell, problem)
    return (run_nn if cell.module else run_equations)(cell, problem)


def run_again(cell, problem):
    """An independent run: never torch's module."""
    if isinstance(cell, Paper):
        return run_paper(cell, problem)
    return (run_stack_equations if isinstance(cell, Stack) else run_equations)(cell, problem)


# --- the oracle, checked

def central_difference(cell, problem, tensor):
    """The central difference of the loss in each entry of `tensor`, which belongs to problem.inputs."""
    difference, entries = torch.zeros_like(tensor), tensor.view(-1)
    for k in range(entries.numel()):
        middle = entries[k].item()
        entries[k] = middle + STEP
        above = run(cell, problem)["loss"]
        entries[k] = middle - STEP
        below = run(cell, problem)["loss"]
        entries[k] = middle
        difference.view(-1)[k] = (above - below) / (2 * STEP)
    return difference


def verify(cell, problem, expected, takes_differences):
    if cell.module:
        demand_same(f"{problem.name}: equations against nn", NN_AGAINST_EQUATIONS,
                    run_again(cell, problem), expected)

    entries = sum(t.numel() for _, t in leaves(problem.inputs))
    if takes_differences and entries <= DIFFERENCED_ENTRIES and not problem.has_own_gradient:
        inputs = map_tree(torch.clone, problem.inputs)
        moved = replace(problem, inputs=inputs)
        demand_same(f"{problem.name}: central differences", CENTRAL_DIFFERENCES,
                    map_tree(lambda t: central_difference(cell, moved, t), inputs),
                    expected["gradient"])

    demand_same(f"{problem.name}: float against double", FLOAT_AGAINST_DOUBLE,
                run_again(cell, in_float(problem)), expected)


# --- the files

def make_case(cell, problem, takes_differences):
    expected = run(cell, problem)
    verify(cell, problem, expected, takes_differences)
    plain = map_tree(lambda t: t.reshape(-1).tolist() if t.dim() else t.item(), {
        **problem.inputs, **({"constants": problem.constants} if problem.constants else {}),
        "dy": problem.dy, "dfinal": problem.dfinal, **expected})
    # 0.0 for -0.0: the sign of a zero weight is an accident of the product that made it
    plain = map_tree(lambda v: [e + 0.0 for e in v] if isinstance(v, list) else v, plain)
    return {"name": problem.name, "sizes": problem.sizes,
            **({"lengths": problem.lengths} if problem.lengths else {}), **plain}


def to_text(value, margin=""):
    """JSON with one list of numbers to a line; repr gives the digits that read back exactly."""
    if not isinstance(value, dict):
        return json.dumps(value, separators=(",", ":"), allow_nan=False)
    return "{" + ",".join(f"\n{margin} {json.dumps(key)}:{to_text(branch, margin + ' ')}"
                          for key, branch in value.items()) + "}"


def compare(path, cases):
    """Sentences that name the differences from the committed file."""
    try:
        committed = json.loads(path.read_text(encoding="ascii"))
        found = dict(leaves({case["name"]: case for case in committed}))
    except (OSError, ValueError, TypeError, KeyError) as reason:
        return [f"{path.name}: not a readable list of named cases ({reason!r})"]
    expected = dict(leaves({case["name"]: case for case in cases}))
    complaints = [f"{path.name}: {where}: {'missing' if where in expected else 'unknown'}"
                  for where in sorted(expected.keys() ^ found.keys())]
    if not complaints and [c["name"] for c in committed] != [c["name"] for c in cases]:
        complaints.append(f"{path.name}: a case twice, or in another order")
    for where in sorted(expected.keys() & found.keys()):
        said, a, b = f"{path.name}: {where}", found[where], expected[where]
        if not isinstance(b, (list, float)):
            complaints += [f"{said}: is {a!r}, made anew {b!r}"] * (a != b)
            continue
        try:
            a, b = (torch.tensor(value, dtype=torch.float64) for value in (a, b))
            if a.shape != b.shape:
                raise OracleError(f"{said}: {list(a.shape)} numbers, made anew {list(b.shape)}")
            demand(said, CHECK, a, b, float(b.dim() == 0))
        except OracleError as reason:
            complaints.append(str(reason))
        except (TypeError, ValueError, RuntimeError):
            complaints.append(f"{said}: not numbers")
    return complaints


def main():
    options = argparse.ArgumentParser(description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true",
                         help="compare with the files that are there, write nothing")
    options.add_argument("--directory", type=Path, default=Path(__file__).parent / "fixtures",
                         help="where the files are (default: fixtures, beside this script)")
    options = options.parse_args()

    torch.set_num_threads(1)  # an order of summation that does not depend on the machine's load

    def make_cases(cell, make, name, cases):
        return [make_case(cell, make(name, *case), not options.check) for case in cases]

    try:
        files = {f"{name}.json": make_cases(cell, make_problem, name, CASES)
                 for name, cell in CELLS.items()}
        files |= {f"{name}.json": make_cases(stack, make_stack_problem, name, STACK_CASES)
                  for name, stack in STACKS.items()}
        files |= {f"{name}.json": make_cases(paper, make_paper_problem, name, cases_of(paper))
                  for name, paper in PAPERS.items()}
    except OracleError as reason:
        print(f"make_fixtures: the oracle contradicts itself: {reason}")
        return 2
    for relative, what in worst.values():
        print(f"off by at most {relative:.1e} ({what})")

    if options.check:
        complaints = [c for name, cases in files.items()
                      for c in compare(options.directory / name, cases)]
        complaints += [f"{path.name}: no cell makes this file"
                       for path in sorted(options.directory.glob("*.json"))
                       if path.name not in files]
        print(*complaints or [f"{len(files)} files are as made anew"], sep="\n")
        return 1 if complaints else 0

    options.directory.mkdir(parents=True, exist_ok=True)
    for name, cases in files.items():
        text = "[" + ",\n".join(to_text(case) for case in cases) + "]\n"
        (options.directory / name).write_text(text, encoding="ascii")
        print(f"{name}: {len(cases)} cases, {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
