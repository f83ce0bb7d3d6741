"""A value of the step of a random cell."""

MOST_ENTRIES = 17


class Value:
    """A value: its text, its shape, and the interval of its entries."""

    def __init__(self, text, shape, low, high, is_of_step=True, like=None):
        self.text, self.shape = text, tuple(shape)
        self.low, self.high = float(low), float(high)
        self.is_of_step = is_of_step  # whether it depends on a state or on an input of a step
        self.root = like or text  # the value that it is another name of

    def within(self, low, high):
        return low <= self.low and self.high <= high

    @property
    def size(self):
        return max(abs(self.low), abs(self.high))


def most_entries(shape):
    """The number of entries along dimensions is at most this."""
    count = 1
    for d in shape:
        count *= MOST_ENTRIES * (2 if "joined" in d else 1)
    return count
