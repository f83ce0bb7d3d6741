#pragma once
/// @file
/// A run with its model, input and output gradient.

#include "tiny.hpp"

namespace rondo::test {

/// A run, and what it is given.
struct one_run {
    model<tiny> m = tiny_model();
    bptt<tiny> run{m};
    sequence x = series(1), dy = series(2), wide = filled({steps, batch, 7});

    numbers use()
    {
        numbers const y = all_of(run.forward(x));
        return all_of(y, numbers_of(run.backward(dy)));
    }
    /// forward() and backward(), of anything.
    template <class X, class Dy>
    numbers both(X const& input, Dy const& derivative)
    {
        numbers const y = all_of(run.forward(input));
        return all_of(y, numbers_of(run.backward(derivative)));
    }
};

}  // namespace rondo::test
