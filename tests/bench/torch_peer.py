"""PyTorch as a peer of the benchmark, in a process of its own.

  torch_peer.py PROBLEM

PROBLEM is a file of a line of JSON and then floats. The results of every variant are written to
PROBLEM.VARIANT in the same form. Then a line of JSON says which variants there are, and each line
on the standard input, "VARIANT CALLS", is answered with the mean microseconds of one of CALLS calls,
in wall time and in processor time. The program that starts this one (torch.cpp) sets the environment
that makes PyTorch fast.
"""

import json
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
try:
    import numpy as np
    import torch
except ImportError as error:
    print(json.dumps({"missing": str(error)}))
    sys.exit()
from torch_cells import LAYERS, MATRICES, PARTS
from torch_stream import STEPS


def read(path):
    with open(path, "rb") as file:
        head = json.loads(file.readline())
        values = {
            name: torch.from_numpy(np.fromfile(file, np.float32, count))
            for name, count in head["tensors"]
        }
    return head, values


def write(path, values):
    flat = {name: v.detach().reshape(-1).numpy() for name, v in values.items()}
    with open(path, "wb") as file:
        head = {"tensors": [[name, len(v)] for name, v in flat.items()]}
        file.write(json.dumps(head).encode() + b"\n")
        for v in flat.values():
            v.tofile(file)


def stack(name, parts, values, hidden):
    """Builds one of PyTorch's parameters from Rondo's."""
    blocks = [torch.zeros(hidden) if part is None else values[part] for part in parts]
    shape = (len(parts) * hidden, -1) if name in MATRICES else (len(parts) * hidden,)
    return torch.nn.Parameter(torch.cat(blocks).reshape(shape).clone())


class Problem:
    """The data of the problem, and the calls of each variant."""

    def __init__(self, path):
        head, values = read(path)
        self.cell, self.mode, self.rate = head["cell"], head["mode"], head["rate"]
        steps, batch, hidden = head["steps"], head["batch"], head["hidden"]
        self.x = values["x"].view(steps, batch, -1)
        self.dy = values["dy"].view(steps, batch, hidden)
        self.states = [values[s].view(batch, hidden) for s in ("h0", "c0") if s in values]
        self.parts = PARTS[self.cell]
        self.parameters = {
            name: stack(name, parts, values, hidden) for name, parts in self.parts.items()
        }
        self.initial = {name: p.detach().clone() for name, p in self.parameters.items()}
        self.trains = self.mode in ("train", "window")
        for leaf in [self.x, *self.states]:
            leaf.requires_grad_(self.trains)
        self.wanted = [self.x, *self.states, *self.parameters.values()]
        self.inputs = self.x.unbind(0)
        made = (STEPS if self.mode == "stream" else LAYERS)[self.cell](self.parameters)
        once = {"forward": self.infer, "stream": self.stream}.get(self.mode, self.train)
        self.variants = {name: lambda run=run: once(run) for name, run in made.items()}

    def infer(self, layer):
        with torch.inference_mode():
            return layer(self.x, self.states), []

    def stream(self, step):
        with torch.inference_mode():
            states, y = self.states, []
            for x in self.inputs:
                states = step(x, states)
                y.append(states[0])
        return y, []

    def train(self, layer):
        y = layer(self.x, self.states)
        gradients = torch.autograd.grad([y], self.wanted, [self.dy])
        if self.mode == "window":
            own = list(self.parameters.values())
            with torch.no_grad():
                torch._foreach_add_(own, gradients[-len(own) :], alpha=-self.rate)
        return y, gradients

    def restore(self):
        if self.mode == "window":
            with torch.no_grad():
                for name, p in self.parameters.items():
                    p.copy_(self.initial[name])

    def results(self, variant):
        """Output, gradients and updated parameters by Rondo's names."""
        self.restore()
        y, gradients = self.variants[variant]()
        found = {"y": torch.stack(list(y))}
        if self.trains:
            names = ["x", "h0", "c0"][: 1 + len(self.states)]
            found |= {"d " + n: g for n, g in zip(names, gradients)}
            self.take_apart(found, "d ", gradients[len(names) :])
        if self.mode == "window":
            self.take_apart(found, "new ", self.parameters.values())
        return found

    def take_apart(self, found, prefix, stacked):
        for parts, whole in zip(self.parts.values(), stacked):
            for part, block in zip(parts, whole.chunk(len(parts))):
                if part is not None:
                    found[prefix + part] = block

    def repeat(self, variant, calls):
        """Microseconds of one call: wall, processor."""
        once = self.variants[variant]
        self.restore()
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(calls):
            once()
        return [1e6 * t / calls for t in (time.perf_counter() - wall, time.process_time() - cpu)]


def blas():
    """The library of the matrix products: the reference BLAS is several times slower."""
    maps = Path("/proc/self/maps").read_text()
    return next((line.split()[-1] for line in maps.splitlines() if "blas" in line), "none")


def main(path):
    torch.set_num_threads(json.loads(open(path, "rb").readline())["threads"])
    torch.set_num_interop_threads(1)
    problem = Problem(path)
    for variant in problem.variants:
        write(f"{path}.{variant}", problem.results(variant))
    print(json.dumps({"variants": [*problem.variants], "blas": str(Path(blas()).resolve())}), flush=True)
    for line in sys.stdin:
        variant, calls = line.split()
        print(*problem.repeat(variant, int(calls)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
