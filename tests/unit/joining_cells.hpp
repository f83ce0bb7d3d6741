#pragma once
/// @file
/// Cells that join vectors, take them apart, and read them along other dimensions.

#include <rondo/lang/cell.hpp>

namespace rondo::test {

struct in_gate : dimension {
    using dimension::dimension;
};
struct forget_gate : dimension {
    using dimension::dimension;
};
struct candidate : dimension {
    using dimension::dimension;
};
struct past : dimension {
    using dimension::dimension;
};
struct gap : dimension {
    using dimension::dimension;
};

/// One weight for the input and the state, and one product for all gates.
struct joined_lstm {
    using gates = joined<in_gate, forget_gate, candidate, hidden>;
    weight<gates, joined<input, hidden>> W;
    bias<gates> b;
    RONDO_MEMBERS(W, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<hidden> c) const
    {
        auto all = W * join(x, h) + b;
        auto i = as<hidden>(sigmoid(part<in_gate>(all)));
        auto f = as<hidden>(sigmoid(part<forget_gate>(all)));
        auto g = as<hidden>(tanh(part<candidate>(all)));
        auto c_next = f * c + i * g;
        return next{sigmoid(part<hidden>(all)) * tanh(c_next), c_next};
    }
};

/// The reset state is joined, so it is computed and stored first; parts of an input and of a parameter.
struct joining_gru {
    struct given {
        vec<joined<input, past>> x;
        scalar time;
        RONDO_MEMBERS(x, time);
    };
    weight<joined<in_gate, candidate>, hidden> gates;
    weight<hidden, joined<input, hidden, gap>> W;
    weight<joined<past, hidden>> scale;
    RONDO_MEMBERS(gates, W, scale);

    constexpr auto operator()(given in, vec<hidden> h) const
    {
        auto both = sigmoid(gates * h);
        auto r = as<hidden>(part<in_gate>(both));
        auto z = as<hidden>(part<candidate>(both));
        auto x = part<input>(in.x);
        auto u = part<past>(in.x) * part<past>(scale);
        auto n = tanh(W * join(x, r * h, as<gap>(in.time)) * part<hidden>(scale));
        auto h_next = (1 - z) * n + z * h;
        return next{h_next}.output(join(h_next, u, square(x)));
    }
};

/// A state along a joined dimension whose parts exchange values, elementwise and through a softmax.
struct exchanging {
    weight<past, input> W;
    bias<joined<past, candidate>> b;
    RONDO_MEMBERS(W, b);

    constexpr auto operator()(vec<input> x, vec<joined<past, candidate>> s) const
    {
        auto share = softmax(s + b);
        auto first = tanh(part<past>(share) + W * x);
        auto second = part<candidate>(share) * mean(x) + 0.5 * part<candidate>(s);
        return next{join(first, second)};
    }
};

/// A scan with parts of an input in it.
struct scanning_parts {
    weight<hidden> rate;
    RONDO_MEMBERS(rate);

    constexpr auto operator()(vec<joined<hidden, past>> x, vec<hidden> h) const
    {
        auto gate = as<hidden>(sigmoid(part<past>(x)));
        return next{gate * h * rate + part<hidden>(x)};
    }
};

/// A context that is joined with what changes, and a joined state that begins with a product.
struct joining_context {
    struct given {
        vec<input> x;
        per_sequence<vec<past>> context;
        RONDO_MEMBERS(x, context);
    };
    weight<hidden, joined<input, past, hidden>> W;
    weight<joined<past, hidden>, past> first;
    RONDO_MEMBERS(W, first);

    constexpr auto operator()(given in, vec<joined<past, hidden>> s) const
    {
        auto h = tanh(W * join(in.x, in.context, part<hidden>(s)));
        return next{join(0.5 * part<past>(s) + in.context, h)}.output(join(h, in.context));
    }
    constexpr auto start(given in) const { return next{first * in.context}; }
};

}  // namespace rondo::test
