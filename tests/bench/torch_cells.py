"""The benchmark's cells in PyTorch, in its fast variants, with Rondo's parameters.

LAYERS[cell] makes {variant: layer}; a layer is called with (x, states) and gives the output of all
steps. PARTS[cell] says of which of Rondo's parameters each of PyTorch's is stacked; None is a block
of zeros that Rondo does not have.
"""

from typing import List

import torch
from torch import Tensor, nn
from torch.nn.functional import layer_norm, linear


def gates(name, *order):
    return [name.format(gate) for gate in order]


PARTS = {
    "lstm": {
        "weight_ih_l0": gates("{}.W", *"ifgo"),
        "weight_hh_l0": gates("{}.U", *"ifgo"),
        "bias_ih_l0": gates("{}.b", *"ifgo"),
        "bias_hh_l0": [None] * 4,
    },
    "gru": {
        "weight_ih_l0": ["r.W", "z.W", "W"],
        "weight_hh_l0": ["r.U", "z.U", "U"],
        "bias_ih_l0": ["r.b", "z.b", "b"],
        "bias_hh_l0": [None, None, "c"],
    },
    "custom": {
        "W": gates("W_{}", *"igo"),
        "U": gates("U_{}", *"igo"),
        "b": gates("b_{}", *"igo"),
        "p_i": ["p_i"],
        "p_o": ["p_o"],
    },
    "lnlstm": {
        "W": gates("x.{}", *"ifgo"),
        "U": gates("h.{}", *"ifgo"),
        "gain_x": gates("x.gain_{}", *"ifgo"),
        "gain_h": gates("h.gain_{}", *"ifgo"),
        "b": gates("b_{}", *"ifgo"),
        "gain_c": ["gain_c"],
        "b_c": ["b_c"],
    },
}
MATRICES = {"weight_ih_l0", "weight_hh_l0", "W", "U"}


class Custom(nn.Module):
    """Peepholes, and a forget gate that is 1 - i. One product for the inputs of all steps."""

    def __init__(self, p: dict):
        super().__init__()
        self.W, self.U, self.b = p["W"], p["U"], p["b"]
        self.p_i, self.p_o = p["p_i"], p["p_o"]

    def forward(self, x: Tensor, states: List[Tensor]) -> Tensor:
        h, c = states[0], states[1]
        recurrent = self.U.t()
        y = []
        for from_input in linear(x, self.W, self.b).unbind(0):
            i, g, o = torch.addmm(from_input, h, recurrent).chunk(3, 1)
            c = torch.lerp(c, torch.tanh(g), torch.sigmoid(torch.addcmul(i, self.p_i, c)))
            h = torch.sigmoid(torch.addcmul(o, self.p_o, c)) * torch.tanh(c)
            y.append(h)
        return torch.stack(y)


