"""The cells of tests/papers as torch operations: names, dimensions, and one step of each.

Where torch has another way to say an equation than Rondo's cell, it is used here: complex numbers, remainders,
distributions, interpolation, the gradient of a surrogate as a function of autograd.
"""

import math

import torch
from torch import sigmoid, tanh
from torch.nn.functional import logsigmoid, softplus

from matrix_papers import MATRIX_PAPERS
from paper import GATE, H, HH, HI, I, O, OH, Paper, gates


def affine(p, gate, x, h):
    return x @ p[gate + ".W"].T + h @ p[gate + ".U"].T + p[gate + ".b"]


# --- missing values, scores, masks and gaps of time

def gru_d(p, x, mask, gap, h, last):
    toward_mean = torch.exp(-torch.clamp(p["decay_x"] * gap + p["decay_x_b"], min=0))
    h = h * torch.exp(-torch.clamp(gap @ p["decay_h"].T + p["decay_h_b"], min=0))
    filled = toward_mean * last + (1 - toward_mean) * p["mean"]
    x_hat = torch.lerp(filled, x, mask)

    def gate(name, state):
        return affine(p, name, x_hat, state) + mask @ p[name + ".V"].T
    z, r = sigmoid(gate("z", h)), sigmoid(gate("r", h))
    h = torch.lerp(h, tanh(gate("n", r * h)), z)
    return (h, torch.lerp(last, x, mask)), (h,)


def augru(p, x, score, h):
    u, r = score * sigmoid(affine(p, "u", x, h)), sigmoid(affine(p, "r", x, h))
    candidate = tanh(x @ p["W"].T + r * (h @ p["U"].T) + p["b"])
    h = torch.lerp(h, candidate, u)
    return (h,), (h,)


def zoneout_gru(p, x, kept, h):
    r, z = (sigmoid(affine(p, f"cell.{n}", x, h)) for n in "rz")
    n = tanh(x @ p["cell.W"].T + (r * h) @ p["cell.U"].T + p["cell.b"])
    h = torch.lerp(torch.lerp(n, h, z), h, kept)
    return (h,), (h,)


def cfc(p, x, gap, h):
    shared = tanh(torch.cat([x, h], 1) @ torch.cat([p["W"], p["U"]], 1).T + p["b"])
    f, g, k = (shared @ p[w].T + p[b] for w, b in (("F", "f"), ("G", "g"), ("H", "h_b")))
    h = tanh(k) + sigmoid(-f * gap) * (tanh(g) - tanh(k))
    return (h,), (h,)


def phased_lstm(p, x, time, h, c):
    phase = torch.remainder(time - p["shift"], p["period"]) / p["period"]
    up, on = 2 * phase / p["open"], p["open"]
    k = torch.where(phase < on / 2, up, torch.where(phase < on, 2 - up, p["leak"] * phase))
    i, f = (sigmoid(affine(p, n, x, h) + p["peep_" + n] * c) for n in "if")
    c_open = f * c + i * tanh(affine(p, "g", x, h))
    h_open = sigmoid(affine(p, "o", x, h) + p["peep_o"] * c_open) * tanh(c_open)
    h, c = torch.lerp(h, h_open, k), torch.lerp(c, c_open, k)
    return (h, c), (h,)


# --- gates

def on_lstm(p, x, h, c):
    i, f, o = (sigmoid(affine(p, n, x, h)) for n in "ifo")
    slow = torch.softmax(affine(p, "master_f", x, h), 1).cumsum(1)
    fast = 1 - torch.softmax(affine(p, "master_i", x, h), 1).cumsum(1)
    both = slow * fast
    c = (f * both + slow - both) * c + (i * both + fast - both) * tanh(affine(p, "g", x, h))
    h = o * tanh(c)
    return (h, c), (h,)


