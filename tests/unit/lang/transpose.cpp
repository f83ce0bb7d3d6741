#include "unit/lang/recording.hpp"

#include <rondo/lang/transpose.hpp>

#include <doctest/doctest.h>

#include <type_traits>
#include <utility>

namespace transpose_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

// A transposed weight multiplies a vector along its rows.
static_assert(
    std::is_same_v<decltype(transpose(std::declval<weight<hidden, input>>()) * std::declval<vec<hidden>>()),
                   vec<input>>);
static_assert(holds([](recording& r) {
    return is(r, transpose(r.W) * r.h, op::transposed_product, r.W, r.h) &&
           r[transpose(r.W) * r.h].shape == extents{2};
}));
static_assert(holds([](recording& r) {
    weight<hidden, input> const unlisted{};
    return (transpose(unlisted) * r.h).record == &r.record && r.record.met_unlisted;
}));

// The graph of a transposed weight and a vector has no transposed matrix.
static_assert(matrix_holds([](matrix_recording& r) {
    node_id const before = r.record.nodes.size();
    vec<hidden> const y = transpose(r.U) * r.h;
    return r[y].opcode == op::transposed_product && r.record.nodes.size() == before + 1;
}));
// Of another matrix neither: the sum is over the other dimension.
static_assert(matrix_holds([](matrix_recording& r) {
    vec<input> const y = transpose(r.M) * r.h;
    return r[y].opcode == op::sum &&
           is(r, expression<shape<hidden, input>>{&r.record, r[y].a}, op::multiply, r.M, r.h) &&
           r[y].shape == extents{2};
}));
static_assert(matrix_holds([](matrix_recording& r) {
    mat<heads, input> const y =
        transpose(r.S) * mat<heads, hidden>{&r.record, r.record.nodes.leaf(op::state, 8, {3, 1})};
    return r[y].opcode == op::sum && r[y].shape == extents{3, 2};
}));
// As a value it is recorded, once, and its transpose is the matrix.
static_assert(
    std::is_same_v<decltype(tanh(transpose(std::declval<mat<hidden, input>>()))), mat<input, hidden>>);
static_assert(matrix_holds([](matrix_recording& r) {
    mat<input, hidden> const t = transpose(r.M);
    mat<hidden, input> const back = transpose(t);
    mat<heads, input, hidden> const last_two = transpose(r.S);
    return is(r, t, op::transpose, r.M) && r[t].shape == extents{2, 1} && back.id == r.M.id &&
           transpose(transpose(r.M)).id == r.M.id && r[last_two].shape == extents{3, 2, 1} &&
           r[exp(transpose(r.M))].a == t.id;
}));
static_assert(mat<input, hidden>(transpose(mat<hidden, input>{})).record == nullptr);

// An outer product is along the dimensions of the first factor, then those of the second.
static_assert(std::is_same_v<decltype(outer(std::declval<vec<hidden>>(), std::declval<vec<input>>())),
                             mat<hidden, input>>);
static_assert(matrix_holds([](matrix_recording& r) {
    mat<input, hidden> const y = outer(r.x, r.h);
    return r[y].opcode == op::multiply && r[y].shape == extents{2, 1} &&
           r.record.nodes[r[y].a].opcode == op::broadcast && r.record.nodes[r[y].a].a == r.x.id &&
           r.record.nodes[r[y].b].a == r.h.id;
}));
static_assert(matrix_holds([](matrix_recording& r) {
    return r[outer(r.M, r.g)].shape == extents{1, 2, 3} && r[outer(r.g, r.M)].shape == extents{3, 1, 2} &&
           r[outer(r.q, mat<heads, hidden>{&r.record, r.record.nodes.leaf(op::state, 8, {3, 1})})].shape ==
               extents{3, 2, 1};
}));
static_assert(outer(vec<hidden>{}, vec<input>{}).record == nullptr);

}  // namespace

TEST_CASE("transpose: a matrix and its transpose are recorded alike at run time")
{
    matrix_recording r{};
    mat<input, hidden> const t = transpose(r.M);
    mat<input, hidden> const again = transpose(r.M);
    CHECK(t.id == again.id);
    CHECK(r[t].a == r.M.id);
    CHECK_FALSE(r.record.met_unlisted);
}

}  // namespace transpose_test