class Derived(torch.autograd.Function):
    """The custom cell with a backward pass written by hand: in place, without a tape,
    and with the gradients of the weights as one product over all steps."""

    @staticmethod
    def forward(ctx, x, h0, c0, W, U, b, p_i, p_o):
        steps, batch, _ = x.shape
        size = h0.shape[1]
        z = linear(x, W, b)
        activated = z.view(steps, batch, 3, size)
        h, c = x.new_empty(2, steps + 1, batch, size).unbind(0)
        seen = x.new_empty(steps, batch, size)
        h[0], c[0] = h0, c0
        recurrent = U.t()
        each = zip(z.unbind(0), activated.unbind(0), h.unbind(0), h[1:].unbind(0), c.unbind(0),
                   c[1:].unbind(0), seen.unbind(0))
        for z_t, gates_t, h_old, h_new, c_old, c_new, seen_t in each:
            z_t.addmm_(h_old, recurrent)
            i, g, o = gates_t.unbind(1)
            i.addcmul_(p_i, c_old).sigmoid_()
            torch.lerp(c_old, g.tanh_(), i, out=c_new)
            o.addcmul_(p_o, c_new).sigmoid_()
            torch.mul(o, torch.tanh(c_new, out=seen_t), out=h_new)
        ctx.save_for_backward(x, W, U, p_i, p_o, activated, h, c, seen)
        return h[1:]

    @staticmethod
    def backward(ctx, dy):
        x, W, U, p_i, p_o, activated, h, c, seen = ctx.saved_tensors
        steps, batch, _, size = activated.shape
        i, g, o = activated.unbind(2)
        # Factors that do not wait for the recurrence, for all steps at once.
        o_of_h = seen * o * (1 - o)
        c_of_h = (o * (1 - seen * seen)).addcmul_(o_of_h, p_o)
        i_of_c = (g - c[:-1]) * i * (1 - i)
        g_of_c = i * (1 - g * g)
        c_of_c = (1 - i).addcmul_(i_of_c, p_i)
        dz = torch.empty_like(activated)
        rows = dz.view(steps, batch, 3 * size)
        dh = torch.zeros_like(h[0])
        dc = torch.zeros_like(dh)
        each = [v.unbind(0) for v in (dy, o_of_h, c_of_h, i_of_c, g_of_c, c_of_c, rows)]
        each += [v.unbind(0) for v in dz.unbind(2)]
        for dy_t, oh, ch, ic, gc, cc, row, di, dg, do in zip(*(reversed(v) for v in each)):
            dh.add_(dy_t)
            torch.mul(dh, oh, out=do)
            dc.addcmul_(dh, ch)
            torch.mul(dc, ic, out=di)
            torch.mul(dc, gc, out=dg)
            dc.mul_(cc)
            torch.mm(row, U, out=dh)
        flat = dz.view(steps * batch, 3 * size)
        turned = flat.t()
        return (
            (flat @ W).view_as(x), dh, dc,
            turned @ x.reshape(steps * batch, -1), turned @ h[:-1].reshape(steps * batch, size),
            flat.sum(0), (dz[:, :, 0] * c[:-1]).sum((0, 1)), (dz[:, :, 2] * c[1:]).sum((0, 1)),
        )  # fmt: skip


class LnLstm(nn.Module):
    """The LSTM whose products and whose memory are layer-normalised. The shifts of the first two
    normalisations are part of the bias."""

    def __init__(self, p: dict):
        super().__init__()
        self.W, self.U, self.b = p["W"], p["U"], p["b"]
        self.gain_x, self.gain_h = p["gain_x"], p["gain_h"]
        self.gain_c, self.b_c = p["gain_c"], p["b_c"]

    def forward(self, x: Tensor, states: List[Tensor]) -> Tensor:
        h, c = states[0], states[1]
        recurrent = self.U.t()
        y = []
        from_input = layer_norm(linear(x, self.W), self.b.shape, self.gain_x, self.b)
        for from_input_t in from_input.unbind(0):
            z = from_input_t + layer_norm(torch.mm(h, recurrent), self.b.shape, self.gain_h)
            i, f, g, o = z.chunk(4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(layer_norm(c, self.b_c.shape, self.gain_c, self.b_c))
            y.append(h)
        return torch.stack(y)


def builtin(module, p):
    """PyTorch's own layer."""
    hidden, inputs = p["weight_hh_l0"].shape[1], p["weight_ih_l0"].shape[1]
    layer = module(inputs, hidden)
    for name, value in p.items():
        setattr(layer, name, value)
    layer.flatten_parameters()

    def run(x, states):
        states = [s.unsqueeze(0) for s in states]
        return layer(x, states[0] if len(states) == 1 else (states[0], states[1]))[0]

    return {"builtin": run}


def custom(p):
    layer = Custom(p)
    order = [p[name] for name in ("W", "U", "b", "p_i", "p_o")]
    return {"eager": layer, "derived": lambda x, states: Derived.apply(x, *states, *order)}


def ln_lstm(p):
    layer = LnLstm(p)
    return {"eager": layer, "script": torch.jit.script(layer)}


LAYERS = {
    "lstm": lambda p: builtin(nn.LSTM, p),
    "gru": lambda p: builtin(nn.GRU, p),
    "custom": custom,
    "lnlstm": ln_lstm,
}
