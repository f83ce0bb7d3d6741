"""Two bidirectional layers over sequences of different lengths: nn.LSTM and nn.GRU with packed
sequences, and the equations of cells.py, run over each sequence alone.

Names of parameters and states begin with the layer and the direction: "0.forwards.i.W".
"""

from dataclasses import dataclass

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from agreement import map_tree
from cells import CELLS, Cell
from module_parameters import gradient_of, set_parameters
from problem import Problem, loss_of, numbers, result

# (time, batch, input, hidden), and the lengths.
STACK_CASES = [
    ((6, 4, 3, 5), (3, 6, 1, 5)),
    ((5, 3, 2, 9), (5, 5, 2)),
    ((3, 2, 2, 3), (3, 2)),
]
DIRECTIONS = {"0.forwards.": "_l0", "0.backwards.": "_l0_reverse",
              "1.forwards.": "_l1", "1.backwards.": "_l1_reverse"}


@dataclass(frozen=True)
class Stack:
    cell: Cell

    @property
    def module(self):
        return self.cell.module


STACKS = {"bidirectional_lstm": Stack(CELLS["lstm"]),
          "bidirectional_gru": Stack(CELLS["gru_reset_after"])}


def make_stack_problem(stack_name, sizes, lengths):
    cell = STACKS[stack_name].cell
    time, batch, width, hidden = sizes
    name = f"{stack_name} {'x'.join(map(str, sizes))}, lengths {', '.join(map(str, lengths))}"
    largest = max(0.25, hidden ** -0.5)
    extents = {"0": {"h": hidden, "i": width}, "1": {"h": hidden, "i": 2 * hidden}}
    parameters = {
        prefix + n: numbers(f"{name}: {prefix}{n}", [extents[prefix[0]][letter] for letter in shape],
                            largest, 256)
        for prefix in DIRECTIONS for n, shape in cell.shapes.items()}
    return Problem(
        name=name, sizes=dict(zip(("time", "batch", "input", "hidden"), sizes)), lengths=list(lengths),
        inputs={"parameters": parameters, "x": numbers(f"{name}: x", (time, batch, width), 2, 64)},
        dy=numbers(f"{name}: dy", (time, batch, 2 * hidden), 1, 64), dfinal={})


def part(p, prefix):
    return {n.removeprefix(prefix): t for n, t in p.items() if n.startswith(prefix)}


def run_stack_nn(stack, problem):
    cell, p, (time, _, width, hidden) = stack.cell, problem.inputs["parameters"], problem.sizes.values()
    module = cell.module(width, hidden, num_layers=2, bidirectional=True).double()
    for prefix, suffix in DIRECTIONS.items():
        set_parameters(module, suffix, cell, part(p, prefix), f"{problem.name}: {prefix}")
    x = problem.inputs["x"].clone().requires_grad_()
    packed = pack_padded_sequence(x, torch.tensor(problem.lengths), enforce_sorted=False)
    y, final = module(packed)
    y, _ = pad_packed_sequence(y, total_length=time)
    final = final if isinstance(final, tuple) else (final,)
    final = {prefix + s: t[k] for s, t in zip(cell.states, final)
             for k, prefix in enumerate(DIRECTIONS)}
    loss = loss_of(problem, y, {})
    loss.backward()
    gradient = {prefix + n: t for prefix, suffix in DIRECTIONS.items()
                for n, t in gradient_of(module, suffix, cell, part(p, prefix), problem.name).items()}
    return result(loss, y, final, {"parameters": gradient, "x": x.grad})


def run_direction(cell, p, steps):
    hidden = p["U" if "U" in p else "i.U"].shape[0]
    states = tuple(steps[0].new_zeros(hidden) for _ in cell.states)
    outputs = []
    for x in steps:
        states = cell.step(p, x, *states)
        outputs.append(states[0])
    return outputs, states


def run_stack_equations(stack, problem):
    """The equations under autograd, over the real steps of each sequence alone."""
    cell, v = stack.cell, map_tree(lambda t: t.clone().requires_grad_(), problem.inputs)
    time, outputs = problem.sizes["time"], []
    final = {prefix + s: [] for s in cell.states for prefix in DIRECTIONS}
    for b, length in enumerate(problem.lengths):
        steps = list(v["x"][:length, b])
        for layer in "01":
            ahead, last = run_direction(cell, part(v["parameters"], f"{layer}.forwards."), steps)
            back, first = run_direction(cell, part(v["parameters"], f"{layer}.backwards."), steps[::-1])
            for k, s in enumerate(cell.states):
                final[f"{layer}.forwards.{s}"].append(last[k])
                final[f"{layer}.backwards.{s}"].append(first[k])
            steps = [torch.cat(pair) for pair in zip(ahead, back[::-1])]
        outputs.append(torch.stack(steps + [torch.zeros_like(steps[0])] * (time - length)))
    y, final = torch.stack(outputs, dim=1), map_tree(torch.stack, final)
    loss = loss_of(problem, y, {})
    loss.backward()
    return result(loss, y, final, map_tree(lambda t: t.grad, v))
