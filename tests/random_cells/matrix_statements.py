"""Statements of a random cell that take or give matrices."""

from shapes import MOST_DIMENSIONS, joined_of, outer_of, product_of, transposed, without
from value import Value, most_entries


class MatrixStatements:
    """A part of CellSource."""

    def by_weight(self):
        """A gate of products of weights with matrices, or of three dimensions with vectors, and a bias."""
        v = self.matrix_value() if self.chance(0.75) else self.vector()
        left = self.left_factor(v)
        if left is None:
            return None
        to, text = left
        total = Value(text, to, *self.bounds_of_product(v), v.is_of_step)
        if self.chance(0.4):
            w = self.like(v.shape)
            text = self.weight_product(self.last_weight, w)
            total = self.sum_of(total, Value(text, to, *self.bounds_of_product(w), w.is_of_step))
        if self.chance(0.5):
            part = to if self.chance(0.6) else self.some_within(to)
            total = self.sum_of(total, Value(self.member("bias", part), part, -0.75, 0.75, False))
        return self.squash(total)

    def some_within(self, shape):
        return tuple(d for d in shape if self.chance(0.5))

    def matrix_value(self):
        """A matrix; later ones are more probable."""
        fits = [v for v in self.values if len(v.shape) > 1]
        return self.recent(fits) if fits else self.parameter(self.pick(self.shapes))

    @staticmethod
    def bounds_of_product(v):
        bound = 0.75 * most_entries(v.shape[-1:]) * v.size
        return -bound, bound

    def left_factor(self, v):
        """The shape and the text of a product of a weight of two or three dimensions with `v`."""
        summed = v.shape[-1] if self.chance(0.7) else self.pick(v.shape)
        heads = without(v.shape, [summed])
        fronts = [heads[:1], heads[:1], (), heads, tuple(self.pick(self.dimensions) for _ in range(2 - len(heads)))]
        rows = summed if self.chance(0.3) else self.pick(["heads", *self.dimensions])
        shape = (*self.pick(fronts), rows, summed)
        to = product_of(shape, v.shape)
        if to is None or len(shape) > MOST_DIMENSIONS:
            return None
        self.last_weight = shape
        return to, self.weight_product(shape, v)

    def weight_product(self, shape, v):
        if self.chance(0.3):
            return f"transpose({self.matrix(*transposed(shape))}) * {v.text}"
        return f"{self.matrix(*shape)} * {v.text}"

    def of_two(self):
        """A product of two values, the left one a matrix, transposed or not."""
        a = self.matrix_value() if self.chance(0.85) else self.parameter(self.pick(self.shapes))
        is_transposed = self.chance(0.4)
        shape = transposed(a.shape) if is_transposed else a.shape
        fits = [v for v in self.values if product_of(shape, v.shape) is not None]
        b = self.recent(fits) if fits and self.chance(0.85) else self.parameter(shape[-1:])
        bound = most_entries(shape[-1:]) * a.size * b.size
        text = f"transpose({a.text})" if is_transposed else a.text
        return self.squash(Value(f"{text} * {b.text}", product_of(shape, b.shape), -bound, bound,
                                 a.is_of_step or b.is_of_step))  # fmt: skip

    def crossed(self):
        """An outer product."""
        pairs = [(a, b) for a in self.values for b in self.values if outer_of(a.shape, b.shape) is not None]
        if not pairs:
            return self.unary()
        wanted = [(a, b) for a, b in pairs if joined_of(a.shape, b.shape) in self.shapes]
        a, b = self.pick(wanted if wanted and self.chance(0.7) else pairs)
        ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        return Value(f"outer({a.text}, {b.text})", joined_of(a.shape, b.shape), min(ends), max(ends),
                     a.is_of_step or b.is_of_step)  # fmt: skip

    def turned(self):
        """A transposed matrix."""
        v = self.matrix_value()
        return Value(f"transpose({v.text})", transposed(v.shape), v.low, v.high, v.is_of_step)
