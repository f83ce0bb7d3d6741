#pragma once
/// @file
/// Cells whose values or derivatives become infinite or NaN at a step that one can compute.

#include <rondo/cell/gate.hpp>
#include <rondo/lang/cell.hpp>
#include <rondo/model/model.hpp>

#include <string>

namespace rondo::test {

using namespace check_internal;

/// A gate that is NaN where its pre-activation is negative. Its derivative is infinite where that is zero.
struct rooted_gate {
    gate<> f;
    RONDO_MEMBERS(f);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto f_t = sqrt(f(x, h));
        return next{f_t * h + (1 - f_t)};
    }
};

/// h' = W x + U h.
struct linear_recurrence {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    RONDO_MEMBERS(W, U);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{W * x + U * h}; }
};

/// An infinity that leaves no trace, 1 / (1 + exp(-x)), beside a logarithm.
struct plain_sigmoid {
    weight<hidden, input> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{1 / (1 + exp(W * x))}.output(log(h + 1 + W * x));
    }
};

/// A model of @p Cell with two features everywhere, whose matrices are multiples of the unit matrix: the
/// first
/// @p w, the second @p u.
template <class Cell, class T>
model<Cell, T> diagonal_model(double w, double u)
{
    model<Cell, T> m{input{2}, hidden{2}};
    double const factor[] = {w, u};
    for (std::size_t i = 0; i < m.parameters().count; ++i) {
        if (m.parameters().shape(i).size() == 2) {
            m.parameters().entries(i)[0] = m.parameters().entries(i)[3] = static_cast<T>(factor[i]);
        }
    }
    return m;
}

/// The message of the exception of type @p E that @p f throws; empty if it throws none.
template <class E, class F>
std::string message_of(F const& f)
{
    try {
        f();
    } catch (E const& e) {
        return e.what();
    }
    return {};
}

}  // namespace rondo::test
