#include "unit/interpreter.hpp"
#include "unit/lang/recording.hpp"
#include "unit/sample_cells.hpp"
#include "unit/sample_program.hpp"
#include "unit/well_formed.hpp"

#include <rondo/lang/contraction.hpp>
#include <rondo/lang/trace.hpp>

#include <doctest/doctest.h>

#include <type_traits>
#include <utility>

namespace contraction_test {

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::test;

namespace {

struct depth : dimension {
    using dimension::dimension;
};

using H = shape<hidden>;
using X = shape<input>;
using HX = shape<hidden, input>;
using AHX = shape<heads, hidden, input>;

// Entry by entry, if the dimensions of the left factor are among those of the right one, or it is no matrix.
static_assert(multiplies_entries<H, H> && multiplies_entries<H, HX> && multiplies_entries<X, HX>);
static_assert(multiplies_entries<HX, HX> && multiplies_entries<HX, AHX> && multiplies_entries<HX, shape<>>);
static_assert(!multiplies_entries<HX, X> && !multiplies_entries<AHX, HX> && !multiplies_entries<HX, H>);

// The dimensions of a sum: those of the left factor but the last, then those of the right one.
template <class A, class B>
using product = decltype(std::declval<expression<A>>() * std::declval<expression<B>>());
static_assert(std::is_same_v<product<HX, X>, vec<hidden>>);
static_assert(std::is_same_v<product<AHX, X>, mat<heads, hidden>>);
static_assert(std::is_same_v<product<AHX, shape<heads, input>>, mat<heads, hidden>>);
static_assert(std::is_same_v<product<HX, shape<input, depth>>, mat<hidden, depth>>);
static_assert(std::is_same_v<product<HX, shape<depth, input>>, mat<hidden, depth>>);
static_assert(std::is_same_v<product<shape<heads, depth, depth>, shape<heads, depth>>, mat<heads, depth>>);
static_assert(std::is_same_v<product<shape<heads, depth, depth>, shape<depth>>, mat<heads, depth>>);
static_assert(std::is_same_v<product<shape<hidden, hidden>, H>, vec<hidden>>);
static_assert(std::is_same_v<product<X, HX>, mat<hidden, input>>);

// A weight and a vector are one operation.
static_assert(matrix_holds([](matrix_recording& r) { return is(r, r.W * r.x, op::product, r.W, r.x); }));
static_assert(matrix_holds([](matrix_recording& r) { return is(r, r.U * r.h, op::product, r.U, r.h); }));
// Any other matrix is multiplied entry by entry, and the products are added up.
static_assert(matrix_holds([](matrix_recording& r) {
    vec<hidden> const y = r.M * r.x;
    mat<hidden, input> const products{&r.record, r[y].a};
    return r[y].opcode == op::sum && is(r, products, op::multiply, r.M, r.x);
}));
// Of two matrices each is repeated along the dimension of the other.
static_assert(matrix_holds([](matrix_recording& r) {
    mat<hidden, heads> const y = r.M * r.N;
    node const& products = r.record.nodes[r[y].a];
    return r[y].opcode == op::sum && r[y].shape == extents{1, 3} && products.shape == extents{1, 2, 3} &&
           r.record.nodes[products.a].a == r.M.id && r.record.nodes[products.b].a == r.N.id;
}));

// A transposed factor is read as it is stored, on either side.
static_assert(matrix_holds([](matrix_recording& r) {
    mat<heads, input> const t = transpose(r.N);
    node const& products = r.record.nodes[r[r.M * t].a];
    return r[r.M * t].opcode == op::sum && products.shape.rank() == 3 && r[r.M * t].shape == extents{1, 3} &&
           r.record.nodes[products.a].a == r.M.id && r.record.nodes[products.b].a == r.N.id;
}));
// Where no order of dimensions suits both as they are stored, one is moved.
static_assert(matrix_holds([](matrix_recording& r) {
    mat<heads, hidden> const y = r.S * transpose(r.N);
    node const& products = r.record.nodes[r[y].a];
    return r[y].shape == extents{3, 1} && products.a == r.S.id &&
           r.record.nodes[products.b].opcode == op::transpose && r.record.nodes[products.b].a == r.N.id;
}));

/// A cell whose outputs are products of all kinds.
struct multiplying {
    weight<heads, hidden, input> W;
    weight<heads, hidden, hidden> R;
    weight<depth, input> V;
    RONDO_MEMBERS(W, R, V);

