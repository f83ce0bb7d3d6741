#pragma once
/// @file
/// Cells that watch values, and the cell that one of them is without marks.

#include <rondo/cell/gate.hpp>
#include <rondo/lang/cell.hpp>

namespace rondo::test {

/// A coupled gate, with marks or without.
template <bool Marked>
struct coupled {
    gate<hidden, input> f, c;
    RONDO_MEMBERS(f, c);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto forget = sigmoid(f(x, h));
        auto share = mean(forget);
        auto candidate = tanh(c(x, h));
        if constexpr (Marked) {
            forget = watch(forget, "forget gate"_s);
            share = watch(mean(forget), "share"_s);
            (void)watch(3 * candidate, "unused"_s);
        }
        return next{forget * h + (1 - forget) * candidate}.output(share * h);
    }
};

/// A cell that watches, twice in another with a value of the same name, named states, named outputs and a
/// start().
struct watching_twice {
    struct squashed {
        weight<hidden> u;
        RONDO_MEMBERS(u);
        constexpr auto operator()(vec<hidden> v) const { return tanh(watch(u * v, "a"_s)); }
    };
    struct state {
        vec<hidden> h;
        RONDO_MEMBERS(h);
    };
    squashed first, second;
    weight<hidden, input> W;
    RONDO_MEMBERS(first, second, W);

    constexpr auto start() const { return next{state{0.5 * first.u}}; }
    constexpr auto operator()(vec<input> x, state s) const
    {
        s.h = second(first(s.h) + watch(W * x, "b"_s));
        return next{s}.outputs("h"_s = s.h, "sum"_s = sum(s.h));
    }
};

}  // namespace rondo::test
