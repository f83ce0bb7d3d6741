"""Times PyTorch for the rows of matrices.cpp: loops over the steps that TorchScript compiles.

Prints JSON, microseconds for one step of one sequence of the fastest of several calls.

  matrices_torch.py THREADS
"""

import json
import sys

import torch
from fastest import fastest

STEPS, HEADS, ROWS, COLUMNS = 200, 4, 64, 64
torch.manual_seed(1)
torch.set_num_threads(int(sys.argv[1]))


@torch.jit.script
def memory(f, v, k, q, b, C):
    outputs: list[torch.Tensor] = []
    for t in range(f.size(0)):
        C = (f[t] + b)[:, :, None, None] * C + v[t][:, :, :, None] * k[t][:, :, None, :]
        outputs.append(torch.matmul(C, q[t].unsqueeze(-1)).squeeze(-1))
    return torch.stack(outputs)


def microseconds(f, batch, calls):
    return fastest(f, calls) * 1e6 / (STEPS * batch)


def measure(batch, calls):
    given = [torch.rand(STEPS, batch, HEADS), torch.rand(STEPS, batch, HEADS, ROWS),
             torch.rand(STEPS, batch, HEADS, COLUMNS) * 0.1, torch.rand(STEPS, batch, HEADS, COLUMNS) * 0.1]
    b = torch.zeros(HEADS)
    for x in (*given, b):
        x.requires_grad_()
    C = torch.zeros(batch, HEADS, ROWS, COLUMNS)

    def train():
        for x in (*given, b):
            x.grad = None
        memory(*given, b, C).sum().backward()

    def infer():
        with torch.no_grad():
            memory(*given, b, C)

    return {"inference": microseconds(infer, batch, calls), "training": microseconds(train, batch, calls)}


print(json.dumps({"1": measure(1, 10), "32": measure(32, 3)}))
