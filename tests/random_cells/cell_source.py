"""Writes a random cell of vectors, matrices, scalars and symbols as C++, from a seed.

Every value has an interval of its entries, so that functions are called where they are smooth and finite: inputs
are between -1 and 1, trained parameters between -0.75 and 0.75, and old states between -2 and 2, into which every
new state is brought. The text of a cell has one meaning with the library's types and another with those of
plain.hpp, so it keeps to what both have.
"""

import math
import random
import re

from matrix_statements import MatrixStatements
from shapes import is_within, parts_of, type_of, wider, without
from value import Value, most_entries

WHOLE = "joined<hidden, upper>"
DIMENSIONS = ("input", "hidden", "upper")
STATE = (-2.0, 2.0)

# Elementwise functions of one operand: the interval where they are called, and what they give.
SMOOTH = {
    "sigmoid": (None, lambda lo, hi: (sigmoid(lo), sigmoid(hi))),
    "tanh": (None, lambda lo, hi: (math.tanh(lo), math.tanh(hi))),
    "sin": (None, lambda lo, hi: (-1, 1)),
    "cos": (None, lambda lo, hi: (-1, 1)),
    "erf": (None, lambda lo, hi: (math.erf(lo), math.erf(hi))),
    "softsign": (None, lambda lo, hi: (-1, 1)),
    "exp": ((-8, 1.5), lambda lo, hi: (math.exp(lo), math.exp(hi))),
    "expm1": ((-8, 1.5), lambda lo, hi: (math.expm1(lo), math.expm1(hi))),
    "log": ((0.25, 50), lambda lo, hi: (math.log(lo), math.log(hi))),
    "log1p": ((-0.75, 50), lambda lo, hi: (math.log1p(lo), math.log1p(hi))),
    "sqrt": ((0.2, 50), lambda lo, hi: (math.sqrt(lo), math.sqrt(hi))),
    "rsqrt": ((0.2, 50), lambda lo, hi: (hi**-0.5, lo**-0.5)),
    "tan": ((-1.2, 1.2), lambda lo, hi: (math.tan(lo), math.tan(hi))),
    "square": ((-4, 4), lambda lo, hi: (0, max(lo * lo, hi * hi))),
    "softplus": ((-20, 20), lambda lo, hi: (0, max(0, hi) + 0.7)),
    "log_sigmoid": ((-20, 20), lambda lo, hi: (min(0, lo) - 0.7, 0)),
    "silu": ((-20, 20), lambda lo, hi: (-0.3, max(0, hi))),
    "gelu": ((-20, 20), lambda lo, hi: (-0.2, max(0, hi))),
    "mish": ((-20, 20), lambda lo, hi: (-0.4, max(0, hi))),
    "elu": ((-20, 20), lambda lo, hi: (-1, max(0, hi))),
    "selu": ((-20, 20), lambda lo, hi: (-1.8, max(0, 1.06 * hi))),
}
KINKED = {
    "relu": lambda lo, hi: (max(0, lo), max(0, hi)),
    "abs": lambda lo, hi: (0, max(-lo, hi)),
    "leaky_relu": lambda lo, hi: (min(lo, 0.01 * lo), max(hi, 0.01 * hi)),
    "hard_sigmoid": lambda lo, hi: (0, 1),
    "hard_tanh": lambda lo, hi: (-1, 1),
}
STEPS = {
    "floor": lambda lo, hi: (lo - 1, hi),
    "trunc": lambda lo, hi: (min(0, lo), max(0, hi)),
    "round": lambda lo, hi: (lo - 0.5, hi + 0.5),
    "sign": lambda lo, hi: (-1, 1),
}


def sigmoid(a):
    return 1 / (1 + math.exp(-max(-700, min(700, a))))


