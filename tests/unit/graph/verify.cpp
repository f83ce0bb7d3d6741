#include <rondo/graph/verify.hpp>

#include <doctest/doctest.h>

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

/// A valid step, h' = W h + b with the sum of h as its output, in which a test makes a defect.
struct step {
    program p{};
    node_id h = p.nodes.leaf(op::state, 0, {1});
    node_id w = p.nodes.leaf(op::parameter, 0, {1, 1});
    node_id b = p.nodes.leaf(op::parameter, 1, {1});
    node_id product = p.nodes.product(w, h);
    node_id next = p.nodes.binary(op::add, product, b);
    node_id total = p.nodes.sum(h);

    constexpr step()
    {
        p.states.push_back({h, next});
        p.results.push_back({role::output, 0, total});
    }
};

/// The defect of the step after @p spoil has changed it.
template <class F>
constexpr defect after(F spoil)
{
    step s{};
    spoil(s);
    return verify(s.p).what;
}

static_assert(after([](step&) {}) == defect::none);
static_assert(verify(step{}.p).is_valid());
static_assert(verify(program{}).is_valid());

static_assert(after([](step& s) { s.p.nodes.add({.opcode = op::tanh, .shape = {1}, .a = 90}); }) ==
              defect::operand_after_user);
static_assert(after([](step& s) { s.p.nodes.add({.opcode = op::tanh, .shape = {1}}); }) ==
              defect::wrong_number_of_operands);
static_assert(after([](step& s) { s.p.nodes.add({.opcode = op::tanh, .shape = {1}, .a = s.h, .b = s.h}); }) ==
              defect::wrong_number_of_operands);
static_assert(after([](step& s) { s.p.nodes.add({.opcode = op::input, .shape = {1}, .a = s.h}); }) ==
              defect::wrong_number_of_operands);
static_assert(after([](step& s) { s.p.nodes.leaf(op::input, 0, {1, 1}); }) == defect::dimension_twice);
static_assert(after([](step& s) { s.p.nodes.leaf(op::input, 0, {2, 1, 3}); }) == defect::none);
static_assert(after([](step& s) { s.p.nodes.leaf(op::symbol, 0, {1, 2}); }) == defect::leaf_of_wrong_shape);
static_assert(after([](step& s) { s.p.nodes.leaf(op::input, 0, {1, unit, 2}); }) == defect::shapes_differ);
static_assert(after([](step& s) { s.p.nodes.leaf(op::extent, 1, {1}); }) == defect::leaf_of_wrong_shape);
static_assert(after([](step& s) { s.p.nodes.leaf(op::parameter, 1, {2}); }) == defect::leaf_with_two_shapes);
static_assert(after([](step& s) { s.p.nodes.unary(op::tanh, s.w); }) == defect::dimension_twice);
static_assert(after([](step& s) { s.p.nodes.binary(op::add, s.h, s.p.nodes.leaf(op::input, 0, {2})); }) ==
              defect::shapes_differ);
static_assert(after([](step& s) {
                  s.p.nodes.add({.opcode = op::multiply, .shape = {}, .a = s.h, .b = s.total});
              }) == defect::shapes_differ);
static_assert(after([](step& s) {
                  s.p.nodes.add({.opcode = op::select, .shape = {1}, .a = s.h, .b = s.h});
              }) == defect::wrong_number_of_operands);
static_assert(after([](step& s) { s.p.nodes.add({.opcode = op::add, .shape = {1}, .a = s.h, .c = s.h}); }) ==
              defect::wrong_number_of_operands);
static_assert(after([](step& s) { s.p.nodes.ternary(op::select, s.total, s.total, s.h); }) == defect::none);
static_assert(after([](step& s) { s.p.nodes.ternary(op::select, s.h, s.total, s.w); }) ==
              defect::dimension_twice);
static_assert(after([](step& s) {
                  s.p.nodes.ternary(op::select, s.h, s.total, s.p.nodes.leaf(op::input, 0, {2}));
              }) == defect::shapes_differ);
static_assert(after([](step& s) { s.p.nodes.add({.opcode = op::broadcast, .shape = {2}, .a = s.h}); }) ==
              defect::shapes_differ);
static_assert(after([](step& s) { s.p.nodes.product(s.w, s.p.nodes.leaf(op::input, 0, {2})); }) ==
              defect::product_of_wrong_shapes);
