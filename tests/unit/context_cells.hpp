#pragma once
/// @file
/// Cells with inputs that do not change over a sequence, or with a start(), and the cells without them.

#include <rondo/cell/gate.hpp>
#include <rondo/lang/cell.hpp>

namespace rondo::test {

struct speaker : dimension {
    using dimension::dimension;
};
struct people : dimension {
    using dimension::dimension;
};

/// An input of every step.
template <class Value>
using of_each_step = Value;

/// A loop with products that is given a vector, a symbol and a number; the gradients of vectors read them
/// too.
template <template <class> class Kept>
struct speaking_with {
    struct given {
        vec<input> x;
        Kept<vec<speaker>> context;
        Kept<one_hot<people>> who;
        Kept<scalar> rate;
        RONDO_MEMBERS(x, context, who, rate);
    };
    gate<hidden, input> f;
    weight<hidden, speaker> C;
    weight<people, hidden> E;
    weight<hidden> gain;
    RONDO_MEMBERS(f, C, E, gain);

    constexpr auto operator()(given in, vec<hidden> h) const
    {
        auto const shared = tanh(C * in.context);
        auto const kept = in.rate * h + gain * (shared + h);
        return next{tanh(f(in.x, kept) + shared + transpose(E) * in.who)};
    }
};
using speaking = speaking_with<per_sequence>;
using speaking_at_each_step = speaking_with<of_each_step>;

/// A scan.
template <template <class> class Kept>
struct drifting_to {
    struct given {
        vec<hidden> x;
        Kept<vec<hidden>> goal;
        Kept<scalar> rate;
        RONDO_MEMBERS(x, goal, rate);
    };
    weight<hidden> gain, decay;
    RONDO_MEMBERS(gain, decay);

    constexpr auto operator()(given in, vec<hidden> h) const
    {
        auto const kept = sigmoid(decay * in.rate);
        return next{kept * h + (1 - kept) * (in.goal + gain * in.goal * in.x)}.outputs("h"_s = kept * h,
                                                                                       "goal"_s = in.goal);
    }
};
using drifting = drifting_to<per_sequence>;
using drifting_at_each_step = drifting_to<of_each_step>;

/// Begins with a trained state; the second state begins with a function of the first.
struct beginning {
    gate<hidden, input> f;
    weight<hidden> first;
    RONDO_MEMBERS(f, first);

    constexpr auto start() const { return next{tanh(first), 0.5 * first}; }
    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<hidden> c) const
    {
        auto const next_h = tanh(f(x, h) + c);
        return next{next_h, 0.5 * c + next_h};
    }
};
/// That cell without a start().
struct beginning_at_zero {
    gate<hidden, input> f;
    weight<hidden> first;
    RONDO_MEMBERS(f, first);

    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<hidden> c) const
    {
        auto const next_h = tanh(f(x, h) + c);
        return next{next_h, 0.5 * c + next_h + 0 * first};
    }
};

/// Begins with a product with the context, and contains a cell whose start() it calls.
struct decoding {
    struct given {
        vec<input> x;
        per_sequence<vec<speaker>> context;
        RONDO_MEMBERS(x, context);
    };
    beginning inner;
    weight<hidden, speaker> C;
    RONDO_MEMBERS(inner, C);

    constexpr auto start(given in) const
    {
        auto const [h, c] = inner.start();
        return next{h + C * in.context, c};
    }
    constexpr auto operator()(given in, vec<hidden> h, vec<hidden> c) const
    {
        auto const [next_h, next_c] = inner(in.x, h, c);
        return next{next_h, next_c};
    }
};

}  // namespace rondo::test