class CellSource(MatrixStatements):
    """The text of one cell."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.members, self.types, self.matrices = [], [], {}
        self.lines, self.texts, self.lags, self.used = [], set(), set(), set()
        self.values, self.count, self.watched = [], 0, 0
        self.clips = self.chooses = False
        self.has_symbols = self.has_context = False
        self.make()

    # --- random choices -------------------------------------------------------------------------------------------

    def chance(self, p):
        return self.random.random() < p

    def pick(self, of):
        return of[int(self.random.random() * len(of))]

    def shuffled(self, of):
        return sorted(of, key=lambda _: self.random.random())

    def number(self, low, high):
        return round(low + (high - low) * self.random.random(), 2)

    def vector(self, along=None):
        """A vector, of any dimension if none is named; later values are more probable."""
        fits = [v for v in self.values if len(v.shape) == 1 and along in (None, *v.shape)]
        return self.recent(fits) if fits else self.project(along or "hidden")

    def wide(self):
        """A vector or a matrix."""
        return self.recent([v for v in self.values if v.shape])

    def like(self, shape):
        """A value of this shape."""
        fits = [v for v in self.values if v.shape == shape]
        if fits:
            return self.recent(fits)
        return self.parameter(shape) if len(shape) > 1 else self.vector(*shape) if shape else self.scalar()

    def recent(self, fits):
        unused = [v for v in fits if v.text not in self.used]
        fits = unused if unused and self.chance(0.7) else fits
        return fits[int(len(fits) * self.random.random() ** 0.5)]

    def scalar(self):
        fits = [v for v in self.values if not v.shape]
        if fits and self.chance(0.8):
            return self.recent(fits)
        return self.parameter(()) if self.chance(0.3) else self.reduce_to_scalar()

    def partner(self, a):
        """A second operand: a value like `a`, one that is repeated along dimensions of `a`, or a parameter."""
        if self.chance(0.2):
            return self.scalar()
        shape = a.shape if self.chance(0.5) or len(a.shape) < 2 else self.pick(parts_of(a.shape)[1:])
        return self.parameter(shape) if self.chance(0.25) else self.like(shape)

    # --- members ----------------------------------------------------------------------------------------------------

    def member(self, kind, shape, first=""):
        name = f"{kind[0]}{len(self.members)}"
        self.members.append((name, f"{kind}<{', '.join(shape)}> {name}{first};"))
        return name

    def parameter(self, shape):
        kind = self.pick(["weight", "weight", "bias", "constant"])
        if kind == "constant":
            v = self.number(-0.7, 0.7)
            return Value(self.member(kind, shape, f" = first_value({v})"), shape, v, v, False)
        first = f" = first_value({self.number(-0.5, 0.5)})" if self.chance(0.2) else ""
        return Value(self.member(kind, shape, first), shape, -0.75, 0.75, False)

    def matrix(self, *shape):
        """A weight that multiplies."""
        known = self.matrices.setdefault(shape, [])
        if known and self.chance(0.25):
            return self.pick(known)
        name = self.member("constant" if self.chance(0.06) else "weight", shape)
        known.append(name)
        return name

    def product(self, rows, v):
        """A matrix, transposed or not, times the vector `v`."""
        bound = 0.75 * most_entries(v.shape) * v.size
        if self.chance(0.25):
            text = f"transpose({self.matrix(*v.shape, rows)}) * {v.text}"
        else:
            text = f"{self.matrix(rows, *v.shape)} * {v.text}"
        return Value(text, (rows,), -bound, bound, v.is_of_step)

    # --- statements ---------------------------------------------------------------------------------------------------

    def add_line(self, text):
        self.lines.append(text)
        self.used.update(re.findall(r"\b(?:in\.|old\.)?\w+", text.partition("=")[2]))

    def define(self, v):
        """Gives the value of an expression a name; an expression that has one already keeps it."""
        if v.text in self.texts or v.text.isidentifier():
            return None
        self.texts.add(v.text)
        name = f"v{self.count}"
        self.count += 1
        self.add_line(f"auto {name} = {v.text};")
        named = Value(name, v.shape, v.low, v.high, v.is_of_step, v.root if v.root != v.text else None)
        if named.size > 12:
            named = self.define(self.squash(named)) or named
        else:
            self.values.append(named)
        return named

    def squash(self, v):
        name = self.pick(["tanh", "sigmoid", "sin", "erf", "softsign", "tanh"])
        low, high = SMOOTH[name][1](v.low, v.high)
        return Value(f"{name}({v.text})", v.shape, low, high, v.is_of_step)

    def project(self, along):
        """A vector along a dimension from one along another, of moderate size."""
        fits = [v for v in self.values if len(v.shape) == 1]
        return self.squash(self.product(along, self.recent(fits)) if fits else self.parameter((along,)))

    def unary(self):
        v = self.wide() if self.chance(0.8) else self.scalar()
        if self.chance(0.15):
            name = self.pick(list(KINKED))
            low, high = KINKED[name](v.low, v.high)
            return Value(f"{name}({v.text})", v.shape, low, high, v.is_of_step)
        if self.chance(0.06):
            name, factor = self.pick(list(STEPS)), self.number(1, 3)
            low, high = STEPS[name](factor * v.low, factor * v.high) if factor > 0 else (-9, 9)
            return Value(f"{name}({factor} * {v.text})", v.shape, low, high, v.is_of_step)
        fits = [n for n, (domain, _) in SMOOTH.items() if domain is None or v.within(*domain)]
        name = self.pick(fits)
        low, high = SMOOTH[name][1](v.low, v.high)
        return Value(f"{name}({v.text})", v.shape, low, high, v.is_of_step)

    @staticmethod
    def both(*values):
        """The shape of values that are combined entry by entry, and whether one depends on the step."""
        shape = ()
        for v in values:
            shape = wider(shape, v.shape)
        return shape, any(v.is_of_step for v in values)

    def sum_of(self, a, b, sign="+"):
        low, high = (a.low + b.low, a.high + b.high) if sign == "+" else (a.low - b.high, a.high - b.low)
        shape, is_of_step = self.both(a, b)
        return Value(f"({a.text} {sign} {b.text})", shape, low, high, is_of_step)

    def times(self, a, b):
        if b.shape and len(b.shape) < len(a.shape):  # on its right a matrix sums
            a, b = b, a
        ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        shape, is_of_step = self.both(a, b)
        return Value(f"{a.text} * {b.text}", shape, min(ends), max(ends), is_of_step)

    def literal(self, low=-2, high=2):
        v = self.number(low, high)
        return Value(f"({v})" if v < 0 else str(v), (), v, v, False)

    def arithmetic(self):
        a = self.wide() if self.chance(0.85) else self.scalar()
        b = self.literal() if self.chance(0.15) else self.partner(a)
        if self.chance(0.3):
            a, b = b, a
        if a.text[0] in "(0123456789" and b.text[0] in "(0123456789":
            a = self.vector()
        kind = self.pick("++-**/")
        if kind == "/":
            below = f"(1 + square({b.text}))"
            shape, is_of_step = self.both(a, b)
            if b.low > 0.3:
                ends = [a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high]
                return Value(f"{a.text} / {b.text}", shape, min(ends), max(ends), is_of_step)
            if b.text[0] in "(0123456789":
                return self.sum_of(a, b)
            return Value(f"{a.text} / {below}", shape, min(a.low, 0), max(a.high, 0), is_of_step)
        return self.times(a, b) if kind == "*" else self.sum_of(a, b, kind)

    def binary(self):
        a = self.wide() if self.chance(0.85) else self.scalar()
        b = self.partner(a)
        name = self.pick(["min", "max", "pow", "hypot", "logaddexp", "lerp", "fmod", "mod", "clamp", "where"])
        if name == "lerp":
            a, b, t = self.shuffled([a, b, self.partner(a)])
            t = self.squash_to_unit(t)
            shape, is_of_step = self.both(a, b, t)
            return Value(f"lerp({a.text}, {b.text}, {t.text})", shape, min(a.low, b.low), max(a.high, b.high), is_of_step)
        if name == "clamp":
            low, high = self.number(-1, -0.2), self.number(0.2, 1)
            return Value(f"clamp({a.text}, {low}, {high})", a.shape, low, high, a.is_of_step)
        if name == "where":
            a, b, c = self.shuffled([a, b, self.partner(a)])
            if self.chance(0.3) and len(b.shape) <= len(wider(a.shape, c.shape)):
                b = self.literal()
            shape, is_of_step = self.both(a, b, c)
            return Value(f"where({self.condition(c)}, {a.text}, {b.text})", shape, min(a.low, b.low), max(a.high, b.high),
                         is_of_step)  # fmt: skip
        if self.chance(0.4):
            a, b = b, a
        if name in ("min", "max"):
            ends = (min(a.low, b.low), max(a.high, b.high))
        elif name == "pow":
            a = self.values_above(a, 0.25)
            if b.size > 2:
                b = self.squash(b)
            ends = (0, max(a.low, 1 / a.low, a.high) ** 2)
        elif name == "hypot":
            ends = (0, a.size + b.size)
        elif name == "logaddexp":
            ends = (max(a.low, b.low), max(a.high, b.high) + 0.7)
        else:
            b = self.literal(0.6, 1.5) if a.shape and self.chance(0.5) else self.values_above(b, 0.5)
            ends = (-b.high, b.high)
        shape, is_of_step = self.both(a, b)
        return Value(f"{name}({a.text}, {b.text})", shape, *ends, is_of_step)

    def condition(self, c):
        middle = round((max(c.low, -1) + min(c.high, 1)) / 2 + self.number(-0.3, 0.3), 2)
        return f"{c.text} {self.pick(['<', '<=', '>', '>='])} {middle}"

    def values_above(self, v, least):
        """A value like `v` whose entries are at least `least`."""
        if v.low >= least:
            return v
        low, high = SMOOTH["softplus"][1](v.low, min(v.high, 20))
        inner = v.text if v.size <= 20 else f"tanh({v.text})"
        return Value(f"(softplus({inner}) + {least})", v.shape, low + least, high + least, v.is_of_step)

    @staticmethod
    def squash_to_unit(v):
        return v if v.within(0, 1) else Value(f"sigmoid({v.text})", v.shape, sigmoid(v.low), sigmoid(v.high), v.is_of_step)

    def reduce_to_scalar(self):
        v = self.wide()
        return self.reduced(v, v.shape)

    def reduce(self):
        """A reduction over some dimensions, or all."""
        v = self.wide()
        return self.reduced(v, self.some_of(v.shape) if self.chance(0.7) else v.shape)

    def some_of(self, shape):
        return tuple(self.shuffled(self.pick(parts_of(shape)[1:])))

    def reduced(self, v, over):
        name = self.pick(["mean", "mean", "dot", "max", "min", "norm", "logsumexp", "sum"])
        n = most_entries(over)
        if name == "dot" and len(v.shape) == 1:
            b = self.partner(v)
            b = b if b.shape else v
            bound = n * v.size * b.size
            return Value(f"tanh(dot({v.text}, {b.text}))", (), -1, 1, v.is_of_step or b.is_of_step) if bound > 12 \
                else Value(f"dot({v.text}, {b.text})", (), -bound, bound, v.is_of_step or b.is_of_step)  # fmt: skip
        shape, along = without(v.shape, over), self.along(v, over)
        if name in ("dot", "sum"):
            return Value(f"sin(sum{along}({v.text}))", shape, -1, 1, v.is_of_step)
        if name == "norm":
            return Value(f"tanh(norm{along}({v.text}))", shape, 0, 1, v.is_of_step)
        if name == "logsumexp":
            return Value(f"logsumexp{along}({v.text})", shape, v.low, v.high + math.log(n), v.is_of_step)
        return Value(f"{name}{along}({v.text})", shape, v.low, v.high, v.is_of_step)

    def along(self, v, over):
        """The dimensions of a function over entries, which a vector may leave out."""
        return "" if len(v.shape) == 1 and self.chance(0.8) else f"<{', '.join(over)}>"

    def over_features(self):
        v = self.wide()
        name = self.pick(["softmax", "softmax", "log_softmax", "cumsum", "masked"])
        over = self.some_of(v.shape)
        if name == "cumsum":
            return Value(f"tanh(cumsum{self.along(v, over[:1])}({v.text}))", v.shape, -1, 1, v.is_of_step)
        along = self.along(v, over)
        if name == "masked":
            mask = self.partner(v)
            return Value(f"softmax{along}({v.text}, {self.condition(mask)})", v.shape, 0, 1, v.is_of_step or mask.is_of_step)
        if name == "softmax":
            return Value(f"softmax{along}({v.text})", v.shape, 0, 1, v.is_of_step)
        return Value(f"log_softmax{along}({v.text})", v.shape, v.low - v.high - math.log(most_entries(over)), 0,
                     v.is_of_step)  # fmt: skip

    def moved(self):
        kind = self.pick(["join", "join", "part", "as", "as"])
        if kind == "join":
            a, b = self.vector("hidden"), self.vector("upper")
            return Value(f"join({a.text}, {b.text})", (WHOLE,), min(a.low, b.low), max(a.high, b.high),
                         a.is_of_step or b.is_of_step)  # fmt: skip
        if kind == "part":
            v = self.vector(WHOLE)
            piece = self.pick(["hidden", "upper"])
            return Value(f"part<{piece}>({v.text})", (piece,), v.low, v.high, v.is_of_step, v.root + piece)
        if self.equal is None:
            return self.squash(self.product(self.pick(self.dimensions), self.vector()))
        fits = [v for v in self.values if set(self.equal) & set(v.shape)]
        v = self.recent(fits) if fits else self.vector(self.equal[0])
        other = dict(zip(self.equal, self.equal[::-1]))  # a matrix along both is read with the two exchanged
        shape = tuple(other.get(d, d) for d in v.shape)
        return Value(f"as<{', '.join(shape)}>({v.text})", shape, v.low, v.high, v.is_of_step, v.root)

    def lagged(self):
        v = self.wide() if self.chance(0.8) else self.scalar()
        steps = self.pick([1, 1, 2, 3])
        if (steps, v.root) in self.lags or not v.text.isidentifier() and "." not in v.text or not v.is_of_step:
            return self.unary()
        self.lags.add((steps, v.root))
        return Value(f"lag<{steps}>({v.text})", v.shape, min(v.low, -1), max(v.high, 1), True)

    def controlled(self):
        v = self.wide() if self.chance(0.8) else self.scalar()
        kind = self.pick(["stop", "scale", "clip", "with", "wide clip"])
        text = {"stop": f"stop_gradient({v.text})", "scale": f"scale_gradient({v.text}, {self.number(-1, 1.5)})",
                "clip": f"clip_gradient({v.text}, 0.05)", "wide clip": f"clip_gradient({v.text}, 1000000.0)",
                "with": f"with_gradient(round(4 * {v.text}) / 4, {v.text})"}  # fmt: skip
        if "clip" in kind and not v.is_of_step:
            kind = "stop"
        self.clips = self.clips or kind == "clip"
        self.chooses = self.chooses or kind != "wide clip"
        bound = 0.2 if kind == "with" else 0
        return Value(text[kind], v.shape, v.low - bound, v.high + bound, v.is_of_step)

    def marked(self):
        """A value that the step watches."""
        v = self.wide() if self.chance(0.8) else self.scalar()
        if WHOLE in v.shape:
            return self.unary()
        self.watched += 1
        return Value(f'watch({v.text}, "watched {self.watched}"_s)', v.shape, v.low, v.high, v.is_of_step, v.root)

    def assigned(self):
        """A variable that is changed."""
        v = self.wide()
        name = f"v{self.count}"
        self.count += 1
        self.add_line(f"auto {name} = {self.squash(v).text};")
        low, high = -1.0, 1.0
        is_of_step = v.is_of_step
        for _ in range(1 + int(2 * self.random.random())):
            b = self.literal() if self.chance(0.3) else self.partner(v)
            kind = self.pick(["+=", "-=", "*="])
            if not is_within(b.shape, v.shape) or b.size > 3 or kind == "*=" and b.shape not in ((), v.shape):
                continue
            self.add_line(f"{name} {kind} {b.text};")
            high = high + b.size if kind != "*=" else high * max(b.size, 0.1)
            low = -high
            is_of_step = is_of_step or b.is_of_step
        self.values.append(Value(name, v.shape, low, high, is_of_step))

    def nested(self):
        """A layer of its own: a call of a new member, or a loop over an array of them."""
        v = self.wide()
        if WHOLE in v.shape or len(v.shape) > 2:
            return self.unary()
        name = f"layer{len(self.types)}"
        heads, along = v.shape[:-1], v.shape[-1]
        rows = along if self.chance(0.5) else self.pick([d for d in self.dimensions if d not in heads])
        to = (*heads, rows)
        inside = self.pick(["W * v + b", "W * v + b * g", f"W * tanh(v - mean<{along}>(v)) + b"])
        function = self.pick(["tanh", "sigmoid", "softsign"])
        low = 0 if function == "sigmoid" else -1
        self.types.append(
            f"struct {name} {{\n    weight<{', '.join((*to, along))}> W;\n    bias<{', '.join(to)}> b;\n    weight<> g;\n"
            f"    RONDO_MEMBERS(W, b, g);\n\n    constexpr auto operator()({type_of(v.shape)} v) const\n    {{\n"
            f"        return {function}({inside});\n    }}\n}};\n"
        )
        member = f"n{len(self.members)}"
        if to == v.shape and self.chance(0.5):
            self.members.append((member, f"std::array<{name}, 2> {member};"))
            variable = f"v{self.count}"
            self.count += 1
            self.add_line(f"auto {variable} = {self.squash(v).text};")
            self.add_line(f"for (auto const& layer : {member}) {{\n            {variable} = layer({variable});\n        }}")
            self.values.append(Value(variable, to, low, 1, v.is_of_step))
            return None
        self.members.append((member, f"{name} {member};"))
        return Value(f"{member}({v.text})", to, low, 1, v.is_of_step)

    def function(self):
        """A call of a function of the cell's own."""
        v = self.wide()
        return Value(f"bend({v.text}, 3)", v.shape, -1, 1, v.is_of_step)

    def statement(self):
        kinds = [(self.unary, 4), (self.arithmetic, 5), (self.binary, 4), (self.reduce, 1.5), (self.over_features, 1),
                 (self.moved, 2), (self.lagged, 2), (self.marked, 0.5), (self.controlled, self.controls), (self.nested, 1),
                 (self.function, 0.4), (self.assigned, 0.7), (self.projected, 2), (self.by_weight, 4),
                 (self.of_two, 2), (self.crossed, 1.5), (self.turned, 1)]  # fmt: skip
        at = self.random.random() * sum(weight for _, weight in kinds)
        for kind, weight in kinds:
            at -= weight
            if at < 0:
                break
        v = kind()
        if v is not None:
            self.define(v)

    def projected(self):
        """A gate: products with one or two vectors, and a bias."""
        to = self.pick(self.dimensions)
        sum_of_terms = self.product(to, self.vector())
        if self.chance(0.5):
            sum_of_terms = self.sum_of(sum_of_terms, self.product(to, self.vector()))
        if self.has_symbols and self.chance(0.4):
            sum_of_terms = self.sum_of(sum_of_terms, self.look_up(to, "kind"))
        if self.chance(0.5):
            bias = Value(self.member("bias", [to]), (to,), -0.75, 0.75, False)
            sum_of_terms = self.sum_of(sum_of_terms, bias)
        return self.squash(sum_of_terms)

    def look_up(self, to, name):
        if self.chance(0.6):
            return Value(f"transpose({self.matrix('kinds', to)}) * in.{name}", (to,), -0.75, 0.75, name == "kind")
        return Value(f"{self.matrix(to, 'kinds')} * in.{name}", (to,), -0.75, 0.75, name == "kind")

    # --- the cell -------------------------------------------------------------------------------------------------------

    def choose_inputs(self):
        """The inputs: a single value, or a struct."""
        self.inputs = None
        if self.chance(0.2):
            self.single = self.pick([("input",), ("input",), *self.shapes])
            self.values.append(Value("x", self.single, -1, 1))
            return
        self.inputs = []
        self.add_input(("input",), "x")
        for p, shape, name in [(0.4, (), "gap"), (0.3, ("hidden",), "u"), (0.4, self.pick(self.shapes), "rows")]:
            if self.chance(p):
                self.add_input(shape, name)
        if self.chance(0.4):
            self.inputs.append(("one_hot<kinds>", "kind"))
            self.has_symbols = True
        if self.chance(0.45):
            self.has_context = True
            self.add_input(("speaker",), "who", False)
            for shape, name in [((), "rate"), (self.pick(self.shapes), "memory")]:
                if self.chance(0.4):
                    self.add_input(shape, name, False)
            if self.chance(0.4):
                self.inputs.append(("per_sequence<one_hot<kinds>>", "group"))
        self.inputs = self.shuffled(self.inputs)

    def add_input(self, shape, name, is_of_step=True):
        kind = type_of(shape) if is_of_step else f"per_sequence<{type_of(shape)}>"
        self.inputs.append((kind, name))
        self.values.append(Value(f"in.{name}", shape, -1, 1, is_of_step))

    def choose_states(self):
        """The states: arguments, some of them in a struct."""
        self.states = []  # (shape, name, delay)
        for k in range(1 + int(3 * self.random.random() ** 1.5)):
            shape = self.pick([("hidden",), ("upper",), (), *self.shapes, *self.shapes])
            delay = self.pick([2, 3]) if self.chance(0.25) else 1
            self.states.append((shape, f"s{k}", delay))
        if self.inputs is None and self.chance(0.1):
            self.states = []
        plain = [s for s in self.states if s[2] == 1]
        self.struct = [s for s in plain if self.chance(0.6)] if self.chance(0.5) else []
        self.texts_of_states = {}
        for s in self.struct + [s for s in self.states if s not in self.struct]:
            shape, name, _ = s
            text = f"old.{name}" if s in self.struct else name
            self.texts_of_states[name] = text
            self.values.append(Value(text, shape, *STATE))

    def next_of(self, shape, text):
        """A new state: squashed, gated, a scan of itself, or a product of itself."""
        old = Value(text, shape, *STATE)
        kind = self.pick(["squash", "gate", "scan", "any", "keep", "product", "product"])
        v = (self.gathered(shape) if self.chance(0.5) else None) or self.like(shape)
        if kind == "product" and len(shape) in (1, 2):
            return self.squash(self.sum_of(self.weight_product((*shape, shape[-1]), old, shape), v)).text
        if kind == "gate":
            t = self.squash_to_unit(self.like(self.pick(parts_of(shape)) if self.chance(0.4) else shape))
            v = v if v.within(*STATE) else self.squash(v)
            return f"lerp({old.text}, {v.text}, {t.text})"
        if kind == "scan":
            decay = self.member("weight", self.pick(parts_of(shape)) if self.chance(0.5) else shape)
            v = v if v.within(-0.6, 0.6) else Value(f"0.6 * {self.squash(v).text}", shape, -0.6, 0.6)
            return f"sigmoid({decay}) * {old.text} + {v.text}"
        if kind == "keep" and self.chance(0.3):
            return f"0.9 * {old.text}"
        if kind == "any" and v.within(*STATE) and not v.text[0] in "-(" and v.is_of_step:
            return v.text
        return self.squash(v).text

    def choose_shapes(self):
        """The shapes of matrices: those within one of three dimensions, most of which meet, or another order."""
        others = self.shuffled(self.dimensions)[:2]
        whole = ("heads", *others) if self.chance(0.6) else tuple(self.shuffled(["heads", *others]))
        self.shapes = [s for s in parts_of(whole) if len(s) > 1 and self.chance(0.6)] or [whole[:2]]
        if self.chance(0.3):
            self.shapes.append(tuple(self.shuffled(self.pick(self.shapes))))

    def make(self):
        self.dimensions = list(DIMENSIONS[: 2 + int(2 * self.random.random())])
        if "upper" not in self.dimensions:
            self.dimensions.append("upper")
        self.sizes = {d: self.pick([1, 2, 3, 4, 5, 7, 8, 9, 16, 17]) for d in (*DIMENSIONS, "kinds", "speaker")}
        self.sizes["heads"] = self.pick([1, 2, 3, 5, 8, 9])
        self.equal = None
        if self.chance(0.3):
            self.equal = self.pick([("input", "hidden"), ("hidden", "upper"), ("upper", "input"), ("heads", "hidden")])
            self.sizes[self.equal[1]] = self.sizes[self.equal[0]]
        self.choose_shapes()
        self.controls = self.pick([0, 0, 0, 0.6, 2])
        self.choose_inputs()
        self.choose_states()
        self.start = self.start_text() if self.states and self.chance(0.4) else None
        for _ in range(4 + int(12 * self.random.random() ** 1.3)):
            self.statement()
        for kind in (self.by_weight, self.of_two):
            self.define(kind())
        if self.has_context and self.chance(0.8):
            self.define(self.squash(self.product(self.pick(self.dimensions), Value("in.who", ("speaker",), -1, 1, False))))
        if self.inputs and any(name == "group" for _, name in self.inputs):
            self.define(self.look_up(self.pick(self.dimensions), "group"))
        if self.has_symbols and self.chance(0.8):
            self.define(self.look_up(self.pick(self.dimensions), "kind"))
        for _ in range(2):
            self.statement()
        self.result = self.result_text()
        if self.chance(0.9):
            self.drop_unused_lines()
        else:  # a step may have values without a use
            self.lines = [re.sub("^auto", "[[maybe_unused]] auto", line) for line in self.lines]

    def drop_unused_lines(self):
        needed, kept = set(re.findall(r"\w+", self.result)), []
        for line in reversed(self.lines):
            names = re.findall(r"\w+", line)
            defined = re.search(r"(\w+) [-+*]?= ", line)[1]
            if defined in needed:
                needed.update(names)
                kept.append(line)
        self.lines = kept[::-1]
        self.watched = sum("watch(" in line for line in self.lines)
        self.clips = any("0.05)" in line for line in self.lines)
        self.chooses = any("_gradient(" in line and "1000000.0" not in line for line in self.lines)

    def start_text(self):
        values = []
        ordered = self.ordered_states()
        for shape, _, _ in ordered:
            first = self.member("weight", shape)
            text = self.pick([f"tanh({first})", f"0.5 * {first}", first])
            if self.has_context and len(shape) in (1, 2) and self.chance(0.6):
                text = f"tanh({self.matrix(*shape, 'speaker')} * in.who + {first})"
            values.append(text)
        return self.packed(values)

    def ordered_states(self):
        return self.struct + [s for s in self.states if s not in self.struct]

    def packed(self, values):
        """The text of next{...} for values of the states in the order of the arguments."""
        inside = []
        if self.struct:
            inside.append("state{" + ", ".join(values[: len(self.struct)]) + "}")
        return "next{" + ", ".join(inside + values[len(self.struct) :]) + "}"

    def gathered(self, shape):
        """A value of all that no other value has used, so that no part of the step is without effect."""
        unused = [v for v in self.values if v.shape == shape and v.text not in self.used]
        total = None
        for v in unused:
            total = v if total is None else self.sum_of(total, v)
        self.used.update(v.text for v in unused)
        return total

    def result_text(self):
        values = []
        for shape, name, _ in self.ordered_states():
            text = self.next_of(shape, self.texts_of_states[name])
            new = f"n_{name}"
            self.add_line(f"auto {new} = {text};")
            self.values.append(Value(new, shape, *STATE))
            values.append(new)
        text = self.packed(values)
        if not self.states or self.chance(0.8):
            outputs = []
            for shape in self.shuffled(sorted({v.shape for v in self.values})):
                v = self.gathered(shape) if self.chance(0.85) else None
                if v is not None:
                    outputs.append(v.text)
            outputs = outputs or [self.wide().text]
            if len(outputs) == 1 and self.chance(0.6):
                return f"{text}.output({self.own(outputs[0])})"
            named = [f'"out{k}"_s = {self.own(t)}' for k, t in enumerate(outputs)]
            return f"{text}.outputs({', '.join(named)})"
        return text

    def own(self, text):
        """A value of the step; a parameter or an input becomes one by an operation."""
        return f"tanh({text})" if text.isidentifier() and text[0] != "v" and text[:2] != "n_" else text

    def text(self):
        """The cell with the types that it needs."""
        out = []
        for one in self.types:
            out.append(one)
        out.append("struct cell {")
        if self.inputs:
            listed = "".join(f"        {t} {n};\n" for t, n in self.inputs)
            names = ", ".join(n for _, n in self.inputs)
            out.append(f"    struct given {{\n{listed}        RONDO_MEMBERS({names});\n    }};")
        if self.struct:
            listed = "".join(f"        {self.type_of_state(a, 1)} {n};\n" for a, n, _ in self.struct)
            names = ", ".join(n for _, n, _ in self.struct)
            out.append(f"    struct state {{\n{listed}        RONDO_MEMBERS({names});\n    }};")
        out += [f"    {m}" for _, m in self.members]
        if self.members:
            out.append(f"    RONDO_MEMBERS({', '.join(n for n, _ in self.members)});")
        out.append(
            "\n    static constexpr auto bend(auto v, int degree)\n    {\n        auto sum = 0.1 * v;\n"
            "        for (int k = 0; k < degree; ++k) {\n            sum += 0.3 * tanh(v + k);\n        }\n"
            "        return tanh(sum);\n    }"
        )
        given = "[[maybe_unused]] " + ("given in" if self.inputs else f"{type_of(self.single)} x")
        if self.start:
            argument = "given in" if "in." in self.start else ""
            out.append(f"    constexpr auto start({argument}) const {{ return {self.start}; }}")
        states = ["[[maybe_unused]] state old"] if self.struct else []
        states += [f"[[maybe_unused]] {self.type_of_state(a, d)} {n}" for a, n, d in self.states if (a, n, d) not in self.struct]
        out.append(f"    constexpr auto operator()({', '.join([given, *states])}) const\n    {{")
        out += [f"        {line}" for line in self.lines]
        out.append(f"        return {self.result};\n    }}\n}};\n")
        return "\n".join(out)

    @staticmethod
    def type_of_state(shape, delay):
        value = type_of(shape)
        return f"delayed<{delay}, {value}>" if delay > 1 else value