static_assert(after([](step& s) { s.p.nodes.product(s.b, s.total); }) == defect::product_of_wrong_shapes);
static_assert(after([](step& s) { s.p.nodes.add({.opcode = op::sum, .shape = {1}, .a = s.h}); }) ==
              defect::reduction_of_wrong_shape);
static_assert(after([](step& s) { s.p.nodes.running_sum(op::running_sum, s.total, 1); }) ==
              defect::reduction_of_wrong_shape);
static_assert(after([](step& s) { s.p.nodes.running_sum(op::running_sum, s.h, 2); }) ==
              defect::reduction_of_wrong_shape);
static_assert(after([](step& s) { s.p.nodes.add({.opcode = op::running_sum, .a = s.h, .index = 1}); }) ==
              defect::reduction_of_wrong_shape);
static_assert(after([](step& s) { s.p.nodes.running_sum(op::running_sum_back, s.h, 1); }) == defect::none);
static_assert(after([](step& s) { s.p.nodes.reduction(op::largest, s.h, {2}); }) ==
              defect::reduction_of_wrong_shape);
static_assert(after([](step& s) { s.p.nodes.unary(op::negate, s.p.nodes.outer(s.h, s.b)); }) ==
              defect::outer_inside_step);
static_assert(after([](step& s) { s.p.nodes.last_piece(s.p.nodes.join(s.h, s.b, 2), 1, 1); }) ==
              defect::none);
static_assert(after([](step& s) { s.p.nodes.join(s.h, s.total, 2); }) == defect::join_of_no_vectors);
static_assert(after([](step& s) { s.p.nodes.join(s.h, s.b, 1); }) == defect::join_of_no_vectors);
static_assert(after([](step& s) { s.p.nodes.first_piece(s.w, 2, 3); }) == defect::join_of_no_vectors);
static_assert(after([](step& s) { s.p.nodes.first_piece(s.h, 2, unit); }) == defect::join_of_no_vectors);

// Values of two and three dimensions.
constexpr extents cube{3, 1, 2};

/// The defect of the step after @p spoil has changed it, given a value along three dimensions and a vector
/// along the last of them.
template <class F>
constexpr defect with_cube(F spoil)
{
    return after([&](step& s) {
        node_id const m = s.p.nodes.leaf(op::input, 0, cube);
        spoil(s.p.nodes, m, s.p.nodes.leaf(op::input, 1, {2}));
    });
}
static_assert(with_cube([](graph& g, node_id m, node_id v) { g.binary(op::add, v, m); }) == defect::none);
static_assert(with_cube([](graph& g, node_id m, node_id) { g.unary(op::tanh, m); }) == defect::none);
static_assert(with_cube([](graph& g, node_id m, node_id) {
                  g.binary(op::add, m, g.leaf(op::input, 2, {3, 2}));
              }) == defect::none);
static_assert(with_cube([](graph& g, node_id m, node_id) {
                  g.binary(op::add, m, g.leaf(op::input, 2, {2, 3}));  // in another order
              }) == defect::shapes_differ);
static_assert(with_cube([](graph& g, node_id m, node_id) {
                  g.binary(op::add, m, g.leaf(op::input, 2, {4}));
              }) == defect::shapes_differ);
static_assert(with_cube([](graph& g, node_id, node_id v) { g.broadcast(v, cube); }) == defect::none);
static_assert(with_cube([](graph& g, node_id, node_id v) {
                  g.broadcast(v, {3, 1});
              }) == defect::shapes_differ);
static_assert(with_cube([](graph& g, node_id m, node_id) {
                  g.broadcast(g.sum(m, {3, 2}), cube);
              }) == defect::none);
static_assert(with_cube([](graph& g, node_id m, node_id) {
                  g.sum(m, {2, 3});
              }) == defect::reduction_of_wrong_shape);
static_assert(with_cube([](graph& g, node_id m, node_id) { g.shift(m, {3, 1}); }) == defect::none);
static_assert(with_cube([](graph& g, node_id m, node_id) { g.running_sum(op::running_sum, m, 1); }) ==
              defect::none);
static_assert(with_cube([](graph& g, node_id m, node_id) { g.transpose(m, {3, 2, 1}); }) == defect::none);
static_assert(with_cube([](graph& g, node_id m, node_id) {
                  g.transpose(m, {3, 2, 4});
              }) == defect::rearranged_to_wrong_shape);
static_assert(with_cube([](graph& g, node_id m, node_id) {
                  g.transpose(m, {3, 2});
              }) == defect::rearranged_to_wrong_shape);
