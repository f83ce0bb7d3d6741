"""The cells of tests/papers that carry or read a matrix, as torch operations; see papers.py.

The steps are written with einsum, whose letters say what is summed: b sequence, h head, k key, v value, n state.
"""

import torch
from torch import einsum, sigmoid, tanh
from torch.nn.functional import layer_norm, logsigmoid, normalize, silu, softplus

from paper import H, HH, HI, I, Paper, gates

HEADS, K, V, N = ("heads",), ("key",), ("value",), ("modes",)


def linear(p, name, x):
    return x @ p[name].T


def mlstm(p, x, c, n, m):
    q, k, v = linear(p, "W_q", x), linear(p, "W_k", x) * p["scale"], linear(p, "W_v", x)
    enter = x @ p["w_i"][:, None] + p["b_i"]
    keep = logsigmoid(x @ p["w_f"][:, None] + p["b_f"]) + m
    m = torch.maximum(enter, keep)
    i, f = torch.exp(enter - m), torch.exp(keep - m)
    c = f[:, :, None] * c + i[:, :, None] * einsum("bv,bk->bvk", v, k)
    n = f * n + i * k
    norm = torch.maximum((n * q).sum(1, keepdim=True).abs(), torch.exp(-m))
    o = sigmoid(linear(p, "W_o", x) + p["b_o"])
    return (c, n, m), (o * torch.bmm(c, q[:, :, None])[:, :, 0] / norm,)


def mamba(p, x, s):
    gap = softplus(linear(p, "W_gap", x) + p["b_gap"])
    decay = torch.exp(-einsum("bi,in->bin", gap, torch.exp(p["A_log"])))
    s = decay * s + einsum("bi,bn->bin", gap * x, linear(p, "W_B", x))
    return (s,), (einsum("bin,bn->bi", s, linear(p, "W_C", x)) + p["D"] * x,)


def mamba2(p, x, s):
    into = einsum("hvi,bi->bhv", p["W_x"], x)
    gap = softplus(linear(p, "W_gap", x) + p["b_gap"])
    decay = torch.exp(-torch.exp(p["A_log"]) * gap)
    s = decay[:, :, None, None] * s + einsum("bh,bhv,bn->bhvn", gap, into, linear(p, "W_B", x))
    return (s,), (einsum("bhvn,bn->bhv", s, linear(p, "W_C", x)) + p["D"][:, None] * into,)


def retnet(p, x, step, re, im):
    angle = torch.exp(-p["theta"]) * step
    turn = torch.polar(torch.ones_like(angle), angle)  # of each key
    q = torch.complex(linear(p, "Q_re", x), linear(p, "Q_im", x)) * turn
    k = torch.complex(linear(p, "K_re", x), linear(p, "K_im", x)) * turn
    s = p["decay"] * torch.complex(re, im) + einsum("bk,bv->bkv", k, linear(p, "W_v", x).to(k.dtype))
    o = einsum("bk,bkv->bv", q.conj(), s).real
    o = layer_norm(o, o.shape[1:], eps=1e-5)
    return (s.real, s.imag), (silu(linear(p, "W_g", x)) * o,)


def gla(p, x, s):
    q, k, v = linear(p, "W_q", x), linear(p, "W_k", x), linear(p, "W_v", x)
    decay = sigmoid(linear(p, "A_up", linear(p, "A_down", x)) + p["a"]) ** (1 / 16)
    s = decay[:, :, None] * s + einsum("bk,bv->bkv", k, v)
    o = torch.bmm(q[:, None, :], s)[:, 0]
    return (s,), (silu(linear(p, "W_r", x) + p["b_r"]) * layer_norm(o, o.shape[1:], eps=1e-5),)


def delta(p, x, s, decay):
    q, k = (normalize(silu(linear(p, n, x)), eps=0) for n in ("W_q", "W_k"))
    beta = sigmoid(x @ p["w_beta"][:, None])[:, :, None]
    v = linear(p, "W_v", x)
    erase = torch.eye(k.shape[1], dtype=x.dtype) - beta * einsum("bk,bj->bkj", k, k)
    s = decay * torch.bmm(s, erase) + beta * einsum("bv,bk->bvk", v, k)
    return (s,), (einsum("bvk,bk->bv", s, q),)


def delta_net(p, x, s):
    return delta(p, x, s, 1)


def gated_delta_net(p, x, s):
    gap = softplus(x @ p["w_gap"][:, None] + p["b_gap"])
    rule = {name.removeprefix("rule."): value for name, value in p.items()}
    return delta(rule, x, s, torch.exp(-torch.exp(p["A_log"]) * gap)[:, :, None])


def rwkv6(p, x, last, s):
    def mixed(n):
        return torch.lerp(x, last, p["mix_" + n])

    def heads(n):
        return einsum("h...i,bi->bh...", p["W_" + n], mixed(n))
    r, k, v = heads("r"), heads("k"), heads("v")
    decay = torch.exp(-torch.exp(p["w"] + einsum("hkl,bl->bhk", p["W_up"], tanh(linear(p, "W_down", mixed("w"))))))
    new = einsum("bhk,bhv->bhkv", k, v)
    y = einsum("bhk,bhkv->bhv", r, s + p["bonus"][:, :, None] * new)
    s = decay[:, :, :, None] * s + new
    return (x, s), (silu(heads("g")) * layer_norm(y, y.shape[2:], eps=1e-5),)