def slstm(p, x, h, c, n, m):
    i, f, z, o = (affine(p, name, x, h) for name in "ifzo")
    m_next = torch.maximum(logsigmoid(f) + m, i)
    enter, keep = torch.exp(i - m_next), torch.exp(logsigmoid(f) + m - m_next)
    c, n = keep * c + enter * tanh(z), keep * n + enter
    h = sigmoid(o) * (c / n)
    return (h, c, n, m_next), (h,)


# --- fixed matrices

def legendre(size):
    """The memory of Voelker et al. over 8 steps, discretised with zero-order hold; the last column is B."""
    order = size["order"]
    i = torch.arange(order, dtype=torch.float64)[:, None]
    j = i.T
    system = torch.zeros(order + 1, order + 1, dtype=torch.float64)
    system[:order, :order] = (2 * i + 1) * torch.where(i < j, -torch.ones_like(i - j), -((-1.0) ** (i - j)))
    system[:order, order:] = (2 * i + 1) * (-1.0) ** i
    return torch.matrix_exp(system / 8)[:order]


def lmu(p, x, h, m):
    u = x @ p["e_x"][:, None] + h @ p["e_h"][:, None] + m @ p["e_m"][:, None]
    m = m @ p["A"].T + u * p["B"]
    h = tanh(x @ p["W_x"].T + h @ p["W_h"].T + m @ p["W_m"].T)
    return (h, m), (h,)


def echo_state(p, x, h):
    h = torch.lerp(h, tanh(x @ p["W_in"].T + h @ p["W"].T + p["b"]), p["leak"])
    return (h,), (h @ p["V"].T + x @ p["V_in"].T + p["c"],)


def kalman_filter(p, control, measurement, state):
    predicted = torch.addmm(control @ p["B"].T, state, p["A"].T)
    state = torch.addmm(predicted, measurement - predicted @ p["C"].T, p["gain"].T)
    return (state,), (state, measurement - predicted @ p["C"].T)


# --- spikes

class Spike(torch.autograd.Function):
    @staticmethod
    def forward(ctx, above):
        ctx.save_for_backward(above)
        return (above > 0).to(above)

    @staticmethod
    def backward(ctx, gradient):
        above, = ctx.saved_tensors
        return gradient / (1 + 10 * above.abs()) ** 2


def spiking(p, x, current, potential):
    spike = Spike.apply(potential - 1)
    potential = p["membrane"] * potential + current - spike.detach()
    current = p["synapse"] * current + x @ p["W"].T + spike @ p["V"].T
    return (current, potential), (spike, spike @ p["read"].T)


# --- linear recurrences

def lru(p, x, re, im):
    eigenvalue = torch.exp(torch.complex(-torch.exp(p["nu"]), torch.exp(p["theta"])))
    B = torch.complex(p["B_re"], p["B_im"]) * torch.exp(p["gamma"])[:, None]
    C = torch.complex(p["C_re"], p["C_im"])
    state = eigenvalue * torch.complex(re, im) + torch.complex(x, torch.zeros_like(x)) @ B.T
    return (state.real, state.imag), ((state @ C.T).real + p["D"] * x,)


def qrnn(p, x, c, last):
    window = torch.cat([last, x], 1)
    z, f, o = (window @ torch.cat([p[n + ".before"], p[n + ".now"]], 1).T for n in "zfo")
    c = torch.lerp(tanh(z), c, sigmoid(f))
    return (c, x), (sigmoid(o) * c,)


def state_variable_filter(p, x, cutoff, first, second):
    """The trapezoidal rule for band' = g (x - damping band - low), low' = g band, solved as a 2x2 system."""
    g, k = torch.tan(math.pi * cutoff), p["damping"]
    ones = torch.ones_like(g)
    system = torch.stack([torch.cat([1 + k * g, g], 1), torch.cat([-g, ones], 1)], 1)
    band, low = torch.linalg.solve(system, torch.cat([first + g * x, second], 1)).split(1, 1)
    return (2 * band - first, 2 * low - second), (low, band, x - k * band - low)


