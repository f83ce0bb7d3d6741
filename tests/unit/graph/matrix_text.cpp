#include <rondo/graph/matrix_text.hpp>

#include <rondo/graph/definition_text.hpp>
#include <rondo/graph/draw_dot.hpp>
#include <rondo/graph/draw_latex.hpp>
#include <rondo/graph/draw_text.hpp>

#include <doctest/doctest.h>

namespace matrix_text_test {

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

constexpr dimension_id rows = 1;
constexpr dimension_id keys = 2;
constexpr dimension_id h_eads = 3;

leaf_names const names{.dimensions = {"1", "rows", "keys", "h_eads", "other"},
                       .states = {"C", "q", "v", "S", "A"}};

/// Matrices and vectors that are multiplied.
struct leaves {
    program p{};
    graph& g = p.nodes;
    node_id C = g.leaf(op::state, 0, {rows, keys});
    node_id q = g.leaf(op::state, 1, {keys});
    node_id v = g.leaf(op::state, 2, {rows});
    node_id S = g.leaf(op::state, 3, {h_eads, rows, keys});
    node_id A = g.leaf(op::state, 4, {h_eads, rows});

    leaves() = default;
    leaves(leaves const&) = delete;

    node_id sum_of_products(node_id a, node_id b, extents to)
    {
        return g.sum(g.binary(op::multiply, a, b), to);
    }
    node_id outer(node_id a, node_id b, extents to)
    {
        node_id const one = g.broadcast(a, to);
        return g.binary(op::multiply, one, g.broadcast(b, to));
    }
    /// Node @p i in the words of the language, where only leaves have names.
    [[nodiscard]] std::string text(node_id i) const
    {
        value_names values{};
        for (node_id k = 0; k < g.size(); ++k) {
            values[k] = name_of_leaf(p, g[k], names);
        }
        return definition_text(p, values, i, names);
    }
    /// Node @p i as an equation.
    std::string latex(node_id i)
    {
        p.results.push_back({role::output, 0, i});
        std::string const all = draw_latex(p, names);
        p.results.clear();
        auto const from = all.find("&= ") + 3;
        return all.substr(from, all.find('\n', from) - from);
    }
};

}  // namespace

TEST_CASE("matrix_text: a sum of products is written as the product that it is")
{
    leaves l{};
    node_id const read = l.sum_of_products(l.C, l.q, {rows});
    CHECK(l.text(read) == "C[t-1] * q[t-1]");
    CHECK(l.latex(read) == "C_{t-1}\\, q_{t-1}");
    node_id const back = l.sum_of_products(l.C, l.v, {keys});
    CHECK(l.text(back) == "transpose(C[t-1]) * v[t-1]");
    CHECK(l.latex(back) == "C_{t-1}^{\\top} v_{t-1}");
    CHECK(l.text(l.sum_of_products(l.S, l.q, {h_eads, rows})) == "S[t-1] * q[t-1]");
    CHECK(l.text(l.sum_of_products(l.S, l.A, {h_eads, keys})) == "transpose(S[t-1]) * A[t-1]");
    CHECK(l.text(l.g.binary(op::add, read, l.g.unary(op::tanh, read))) ==
          "C[t-1] * q[t-1] + tanh(C[t-1] * q[t-1])");
    CHECK(l.text(l.g.binary(op::divide, l.v, read)) == "v[t-1] / (C[t-1] * q[t-1])");
}

TEST_CASE("matrix_text: a product of two matrices has its factors in their order")
{
    leaves l{};
    node_id const N = l.g.leaf(op::input, 0, {keys, h_eads});
    extents const whole{rows, keys, h_eads};
    node_id const product = l.g.sum(l.outer(l.C, N, whole), {rows, h_eads});
    CHECK(l.text(product) == "C[t-1] * x[t]");
    CHECK(l.latex(product) == "C_{t-1}\\, x_{t}");
}

TEST_CASE("matrix_text: an outer product has its factors in their order")
{
    leaves l{};
    node_id const vk = l.outer(l.v, l.q, {rows, keys});
    CHECK(l.text(vk) == "outer(v[t-1], q[t-1])");
    CHECK(l.latex(vk) == "v_{t-1}\\, q_{t-1}^{\\top}");
    CHECK(l.text(l.outer(l.q, l.v, {keys, rows})) == "outer(q[t-1], v[t-1])");
    node_id const with_matrix = l.outer(l.A, l.q, {h_eads, rows, keys});
    CHECK(l.text(with_matrix) == "outer(A[t-1], q[t-1])");
    CHECK(l.latex(with_matrix) == "A_{t-1} \\otimes q_{t-1}");
    node_id const of_heads = l.g.leaf(op::input, 0, {h_eads, keys});
    CHECK(l.text(l.outer(l.A, of_heads, {h_eads, rows, keys})) == "outer(A[t-1], x[t])");
    CHECK(l.text(l.g.binary(op::multiply, vk, l.C)) == "outer(v[t-1], q[t-1]) * C[t-1]");
}

