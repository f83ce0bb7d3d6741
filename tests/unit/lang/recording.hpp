#pragma once
/// @file
/// Expressions for equations in tests, and checks of the recorded nodes.

#include "unit/matrix_cells.hpp"

#include <rondo/lang/cell.hpp>

namespace rondo::test {

using namespace check_internal;

/// The operands of the tests' equations, recorded in one graph.
struct recording {
    recorder record{};
    vec<hidden> h{&record, record.nodes.leaf(op::state, 0, {1})};
    vec<hidden> c{&record, record.nodes.leaf(op::state, 1, {1})};
    vec<input> x{&record, record.nodes.leaf(op::input, 0, {2})};
    scalar s{&record, record.nodes.leaf(op::state, 2, {})};
    expression<shape<hidden, input>> W{&record, record.nodes.leaf(op::parameter, 0, {1, 2})};

    constexpr recording()
    {
        record.dimensions.add_bound<hidden>();
        record.dimensions.add_bound<input>();
    }
    recording(recording const&) = delete;

    template <class S>
    constexpr node const& operator[](expression<S> e) const
    {
        return record.nodes[e.id];
    }
};

/// Whether @p e is the operation @p code on @p a and @p b.
template <class R, class A, class B>
constexpr bool is(recording const& r, expression<R> e, op code, expression<A> a, expression<B> b)
{
    bool const straight = r[e].a == a.id && r[e].b == b.id;
    bool const crossed = is_commutative(code) && r[e].a == b.id && r[e].b == a.id;
    return e.record == &r.record && r[e].opcode == code && (straight || crossed);
}
template <class R, class A>
constexpr bool is(recording const& r, expression<R> e, op code, expression<A> a)
{
    return e.record == &r.record && r[e].opcode == code && r[e].a == a.id && r[e].b == no_node;
}
/// Whether @p e is the operation @p code on @p a and the number @p b.
template <class R, class A>
constexpr bool is(recording const& r, expression<R> e, op code, expression<A> a, double b)
{
    graph g = r.record.nodes;
    node_id const number = g.constant(b);
    return is(r, e, code, a, scalar{nullptr, number});
}
template <class R, class A>
constexpr bool is(recording const& r, expression<R> e, op code, double a, expression<A> b)
{
    graph g = r.record.nodes;
    node_id const number = g.constant(a);
    return is(r, e, code, scalar{nullptr, number}, b);
}

/// Values of two and three dimensions besides.
struct matrix_recording : recording {
    constexpr matrix_recording() { record.dimensions.add_bound<heads>(); }

    mat<hidden, input> M{&record, record.nodes.leaf(op::state, 3, {1, 2})};
    mat<input, heads> N{&record, record.nodes.leaf(op::state, 4, {2, 3})};
    mat<heads, hidden, input> S{&record, record.nodes.leaf(op::state, 5, {3, 1, 2})};
    vec<heads> g{&record, record.nodes.leaf(op::state, 6, {3})};
    mat<heads, input> q{&record, record.nodes.leaf(op::state, 7, {3, 2})};
    expression<shape<hidden, hidden>> U{&record, record.nodes.leaf(op::parameter, 1, {1, 1})};
};

/// The result of @p f on a new recording.
template <class F>
constexpr bool holds(F f)
{
    recording r{};
    return f(r);
}
/// The result of @p f on a new recording with matrices.
template <class F>
constexpr bool matrix_holds(F f)
{
    matrix_recording r{};
    return f(r);
}

}  // namespace rondo::test
