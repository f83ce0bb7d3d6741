"""Shapes of values: tuples of names of dimensions, the last of which is innermost in memory."""

MOST_DIMENSIONS = 3


def type_of(shape):
    """The type of a value of the step."""
    return f"{'mat' if len(shape) > 1 else 'vec'}<{', '.join(shape)}>" if shape else "scalar"


def is_within(a, b):
    """Whether the dimensions of `a` are among those of `b`, in their order."""
    rest = iter(b)
    return all(d in rest for d in a)


def meet(a, b):
    """Whether two values can be combined entry by entry."""
    return is_within(a, b) or is_within(b, a)


def wider(a, b):
    return b if len(a) < len(b) else a


def without(shape, gone):
    return tuple(d for d in shape if d not in gone)


def joined_of(a, b):
    """The dimensions of `a`, then those of `b` that it lacks."""
    return a + without(b, a)


def transposed(shape):
    return (*shape[:-2], shape[-1], shape[-2])


def parts_of(shape):
    """All shapes within `shape`, the scalar and itself included."""
    if not shape:
        return [()]
    rest = parts_of(shape[1:])
    return rest + [(shape[0], *r) for r in rest]


def product_of(a, b):
    """The shape of a product that sums over the last dimension of `a`; None if `a` and `b` have none."""
    if len(a) < 2 or a[-1] not in b:
        return None
    if len(set(a)) < len(a):  # square matrices, one or one for each entry along a[0]
        fits = a[-1] == a[-2] and is_within(b, a[:-1]) and b != a[:-2]
        return a[:-1] if fits and len(set(a)) == len(a) - 1 else None
    is_reordered = (set(b) <= set(a) or set(a) <= set(b)) and not meet(a, b)
    if is_within(a, b) or is_reordered or len(joined_of(a, b)) > MOST_DIMENSIONS:
        return None
    return joined_of(a[:-1], without(b, a[-1:]))


def outer_of(a, b):
    """The shape of outer(a, b); None if there is none."""
    shape = joined_of(a, b)
    have_own = not set(a) <= set(b) and not set(b) <= set(a)
    return shape if have_own and is_within(b, shape) and len(shape) <= MOST_DIMENSIONS else None