PARTS = ("in_float", "with_resets", "with_tangents", "of_fixed_sizes", "watched")


def program(seed, parts):
    """A program that checks the cell of `seed`, with those of PARTS that are named."""
    cell = CellSource(seed)
    parts = [p for p in parts if p != "watched" or cell.watched] or PARTS[:1]
    text = cell.text()
    sizes = lambda most: "".join(
        f"    static constexpr std::size_t of({d}) {{ return {1 + (n - 1) % most}; }}\n" for d, n in cell.sizes.items()
    )
    dimensions = "using random_cells::heads, random_cells::kinds, random_cells::speaker, random_cells::upper;\n"
    flag = lambda value: str(value).lower()
    return (
        f"// The random cell of seed {seed}, written by cell_source.py.\n"
        '#include "random_cells/check_cell.hpp"\n\n'
        f"namespace rondo::recorded {{\n{dimensions}\n{text}}}\n\n"
        f"namespace rondo::plain {{\n{dimensions}\n{text.replace('constexpr ', '')}}}\n\n"
        f"namespace rondo::random_cells {{\nstruct sizes {{\n{sizes(99)}}};\nstruct small_sizes {{\n{sizes(4)}}};\n"
        f"struct facts {{\n    static constexpr bool clips = {flag(cell.clips)};\n"
        f"    static constexpr bool chooses = {flag(cell.chooses)};\n"
        + "".join(f"    static constexpr bool {p} = {flag(p in parts)};\n" for p in PARTS) + "};\n}\n\n"
        + "int main()\n{\n    return rondo::random_cells::check_cell<rondo::recorded::cell, rondo::plain::cell,\n"
        "                                           rondo::random_cells::sizes, rondo::random_cells::small_sizes,\n"
        f"                                           rondo::random_cells::facts>({seed});\n}}\n"
    )