static_assert(with_cube([](graph& g, node_id m, node_id) { g.rename(m, {3, 4, 2}); }) == defect::none);
static_assert(with_cube([](graph& g, node_id, node_id v) { g.rename(v, {1}); }) == defect::none);
static_assert(with_cube([](graph& g, node_id, node_id v) {
                  g.rename(v, {1, 2});
              }) == defect::rearranged_to_wrong_shape);
static_assert(with_cube([](graph& g, node_id m, node_id) {
                  g.rename(m, {3, 4, 4});
              }) == defect::dimension_twice);
static_assert(with_cube([](graph& g, node_id m, node_id v) { g.product(m, v); }) ==
              defect::product_of_wrong_shapes);
static_assert(with_cube([](graph& g, node_id m, node_id) { g.join(m, m, 4); }) == defect::join_of_no_vectors);

/// The defect of a graph with a weight of dimensions 3, 2 and 1, and of what @p add adds.
constexpr defect with_heads(auto add)
{
    program p{};
    add(p.nodes, p.nodes.leaf(op::parameter, 0, {3, 2, 1}));
    return verify(p).what;
}
constexpr node_id along(graph& g, extents shape) { return g.leaf(op::input, 0, shape); }
static_assert(with_heads([](graph& g, node_id w) { g.product(w, along(g, {3, 1})); }) == defect::none);
static_assert(with_heads([](graph& g, node_id w) { g.product(w, along(g, {1})); }) == defect::none);
static_assert(with_heads([](graph& g, node_id w) {
                  g.product(w, along(g, {1, 3}));
              }) == defect::product_of_wrong_shapes);
static_assert(with_heads([](graph& g, node_id w) { g.product(w, along(g, {3})); }) ==
              defect::product_of_wrong_shapes);
static_assert(with_heads([](graph& g, node_id w) {
                  g.transposed_product(w, along(g, {3, 2}), {3, 1});
              }) == defect::none);
static_assert(with_heads([](graph& g, node_id w) {
                  g.transposed_product(w, along(g, {3, 2}), {1});
              }) == defect::none);
static_assert(with_heads([](graph& g, node_id w) {
                  g.transposed_product(w, along(g, {2}), {3, 1});
              }) == defect::product_of_wrong_shapes);
static_assert(with_heads([](graph& g, node_id) {
                  g.outer(along(g, {3, 2}), g.leaf(op::input, 1, {3, 1}), {3, 2, 1});
              }) == defect::none);
static_assert(with_heads([](graph& g, node_id) {
                  g.outer(along(g, {2, 3}), g.leaf(op::input, 1, {3, 1}), {3, 2, 1});
              }) == defect::product_of_wrong_shapes);

static_assert(after([](step& s) { s.p.states[0].from = s.b; }) == defect::state_is_no_leaf);
static_assert(after([](step& s) { s.p.states.push_back({s.h, s.next}); }) == defect::state_is_no_leaf);
static_assert(after([](step& s) { s.p.nodes.leaf(op::state, 1, {1}); }) == defect::state_read_twice);
static_assert(after([](step& s) { s.p.states[0].to = s.total; }) == defect::state_changes_shape);
static_assert(after([](step& s) { s.p.results[0].value = s.w; }) == defect::result_of_wrong_shape);
static_assert(after([](step& s) {
                  s.p.results.push_back({role::parameter_gradient, 0, s.b});
              }) == defect::result_of_wrong_shape);
static_assert(after([](step& s) {
                  s.p.results.push_back({role::parameter_gradient, 0, s.p.nodes.outer(s.h, s.b)});
              }) == defect::none);
static_assert(after([](step& s) { s.p.results[0].value = no_node; }) == defect::value_outside_graph);
static_assert(after([](step& s) { s.p.states[0].to = 77; }) == defect::value_outside_graph);

}  // namespace

TEST_CASE("verify: says where the defect is, and describes each")
{
    step s{};
    node_id const wrong = s.p.nodes.broadcast(s.h, {2});
    CHECK(verify(s.p).where == wrong);
    CHECK_FALSE(verify(s.p).is_valid());
    for (int i = 0; i <= static_cast<int>(defect::value_outside_graph); ++i) {
        CHECK_FALSE(describe(static_cast<defect>(i)).empty());
        CHECK(describe(static_cast<defect>(i)) != "unknown");
    }
}