    constexpr auto operator()(vec<input> x, mat<heads, hidden> h, mat<hidden, input> C,
                              mat<input, heads> N) const
    {
        return next{h, C, N}.outputs("of_vector"_s = W * x, "of_heads"_s = R * h,
                                     "of_heads_back"_s = transpose(R) * h, "for_all"_s = R * sum<heads>(h),
                                     "of_matrices"_s = C * N, "of_transposed"_s = V * transpose(C),
                                     "both"_s = transpose(N) * transpose(C), "moved"_s = W * transpose(N),
                                     "scaled"_s = sum<heads>(h) * C);
    }
};

/// Entries of a value by their indices.
struct indexed {
    value const& v;
    std::size_t rows;
    std::size_t columns;
    double operator()(std::size_t i, std::size_t j, std::size_t k = 0) const
    {
        return v.at((i * rows + j) * columns + k);
    }
};

}  // namespace

TEST_CASE("contraction: the sums of products are those that the letters say")
{
    sample_program s = sample<multiplying>();
    CHECK(test::verdict(s.step) == "well-formed");
    // Dimensions are numbered as they occur: input, heads, hidden, depth, then the other side of R.
    std::size_t const X = 3, A = 2, H = 4, D = 5;
    s.size = sizes_of({X, A, H, D, H});
    random_source random(5);
    leaf_values const l = random_leaves(s, random);
    auto const y = run(s.step, s.size, l).results;
    value const& x = l.inputs[0];
    indexed const h{l.states[0], 1, H}, C{l.states[1], 1, X}, N{l.states[2], 1, A};
    indexed const W{l.parameters[0], H, X}, R{l.parameters[1], H, H}, V{l.parameters[2], 1, X};
    auto const at = [](indexed const& m, std::size_t i, std::size_t j) { return m.v.at(i * m.columns + j); };
    auto const sum = [](std::size_t n, auto f) {
        double total = 0;
        for (std::size_t k = 0; k < n; ++k) {
            total += f(k);
        }
        return doctest::Approx(total).epsilon(1e-12);
    };
    for (std::size_t a = 0; a < A; ++a) {
        for (std::size_t i = 0; i < H; ++i) {
            CHECK(y[0][a * H + i] == sum(X, [&](std::size_t k) { return W(a, i, k) * x[k]; }));
            CHECK(y[1][a * H + i] == sum(H, [&](std::size_t k) { return R(a, i, k) * at(h, a, k); }));
            CHECK(y[2][a * H + i] == sum(H, [&](std::size_t k) { return R(a, k, i) * at(h, a, k); }));
            CHECK(y[3][a * H + i] ==
                  sum(H * A, [&](std::size_t k) { return R(a, i, k / A) * at(h, k % A, k / A); }));
            CHECK(y[4][i * A + a] == sum(X, [&](std::size_t k) { return at(C, i, k) * at(N, k, a); }));
            CHECK(y[6][a * H + i] == sum(X, [&](std::size_t k) { return at(N, k, a) * at(C, i, k); }));
            CHECK(y[7][a * H + i] == sum(X, [&](std::size_t k) { return W(a, i, k) * at(N, k, a); }));
        }
    }
    for (std::size_t i = 0; i < H; ++i) {
        for (std::size_t d = 0; d < D; ++d) {
            CHECK(y[5][d * H + i] == sum(X, [&](std::size_t k) { return at(V, d, k) * at(C, i, k); }));
        }
        for (std::size_t k = 0; k < X; ++k) {
            CHECK(y[8][i * X + k] == sum(A, [&](std::size_t a) { return at(h, a, i) * at(C, i, k); }));
        }
    }
}

TEST_CASE("contraction: of all these products one moves the entries of a factor")
{
    constexpr traced_step t = trace<multiplying>();
    node_map<int> const uses = count_uses(t.step);
    int moved = 0;
    for (node_id i = 0; i < t.step.nodes.size(); ++i) {
        moved += t.step.nodes[i].opcode == op::transpose && uses[i] > 0 ? 1 : 0;
    }
    CHECK(moved == 1);
}

TEST_CASE("contraction: a weight that is a matrix for each head is multiplied by one operation")
{
    constexpr traced_step t = trace<multiplying>();
    graph const& g = t.step.nodes;
    auto const of = [&](std::size_t k) { return t.step.results[k].value; };
    for (std::size_t const k : {0U, 1U, 3U, 7U}) {
        CAPTURE(k);
        CHECK(g[of(k)].opcode == op::product);
        CHECK(g[g[of(k)].a].shape.rank() == 3);
    }
    CHECK(g[of(2)].opcode == op::transposed_product);
    CHECK(is_by_head(g[g[of(1)].a].shape, g[g[of(1)].b].shape));
    CHECK_FALSE(is_by_head(g[g[of(0)].a].shape, g[g[of(0)].b].shape));
    CHECK(g[of(5)].opcode != op::product);  // a weight of two dimensions and a matrix
}

}  // namespace contraction_test
