"""Statements of a random cell that take or give matrices."""

from shapes import MOST_DIMENSIONS, joined_of, outer_of, parts_of, product_of, transposed, without
from value import Value, most_entries


class MatrixStatements:
    """A part of CellSource."""

    def by_weight(self):
        """A gate of products of weights with matrices, or of three dimensions with vectors, and a bias."""
        v = self.matrix_value() if self.chance(0.75) else self.vector()
        if len(v.shape) == MOST_DIMENSIONS:
            v = self.reduced(v, v.shape[-1:])
        weight = self.weight_for(v.shape)
        to = product_of(weight, v.shape)
        total = self.weight_product(weight, v, to)
        if self.chance(0.4):
            total = self.sum_of(total, self.weight_product(weight, self.like(v.shape), to))
        if self.chance(0.5):
            part = to if self.chance(0.6) else self.pick(parts_of(to))
            total = self.sum_of(total, Value(self.member("bias", part), part, -0.75, 0.75, False))
        return self.squash(total)

    def matrix_value(self):
        """A matrix; later ones are more probable."""
        fits = [v for v in self.values if len(v.shape) > 1]
        return self.recent(fits) if fits else self.parameter(self.pick(self.shapes))

    def weight_for(self, shape):
        """The shape of a weight that multiplies a value of `shape`: often of three dimensions."""
        while True:
            summed = shape[-1] if self.chance(0.7) else self.pick(shape)
            heads = without(shape, [summed])
            rows = summed if self.chance(0.3) else self.pick(["heads", *self.dimensions])
            weight = (*self.pick([heads[:1], heads[:1], heads, (), (self.pick(self.dimensions),)]), rows, summed)
            if len(weight) <= MOST_DIMENSIONS and product_of(weight, shape) is not None:
                return weight

    def weight_product(self, shape, v, to):
        bound = 0.75 * most_entries(v.shape[-1:]) * v.size
        weight = f"transpose({self.matrix(*transposed(shape))})" if self.chance(0.3) else self.matrix(*shape)
        return Value(f"{weight} * {v.text}", to, -bound, bound, v.is_of_step)

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
