"""Times PyTorch for three rows of constructs.cpp: loops over the steps that TorchScript compiles, and modules.

Prints JSON, milliseconds of the fastest of several calls on one thread.
"""

import json

import torch
from fastest import fastest

torch.manual_seed(1)
torch.set_num_threads(1)


def matrix(*shape):
    return (torch.rand(*shape) * 0.1 - 0.05).requires_grad_()


def measure(forward, parameters, calls=8):
    def train():
        for p in parameters:
            p.grad = None
        forward().sum().backward()

    def infer():
        with torch.no_grad():
            forward()

    return {"infer": fastest(infer, calls) * 1e3, "train": fastest(train, calls) * 1e3}


@torch.jit.script
def gru_d(x, m, gap, h, last, mean, W: list[torch.Tensor], V: list[torch.Tensor], U: list[torch.Tensor],
          b: list[torch.Tensor], dx, dx_b, dh, dh_b):
    to_mean = torch.exp(-torch.relu(gap * dx + dx_b))
    to_zero = torch.exp(-torch.relu(gap @ dh.t() + dh_b))
    of_mask = [m @ V[k].t() + b[k] for k in range(3)]
    outputs: list[torch.Tensor] = []
    for t in range(x.size(0)):
        now = m[t] * x[t] + (1 - m[t]) * (to_mean[t] * last + (1 - to_mean[t]) * mean)
        faded = to_zero[t] * h
        z = torch.sigmoid(now @ W[0].t() + faded @ U[0].t() + of_mask[0][t])
        r = torch.sigmoid(now @ W[1].t() + faded @ U[1].t() + of_mask[1][t])
        n = torch.tanh(now @ W[2].t() + (r * faded) @ U[2].t() + of_mask[2][t])
        h = (1 - z) * faded + z * n
        last = m[t] * x[t] + (1 - m[t]) * last
        outputs.append(h)
    return torch.stack(outputs)


@torch.jit.script
def lru(x, re, im, nu, theta, gamma, B_re, B_im, C_re, C_im, D):
    modulus = torch.exp(-torch.exp(nu))
    angle = torch.exp(theta)
    a = modulus * torch.cos(angle)
    b = modulus * torch.sin(angle)
    in_re = torch.exp(gamma) * (x @ B_re.t())
    in_im = torch.exp(gamma) * (x @ B_im.t())
    all_re: list[torch.Tensor] = []
    all_im: list[torch.Tensor] = []
    for t in range(x.size(0)):
        next_re = a * re - b * im + in_re[t]
        im = b * re + a * im + in_im[t]
        re = next_re
        all_re.append(re)
        all_im.append(im)
    return torch.stack(all_re) @ C_re.t() - torch.stack(all_im) @ C_im.t() + D * x


def measure_gru_d():
    x = torch.rand(100, 32, 64)
    W, V = [[matrix(128, 64) for _ in range(3)] for _ in range(2)]
    U = [matrix(128, 128) for _ in range(3)]
    b = [matrix(128) for _ in range(3)]
    decays = [matrix(64), matrix(64), matrix(128, 64), matrix(128)]
    states = torch.zeros(32, 128), torch.zeros(32, 64)
    return measure(lambda: gru_d(x, x, x, *states, torch.full((64,), 0.1), W, V, U, b, *decays),
                   [*W, *V, *U, *b, *decays])


def measure_lru():
    x = torch.rand(200, 8, 32)
    zeros = torch.zeros(8, 128)
    parameters = [matrix(128), matrix(128), matrix(128), matrix(128, 32), matrix(128, 32), matrix(32, 128),
                  matrix(32, 128), matrix(32)]
    return measure(lambda: lru(x, zeros, zeros, *parameters), parameters)


def measure_look_up():
    table = torch.nn.Embedding(10000, 128)
    network = torch.nn.RNN(128, 128)
    ids = torch.randint(10000, (50, 32))
    return measure(lambda: network(table(ids))[0], [*table.parameters(), *network.parameters()], 20)


print(json.dumps({
    "look-up 50, 32, 10000, 128": measure_look_up(),
    "GRU-D 100, 32, 64, 128": measure_gru_d(),
    "LRU 200, 8, 32, 128": measure_lru(),
}))
