#pragma once
/// @file
/// Hand-made steps with values of two and three dimensions, for tests of kernels.

#include <rondo/kernel/executable.hpp>
#include <rondo/lang/cell.hpp>

#include <cstdint>

namespace rondo::test {

using namespace check_internal;

struct head : dimension {
    using dimension::dimension;
};
struct row : dimension {
    using dimension::dimension;
};
struct column : dimension {
    using dimension::dimension;
};

/// A cell that lends its dimensions and parameters to hand-made steps.
struct of_heads {
    weight<row, column> w;
    bias<head> b;
    RONDO_MEMBERS(w, b);

    constexpr auto operator()(vec<column> x, vec<head> h) const { return next{sum(w * x) * h + b}; }
};

/// The dimension @p D of that cell.
template <class D>
inline constexpr auto dim_of = static_cast<dimension_id>(dimensions_of<of_heads>::template index_of<D> + 1);

inline constexpr extents along_heads{dim_of<head>};
inline constexpr extents along_rows{dim_of<row>};
inline constexpr extents along_columns{dim_of<column>};
inline constexpr extents head_rows{dim_of<head>, dim_of<row>};
inline constexpr extents head_columns{dim_of<head>, dim_of<column>};
inline constexpr extents along_matrix{dim_of<row>, dim_of<column>};
inline constexpr extents along_cube{dim_of<head>, dim_of<row>, dim_of<column>};

/// Writes the nodes of a step.
struct step_writer {
    program p{};

    constexpr node_id input(extents shape)
    {
        return p.nodes.add({.opcode = op::input, .shape = shape, .index = inputs_++});
    }
    constexpr node_id parameter(std::int16_t index, extents shape)
    {
        return p.nodes.add({.opcode = op::parameter, .shape = shape, .index = index});
    }
    constexpr node_id times(node_id a, node_id b) { return p.nodes.binary(op::multiply, a, b); }
    constexpr node_id plus(node_id a, node_id b) { return p.nodes.binary(op::add, a, b); }
    /// a bᵀ along the dimensions of @p shape.
    constexpr node_id outer(node_id a, node_id b, extents shape)
    {
        return times(p.nodes.broadcast(a, shape), p.nodes.broadcast(b, shape));
    }
    constexpr void output(node_id i) { p.results.push_back({role::output, outputs_++, i}); }

   private:
    std::int16_t inputs_ = 0;
    std::int16_t outputs_ = 0;
};

/// A matrix memory, f C + v kᵀ, with heads if @p Shape has three dimensions, and reductions over every subset
/// of its dimensions.
template <extents Shape>
constexpr program memory_with_reductions()
{
    constexpr bool has_heads = Shape.rank() == 3;
    step_writer s;
    node_id const f = s.input(has_heads ? along_heads : extents{});
    node_id const v = s.input(has_heads ? head_rows : along_rows);
    node_id const k = s.input(has_heads ? head_columns : along_columns);
    node_id const q = s.input(along_columns);
    node_id const c = s.p.nodes.add({.opcode = op::state, .shape = Shape, .index = 0});
    node_id const now = s.plus(s.times(s.p.nodes.broadcast(f, Shape), c), s.outer(v, k, Shape));
    s.p.states.push_back({c, now});
    node_id const read = s.times(now, q);
    s.output(s.p.nodes.sum(read, Shape.without(dim_of<column>)));
    s.output(s.p.nodes.sum(s.times(now, v), Shape.without(dim_of<row>)));
    s.output(s.p.nodes.reduction(op::largest, now, Shape.without(dim_of<row>)));
    s.output(s.p.nodes.reduction(op::largest, now, Shape.without(dim_of<column>)));
    s.output(s.p.nodes.sum(now));
    s.output(s.p.nodes.reduction(op::largest, now));
    if (has_heads) {
        s.output(s.p.nodes.sum(now, along_matrix));
        s.output(s.p.nodes.reduction(op::largest, now, along_rows));
        s.output(s.p.nodes.sum(read, along_columns));
        s.output(s.p.nodes.sum(read, along_heads));
    }
    return s.p;
}

/// Running sums along every dimension, from both ends, and transposed matrices.
template <extents Shape>
constexpr program running_and_transposed()
{
    step_writer s;
    node_id const a = s.input(Shape);
    node_id const w = s.parameter(0, along_matrix);
    node_id const t = s.input({dim_of<column>, dim_of<row>});
    node_id const sum = s.plus(s.times(a, w), s.p.nodes.transpose(t, along_matrix));
    for (dimension_id const d : Shape.dims) {
        if (d != unit) {
            s.output(s.p.nodes.running_sum(op::running_sum, sum, d));
            s.output(s.p.nodes.running_sum(op::running_sum_back, sum, d));
        }
    }
    s.output(s.p.nodes.transpose(a, Shape.rank() == 3 ? extents{dim_of<head>, dim_of<column>, dim_of<row>}
                                                      : extents{dim_of<column>, dim_of<row>}));
    return s.p;
}

/// A backward step whose parameter 0, a matrix, is used entry by entry.
constexpr program matrix_gradient()
{
    step_writer s;
    node_id const g = s.input(along_matrix);
    node_id const a = s.input(along_rows);
    node_id const b = s.input(along_columns);
    node_id const sum = s.plus(s.times(g, a), s.outer(a, b, along_matrix));
    s.p.results.push_back({role::parameter_gradient, 0, sum});
    return s.p;
}

/// A step without cell of its own.
template <auto Make>
struct hand_made {
    using cell_type = of_heads;
    static constexpr ir_internal::program program = Make();
    static constexpr ir_internal::schedule schedule = lower(program, recurrence(program), {});
};

}  // namespace rondo::test