def slstm_heads(p, x, h, c, n, m):
    def gate(name):
        return (einsum("hui,bi->bhu", p[name + ".W"], x) + torch.matmul(p[name + ".R"], h[..., None])[..., 0]
                + p[name + ".b"])
    i, f, z, o = (gate(name) for name in "ifzo")
    m_next = torch.maximum(logsigmoid(f) + m, i)
    enter, keep = torch.exp(i - m_next), torch.exp(logsigmoid(f) + m - m_next)
    c, n = torch.addcmul(keep * c, enter, tanh(z)), keep * n + enter
    h = sigmoid(o) * (c / n)
    return (h, c, n, m_next), (h,)


def rg_lru(p, x, h):
    def gate(name):
        return sigmoid(torch.matmul(p["W_" + name], x[..., None])[..., 0] + p["b_" + name])
    a = sigmoid(p["decay"]) ** (8 * gate("a"))
    h = a * h + torch.sqrt(1 - a ** 2) * (gate("x") * x)
    return (h,), (h,)


def attention_decoder(p, x, memory, mask, h):
    keys = einsum("bsa,ha->bsh", memory, p["U_a"])
    score = tanh((h @ p["W_a"].T)[:, None, :] + keys) @ p["v_a"]
    weight = torch.softmax(score.masked_fill(mask < 0.5, -torch.inf), 1)
    context = torch.bmm(weight[:, None, :], memory)[:, 0]
    h = tanh(x @ p["W"].T + h @ p["U"].T + context @ p["C"].T + p["b"])
    return (h,), (h, weight)


S, M, A = ("source",), ("annotation",), ("alignment",)
QKV = {"W_q": K + I, "W_k": K + I, "W_v": V + I}
HU, U = HEADS + ("units",), ("units",)
DELTA = QKV | {"w_beta": I}

MATRIX_PAPERS = {
    "mlstm": Paper(
        ("input", "value", "key"), {"x": I}, {"c": V + K, "n": K, "m": ()}, {"y": V},
        QKV | {"W_o": V + I, "b_o": V, "w_i": I, "b_i": (), "w_f": I, "b_f": ()}, mlstm, {"scale": ()},
        {"n": ("positive", 1), "scale": ("positive", 1)}),
    "mamba": Paper(("input", "modes"), {"x": I}, {"s": I + N}, {"y": I},
                   {"W_gap": I + I, "b_gap": I, "A_log": I + N, "W_B": N + I, "W_C": N + I, "D": I}, mamba),
    "mamba2": Paper(("heads", "input", "value", "modes"), {"x": I}, {"s": HEADS + V + N}, {"y": HEADS + V},
                    {"W_x": HEADS + V + I, "W_gap": HEADS + I, "b_gap": HEADS, "A_log": HEADS, "W_B": N + I,
                     "W_C": N + I, "D": HEADS}, mamba2),
    "retnet": Paper(("input", "key", "value"), {"x": I, "step": ()}, {"re": K + V, "im": K + V}, {"y": V},
                    {"Q_re": K + I, "Q_im": K + I, "K_re": K + I, "K_im": K + I, "W_v": V + I, "W_g": V + I},
                    retnet, {"theta": K, "decay": ()},
                    {"step": ("rising", 1), "theta": ("positive", 2), "decay": ("positive", 0.9)}, least=3),
    "gla": Paper(("input", "key", "value", "rank"), {"x": I}, {"s": K + V}, {"y": V},
                 QKV | {"A_down": ("rank",) + I, "A_up": K + ("rank",), "a": K, "W_r": V + I, "b_r": V}, gla,
                 least=3),
    "delta_net": Paper(("input", "value", "key"), {"x": I}, {"s": V + K}, {"y": V}, DELTA, delta_net, least=3),
    "gated_delta_net": Paper(("input", "value", "key"), {"x": I}, {"s": V + K}, {"y": V},
                             {f"rule.{n}": d for n, d in DELTA.items()} | {"w_gap": I, "b_gap": (), "A_log": ()}, gated_delta_net, least=3),
    "rwkv6": Paper(
        ("heads", "input", "key", "value", "rank"), {"x": I}, {"last": I, "s": HEADS + K + V}, {"y": HEADS + V},
        {f"mix_{n}": I for n in "rkvgw"}
        | {"W_r": HEADS + K + I, "W_k": HEADS + K + I, "W_v": HEADS + V + I, "W_g": HEADS + V + I,
           "W_down": ("rank",) + I, "W_up": HEADS + K + ("rank",), "w": HEADS + K, "bonus": HEADS + K}, rwkv6,
        least=3),
    "slstm_heads": Paper(
        ("heads", "input", "units"), {"x": I}, {"h": HU, "c": HU, "n": HU, "m": HU}, {"y": HU},
        gates("ifzo", {"W": HU + I, "R": HU + U, "b": HU}), slstm_heads, ranges={"n": ("positive", 1)}),
    "rg_lru": Paper(("heads", "units"), {"x": HU}, {"h": HU}, {"y": HU},
                    {"W_a": HU + U, "b_a": HU, "W_x": HU + U, "b_x": HU, "decay": HU}, rg_lru),
    "attention_decoder": Paper(
        ("input", "hidden", "source", "annotation", "alignment"), {"x": I}, {"h": H}, {"state": H, "weight": S},
        {"W": HI, "U": HH, "C": H + M, "b": H, "W_a": A + H, "U_a": A + M, "v_a": A}, attention_decoder,
        ranges={"mask": ("open", 1)}, per_sequence={"memory": S + M, "mask": S}),
}
