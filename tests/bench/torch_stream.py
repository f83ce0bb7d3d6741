"""One time step a call in PyTorch, in its fast variants.

STEPS[cell] makes {variant: step}; step(x, states) gives the next states, the output first.
"""

from typing import List

import torch
from torch import Tensor, nn
from torch.nn.functional import layer_norm, linear


def builtin(module, p):
    """PyTorch's own cell, as it is and compiled; the mere call of a layer would cost more."""
    hidden, inputs = p["weight_hh_l0"].shape[1], p["weight_ih_l0"].shape[1]
    cell = module(inputs, hidden)
    with torch.no_grad():
        for name, value in p.items():
            getattr(cell, name.removesuffix("_l0")).copy_(value)
    compiled = torch.jit.freeze(torch.jit.script(cell.eval()))

    def steps_of(cell):
        if module is nn.LSTMCell:
            return lambda x, states: cell(x, tuple(states))
        return lambda x, states: (cell(x, states[0]),)

    return {"cell": steps_of(cell), "script": steps_of(compiled)}


class Custom(nn.Module):
    def __init__(self, p: dict):
        super().__init__()
        self.W, self.U, self.b = p["W"], p["U"], p["b"]
        self.p_i, self.p_o = p["p_i"], p["p_o"]

    def forward(self, x: Tensor, states: List[Tensor]) -> List[Tensor]:
        h, c = states[0], states[1]
        i, g, o = torch.addmm(linear(x, self.W, self.b), h, self.U.t()).chunk(3, 1)
        c = torch.lerp(c, torch.tanh(g), torch.sigmoid(torch.addcmul(i, self.p_i, c)))
        return [torch.sigmoid(torch.addcmul(o, self.p_o, c)) * torch.tanh(c), c]


class LnLstm(nn.Module):
    def __init__(self, p: dict):
        super().__init__()
        self.W, self.U, self.b = p["W"], p["U"], p["b"]
        self.gain_x, self.gain_h = p["gain_x"], p["gain_h"]
        self.gain_c, self.b_c = p["gain_c"], p["b_c"]

    def forward(self, x: Tensor, states: List[Tensor]) -> List[Tensor]:
        h, c = states[0], states[1]
        z = layer_norm(linear(x, self.W), self.b.shape, self.gain_x, self.b)
        z = z + layer_norm(linear(h, self.U), self.b.shape, self.gain_h)
        i, f, g, o = z.chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        seen = torch.tanh(layer_norm(c, self.b_c.shape, self.gain_c, self.b_c))
        return [torch.sigmoid(o) * seen, c]


def written(module, p):
    cell = module(p).eval()
    return {"eager": cell, "script": torch.jit.freeze(torch.jit.script(cell))}


STEPS = {
    "lstm": lambda p: builtin(nn.LSTMCell, p),
    "gru": lambda p: builtin(nn.GRUCell, p),
    "custom": lambda p: written(Custom, p),
    "lnlstm": lambda p: written(LnLstm, p),
}
