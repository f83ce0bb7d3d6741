#include "unit/sample_cells.hpp"

#include <rondo/pass/count_operations.hpp>
#include <rondo/pass/differentiate.hpp>
#include <rondo/pass/simplify.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace count_operations_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

/// Sizes of dimensions by number, as a count takes them.
struct signed_sizes {
    sizes const& of;
    std::int64_t operator[](dimension_id d) const { return static_cast<std::int64_t>(of[d]); }
};

operation_count count(program const& p, sizes const& size) { return count_operations(p, signed_sizes{size}); }

/// The operations that a program carries out, counted one by one in loops such as the interpreter's.
operation_count counted_one_by_one(program const& p, sizes const& size)
{
    operation_count sum{};
    auto const is_symbol = [&](node_id i) { return p.nodes[i].opcode == op::symbol; };
    auto const outer = [&](node const& n) {
        if (is_symbol(n.a) || is_symbol(n.b)) {
            for (std::size_t i = 0; i < size[is_symbol(n.a) ? n.shape.columns() : n.shape.rows()]; ++i) {
                ++sum.elementwise;  // added to the row or column that was looked up
            }
            return;
        }
        auto const [first, second, third] = n.shape.dims;
        for (std::size_t i = 0; i < size[first]; ++i) {
            for (std::size_t j = 0; j < size[second]; ++j) {
                for (std::size_t k = 0; k < size[third]; ++k) {
                    sum.products += 2;  // one to multiply, one to add
                }
            }
        }
    };
    for (node_id i = 0; i < p.nodes.size(); ++i) {
        node const& n = p.nodes[i];
        if (is_multiplied(p.nodes, i)) {
            extents const operand = p.nodes[n.b].shape;
            bool const by_head = n.shape.is_matrix() && operand.is_matrix();
            std::size_t const terms = size.entries(operand) / (by_head ? size[operand.dims[0]] : 1);
            for_each_place(size, n.shape, [&](place const&) {
                for (std::size_t k = 0; k < terms; ++k) {
                    sum.products += 2;
                }
            });
        } else if (is_elementwise(n.opcode) && n.opcode != op::broadcast) {
            for_each_place(size, n.shape, [&](place const&) { ++sum.elementwise; });
        } else if (is_row_operation(n.opcode)) {
            for_each_place(size, p.nodes[n.a].shape, [&](place const&) { ++sum.elementwise; });
        }
    }
    for (program_result const& y : p.results) {
        node const& n = p.nodes[y.value];
        if (y.what == role::parameter_gradient && n.opcode == op::outer) {
            outer(n);
        } else if (y.what == role::parameter_gradient) {
            for_each_place(size, n.shape, [&](place const&) { ++sum.elementwise; });
        }
    }
    return sum;
}

}  // namespace

TEST_CASE("count_operations: of each kind of operation")
{
    program p{};
    sizes const size = sizes_of({3, 5});
    auto more = [&, before = operation_count{}]() mutable {
        operation_count const now = count(p, size);
        operation_count const d{now.products - before.products, now.elementwise - before.elementwise};
        before = now;
        return d;
    };
    node_id const x = p.nodes.leaf(op::input, 0, {1});
    node_id const w = p.nodes.leaf(op::parameter, 0, {2, 1});
    node_id const two = p.nodes.constant(2);
    CHECK(more() == operation_count{0, 0});
    node_id const v = p.nodes.product(w, x);
    CHECK(more() == operation_count{2 * 15, 0});
    p.nodes.transposed_product(w, v);
    CHECK(more() == operation_count{2 * 15, 0});
    p.nodes.unary(op::tanh, v);
    CHECK(more() == operation_count{0, 5});
    p.nodes.binary(op::multiply, two, v);
    CHECK(more() == operation_count{0, 5});
    p.nodes.binary(op::add, p.nodes.sum(x), two);
    CHECK(more() == operation_count{0, 3 + 1});
    p.nodes.broadcast(two, {2});
    CHECK(more() == operation_count{0, 0});
    node_id const g = p.nodes.outer(v, x);
    CHECK(more() == operation_count{0, 0});  // not yet added to a gradient
    p.results.push_back({role::parameter_gradient, 0, g});
    CHECK(more() == operation_count{2 * 15, 0});
    p.results.push_back({role::parameter_gradient, 1, v});
    CHECK(more() == operation_count{0, 5});
    p.results.push_back({role::output, 0, v});
    CHECK(more() == operation_count{0, 0});
    node_id const m = p.nodes.leaf(op::state, 0, {2, 1});
    node_id const terms = p.nodes.binary(op::multiply, m, x);
    CHECK(more() == operation_count{0, 15});
    p.nodes.sum(terms, {2});
    CHECK(more() == operation_count{0, 15});
    p.nodes.transpose(m, {1, 2});
    CHECK(more() == operation_count{0, 0});
    p.results.push_back({role::parameter_gradient, 2, m});
    CHECK(more() == operation_count{0, 15});
}

TEST_CASE("count_operations: a total") { CHECK(operation_count{3, 4}.total() == 7); }

TEST_CASE("count_operations: agrees with counting in loops, for any program and its gradient")
{
    for_each_program(200, [](sample_program const& s, std::string const& label) {
        INFO(label);
        CHECK(count(s.step, s.size) == counted_one_by_one(s.step, s.size));
        program const back = simplify(differentiate(s.step));
        CHECK(count(back, s.size) == counted_one_by_one(back, s.size));
    });
}

}  // namespace count_operations_test