TEST_CASE("matrix_text: other sums name their dimensions, unless there is only one")
{
    leaves l{};
    CHECK(l.text(l.g.sum(l.q)) == "sum(q[t-1])");
    CHECK(l.latex(l.g.sum(l.q)) == "\\operatorname{sum}\\left(q_{t-1}\\right)");
    CHECK(l.text(l.g.sum(l.C, {rows})) == "sum<keys>(C[t-1])");
    CHECK(l.latex(l.g.sum(l.S, {rows})) ==
          "\\operatorname{sum}_{\\mathrm{h\\_eads, keys}}\\left(S_{t-1}\\right)");
    CHECK(l.text(l.g.reduction(op::largest, l.C, {keys})) == "max<rows>(C[t-1])");
    CHECK(l.latex(l.g.reduction(op::largest, l.C, {keys})) == "\\max_{\\mathrm{rows}}\\left(C_{t-1}\\right)");
    CHECK(l.text(l.g.running_sum(op::running_sum, l.C, rows)) == "cumsum<rows>(C[t-1])");
    CHECK(l.text(l.g.running_sum(op::running_sum, l.q, keys)) == "cumsum(q[t-1])");
    // Products of equal shapes are taken entry by entry, and so are those that are summed over two
    // dimensions.
    CHECK(l.text(l.sum_of_products(l.C, l.C, {rows})) == "sum<keys>(C[t-1] * C[t-1])");
    CHECK(l.text(l.sum_of_products(l.C, l.q, {})) == "sum<rows, keys>(C[t-1] * q[t-1])");
    // The first factor does not have the dimension last, nor last but one.
    CHECK(l.text(l.sum_of_products(l.S, l.A, {rows, keys})) == "sum<h_eads>(S[t-1] * A[t-1])");
    CHECK(l.text(l.g.sum(l.g.binary(op::multiply, l.q, l.q))) == "sum(q[t-1] * q[t-1])");
}

TEST_CASE("matrix_text: a product whose entries have a name is a sum of them")
{
    leaves l{};
    node_id const products = l.g.binary(op::multiply, l.C, l.q);
    node_id const sum = l.g.sum(products, {rows});
    l.p.states.push_back({l.C, products});
    CHECK(draw_latex(l.p, names).find("C_{t} &= C_{t-1} \\odot q_{t-1}") != std::string::npos);
    value_names values = name_values(l.p, names);
    CHECK(matrix_term_of(l.p, values, sum).what == matrix_product::none);
    CHECK(definition_text(l.p, values, sum, names) == "sum<keys>(C[t])");
}

TEST_CASE("matrix_text: rearranged values name their dimensions in a list of nodes")
{
    leaves l{};
    node_id const renamed = l.g.rename(l.C, {rows, 4});
    node_id const transposed = l.g.transpose(l.C, {keys, rows});
    CHECK(l.text(renamed) == "as<rows, other>(C[t-1])");
    CHECK(l.latex(renamed) == "C_{t-1}");
    CHECK(l.text(transposed) == "transpose(C[t-1])");
    CHECK(l.latex(transposed) == "C_{t-1}^{\\top}");
    l.g.sum(l.S, {h_eads, keys});
    std::string const text = draw_text(l.p, names);
    CHECK(text.find("h_eads x rows x keys") != std::string::npos);
    CHECK(text.find("rows x other          as<rows, other>(C[t-1])\n") != std::string::npos);
    CHECK(text.find("h_eads x keys         sum<rows>(S[t-1])\n") != std::string::npos);
    std::string const dot = draw_dot(l.p, names);
    CHECK(dot.find("Σ rows") != std::string::npos);
    CHECK(dot.find("as rows, other") != std::string::npos);
    CHECK(dot.find("Mᵀ\"") != std::string::npos);
}

TEST_CASE("matrix_text: a vector is repeated along rows or along columns")
{
    leaves l{};
    CHECK(l.latex(l.g.broadcast(l.v, {rows, keys})) == "v_{t-1}\\,\\mathbf{1}^{\\top}");
    CHECK(l.latex(l.g.broadcast(l.q, {rows, keys})) == "\\mathbf{1}\\,q_{t-1}^{\\top}");
    CHECK(l.text(l.g.broadcast(l.q, {rows, keys})) == "q[t-1]");
    CHECK(l.latex(l.g.broadcast(l.g.constant(0), {rows, keys})) == "0");
}

}  // namespace matrix_text_test