def comb_filter(p, x, y, low):
    """y holds the outputs of the last 480 steps."""
    low = torch.lerp(y[:, :1], low, p["damping"])
    new = torch.addcmul(x, p["gain"], low)
    return (torch.cat([y[:, 1:], new], 1), low), (new,)


# --- several outputs

def vrnn(p, x, noise, h):
    normal = torch.distributions.Normal

    def layer(name, a, b):
        mean, spread = (a @ p[f"{name}.{n}_A"].T + b @ p[f"{name}.{n}_B"].T + p[f"{name}.{n}_b"]
                        for n in ("mean", "deviation"))
        return normal(mean, softplus(spread), validate_args=False)
    seen = tanh(x @ p["of_x"].T)
    prior = normal(h @ p["prior_mean"].T + p["prior_mean_b"],
                   softplus(h @ p["prior_deviation"].T + p["prior_deviation_b"]), validate_args=False)
    posterior = layer("encoder", seen, h)
    z = posterior.loc + posterior.scale * noise
    meant = tanh(z @ p["of_z"].T)
    out = layer("decoder", meant, h)
    divergence = torch.distributions.kl_divergence(posterior, prior).sum(1, keepdim=True)
    surprise = -out.log_prob(x).sum(1, keepdim=True)
    h = tanh(seen @ p["W"].T + meant @ p["Z"].T + h @ p["U"].T + p["b"])
    return (h,), (z, divergence, surprise, out.loc)


def actor_critic(p, x, h, c):
    i, f, o = (sigmoid(affine(p, f"core.{n}", x, h)) for n in "ifo")
    c = f * c + i * tanh(affine(p, "core.g", x, h))
    h = o * tanh(c)
    return (h, c), (torch.softmax(h @ p["P"].T + p["p"], 1), h @ p["v"][:, None] + p["v_b"])


Z, B = ("latent",), ("backbone",)
M = ("order",)
NORMAL = {n: s for kind in ("mean", "deviation") for n, s in ((kind + "_A", 0), (kind + "_B", 0), (kind + "_b", 1))}


def normal_layer(name, along):
    return {f"{name}.{n}": along if is_bias else along + H for n, is_bias in NORMAL.items()}


PAPERS = {
    "gru_d": Paper(
        ("input", "hidden"), {"x": I, "mask": I, "gap": I}, {"h": H, "last": I}, {"y": H},
        gates("zrn", {"W": HI, "V": HI, "U": HH, "b": H})
        | {"decay_x": I, "decay_x_b": I, "decay_h": HI, "decay_h_b": H},
        gru_d, {"mean": I}, {"mask": ("binary", 1), "gap": ("positive", 2)}),
    "augru": Paper(("input", "hidden"), {"x": I, "score": ()}, {"h": H}, {"y": H}, gates("ur") | GATE, augru,
                   ranges={"score": ("positive", 1)}),
    "zoneout_gru": Paper(("input", "hidden"), {"x": I, "kept": H}, {"h": H}, {"y": H},
                         gates(("cell.r", "cell.z", "cell")), zoneout_gru, ranges={"kept": ("binary", 1)}),
    "cfc": Paper(("input", "hidden", "backbone"), {"x": I, "gap": ()}, {"h": H}, {"y": H},
                 {"W": B + I, "U": B + H, "b": B, "F": H + B, "G": H + B, "H": H + B, "f": H, "g": H, "h_b": H},
                 cfc, ranges={"gap": ("positive", 2)}),
    "phased_lstm": Paper(
        ("input", "hidden"), {"x": I, "time": ()}, {"h": H, "c": H}, {"y": H},
        gates("ifgo") | {n: H for n in ("peep_i", "peep_f", "peep_o", "period", "shift", "open")},
        phased_lstm, {"leak": ()},
        {"time": ("rising", 1), "period": ("positive", 4), "open": ("positive", 0.75)}),
    "lmu": Paper(("input", "hidden", "order"), {"x": I}, {"h": H, "m": M}, {"y": H},
                 {"e_x": I, "e_h": H, "e_m": M, "W_x": HI, "W_h": HH, "W_m": H + M}, lmu,
                 {"A": lambda size: legendre(size)[:, :-1].contiguous(),
                  "B": lambda size: legendre(size)[:, -1].contiguous()}),
    "kalman_filter": Paper(("input", "hidden", "measured"), {"control": I, "measurement": ("measured",)},
                           {"state": H}, {"state": H, "innovation": ("measured",)},
                           {"A": HH, "B": HI, "C": ("measured",) + H}, kalman_filter,
                           {"gain": H + ("measured",)}),
    "echo_state": Paper(("input", "hidden", "output"), {"x": I}, {"h": H}, {"y": O},
                        {"V": OH, "V_in": O + I, "c": O}, echo_state,
                        {"W_in": HI, "W": HH, "b": H, "leak": ()}, {"leak": ("positive", 0.5)}),
    "spiking": Paper(("input", "hidden", "output"), {"x": I}, {"current": H, "potential": H},
                     {"spike": H, "read": O}, {"W": HI, "V": HH, "read": OH}, spiking,
                     {"synapse": (), "membrane": ()},
                     {"synapse": ("positive", 0.75), "membrane": ("positive", 0.75), "W": ("signed", 1)},
                     has_own_gradient=True),
    "lru": Paper(("input", "hidden"), {"x": I}, {"re": H, "im": H}, {"y": I},
                 {"nu": H, "theta": H, "gamma": H, "B_re": HI, "B_im": HI, "C_re": I + H, "C_im": I + H, "D": I},
                 lru),
    "qrnn": Paper(("input", "hidden"), {"x": I}, {"c": H, "last": I}, {"y": H},
                  gates("zfo", {"before": HI, "now": HI}), qrnn),
    "state_variable_filter": Paper((), {"x": (), "cutoff": ()}, {"first": (), "second": ()},
                                   {"low": (), "band": (), "high": ()}, {"damping": ()},
                                   state_variable_filter,
                                   ranges={"cutoff": ("positive", 0.4), "damping": ("positive", 1)}),
    "comb_filter": Paper((), {"x": ()}, {"y": (), "low": ()}, {"y": ()}, {"gain": (), "damping": ()}, comb_filter,
                         ranges={"gain": ("signed", 0.75), "damping": ("positive", 0.5)}, delays={"y": 480},
                         runs=((500, 1), (1, 1), (2, 3), (485, 2))),
    "vrnn": Paper(
        ("input", "hidden", "latent"), {"x": I, "noise": Z}, {"h": H},
        {"sample": Z, "divergence": (), "surprise": (), "mean": I},
        {"of_x": HI, "of_z": H + Z, "prior_mean": Z + H, "prior_deviation": Z + H, "prior_mean_b": Z,
         "prior_deviation_b": Z, **normal_layer("encoder", Z), **normal_layer("decoder", I),
         "W": HH, "Z": HH, "U": HH, "b": H}, vrnn),
    "actor_critic": Paper(("input", "hidden", "output"), {"x": I}, {"h": H, "c": H},
                          {"policy": O, "value": ()},
                          gates(("core.i", "core.f", "core.g", "core.o")) | {"P": OH, "p": O, "v": H, "v_b": ()},
                          actor_critic),
    "slstm": Paper(("input", "hidden"), {"x": I}, {"h": H, "c": H, "n": H, "m": H}, {"y": H}, gates("ifzo"),
                   slstm, ranges={"n": ("positive", 1)}),
    "on_lstm": Paper(("input", "hidden"), {"x": I}, {"h": H, "c": H}, {"y": H},
                     gates(("i", "f", "g", "o", "master_i", "master_f")), on_lstm),
} | MATRIX_PAPERS
