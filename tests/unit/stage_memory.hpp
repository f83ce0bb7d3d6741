#pragma once
/// @file
/// One stage with memory of its own, for tests of kernels, and what the stage should compute.

#include "interpreter.hpp"

#include <rondo/check/fill_randomly.hpp>
#include <rondo/kernel/panels.hpp>
#include <rondo/kernel/stage_frame.hpp>
#include <rondo/model/parameters.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// The arrays, parameters and panels of a stage, all filled with random numbers. Evaluates the stage entry by
/// entry in double, from the arrays as they were in the beginning.
template <class Stage, class T, class Sizes>
class stage_memory {
   public:
    using exe = typename Stage::exe;                                      ///< the program it is a stage of
    using cell_type = typename exe::cell_type;                            ///< whose step it is
    context<exe, T> ctx{};                                                ///< for the kernels
    Sizes sizes;                                                          ///< of the dimensions
    std::array<aligned_vector<T>, exe::schedule.arrays.size()> arrays{};  ///< the memory of ctx.arrays
    std::vector<aligned_vector<T>> gradients{};                           ///< the memory of ctx.gradients

    /// For @p rows rows of every array.
    stage_memory(Sizes const& bound, std::ptrdiff_t rows) : sizes(bound), parameters_(bound)
    {
        std::mt19937_64 bits(11);
        fill_randomly(parameters_.flat(), bits, 1);
        for (std::size_t i = 0; i < parameters_.count; ++i) {
            ctx.parameters[i] = parameters_.entries(i).data();
            gradients.emplace_back(parameters_.entries(i).size(), T(0));
        }
        for (std::size_t i = 0; i < parameters_.count; ++i) {
            ctx.gradients[i] = gradients[i].data();
        }
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            array const what = exe::schedule.arrays[a];
            if (what.kind == storage::parameter) {
                auto const i = static_cast<std::size_t>(what.index);
                ctx.arrays[a] = {const_cast<T*>(ctx.parameters[i]), 0, 0};  // only read
                continue;
            }
            std::ptrdiff_t const size = entries_of(sizes, what.shape);
            std::ptrdiff_t const stride = what.shape.is_scalar()   ? 1
                                          : is_unpadded(what.kind) ? size
                                                                   : round_up_to_lanes<T>(size);
            arrays[a].resize(static_cast<std::size_t>(rows * stride));
            fill_randomly(arrays[a], bits, 1);
            ctx.arrays[a] = {arrays[a].data(), what.kind == storage::kept ? 0 : stride, 0};
        }
        panels_.resize(static_cast<std::size_t>(panel_layout<Stage>::template entries<T>(sizes)));
        pack_panels<Stage, T>(ctx.parameters, sizes, panels_.data());
        ctx.panels[Stage::number] = panels_.data();
        before_ = arrays;
    }
    stage_memory(stage_memory const&) = delete;
    stage_memory& operator=(stage_memory const&) = delete;

    /// The indices of an entry along all dimensions; zeros along those that it has not.
    using place = std::array<std::ptrdiff_t, max_dimensions>;

    /// The place of entry @p k of a value.
    [[nodiscard]] place place_of(extents shape, std::ptrdiff_t k) const
    {
        place at{};
        for (auto d = shape.dims.rbegin(); d != shape.dims.rend(); ++d) {
            at[static_cast<std::size_t>(*d)] = k % sizes[*d];
            k /= sizes[*d];
        }
        return at;
    }
    /// The entry that an array had in the beginning.
    [[nodiscard]] double entry(array_id a, std::ptrdiff_t row, place const& at) const
    {
        auto const i = static_cast<std::size_t>(a);
        array const what = exe::schedule.arrays[i];
        std::ptrdiff_t k = 0;
        for (dimension_id const d : what.shape.dims) {
            k = k * sizes[d] + at[static_cast<std::size_t>(d)];
        }
        if (what.kind == storage::parameter) {
            return static_cast<double>(ctx.arrays[i].data[k]);
        }
        return static_cast<double>(before_[i][static_cast<std::size_t>(row * ctx.arrays[i].row_stride + k)]);
    }
    /// Entry @p feature of a row as it was in the beginning.
    [[nodiscard]] double entry(array_id a, std::ptrdiff_t row, std::ptrdiff_t feature) const
    {
        return entry(a, row, place_of(exe::schedule.arrays[static_cast<std::size_t>(a)].shape, feature));
    }
    /// Entry @p feature of a node of the stage.
    [[nodiscard]] double value(node_id n, std::ptrdiff_t row, std::ptrdiff_t feature) const
    {
        return value(n, row, place_of(Stage::what.shape, feature));
    }
    /// An entry of a node of the stage.
    [[nodiscard]] double value(node_id n, std::ptrdiff_t row, place const& at) const
    {
        node const what = exe::program.nodes[n];
        if (is_row_operation(what.opcode) && !has(n)) {  // one that the stage itself stores
            return along_dimensions(what, row, at);
        }
        work_item const item = Stage::work(Stage::position(n));
        if (item.from == origin::memory) {
            return entry(exe::schedule.buffer[n], row, at);
        }
        if (item.from == origin::products) {
            return accumulated(Stage::accumulator_of(n), row, at);
        }
        if (what.opcode == op::constant) {
            return what.value;
        }
        if (what.opcode == op::extent) {
            return static_cast<double>(sizes[static_cast<dimension_id>(what.index)]);
        }
        if (what.opcode == op::transpose) {
            return entry(exe::schedule.buffer[what.a], row, at);
        }
        auto const of = [&](node_id o) { return o == no_node ? 0.0 : value(o, row, at); };
        return apply(what.opcode, of(what.a), of(what.b), of(what.c));
    }
    /// The largest difference between what the stage has stored in @p rows and what it should have stored,
    /// relative to values above 1.
    [[nodiscard]] double difference(index_range rows) const
    {
        double worst = 0;
        for (std::size_t s = 0; s < Stage::store_count; ++s) {
            store const what = Stage::stored(s);
            auto const to = static_cast<std::size_t>(what.to);
            extents const shape = exe::schedule.arrays[to].shape;
            for (std::ptrdiff_t row = rows.begin; row < rows.end; ++row) {
                for (std::ptrdiff_t f = 0; f < entries_of(sizes, shape); ++f) {
                    double const right = value(what.value, row, place_of(shape, f));
                    double const found = static_cast<double>(ctx.arrays[to].row(row)[f]);
                    double const apart = std::abs(found - right) / std::max(1.0, std::abs(right));
                    worst = apart <= worst ? worst : apart;  // so that NaN counts
                }
            }
        }
        return worst;
    }
    /// Whether the rows outside of @p rows are as in the beginning.
    [[nodiscard]] bool is_untouched_outside(index_range rows) const
    {
        for (std::size_t a = 0; a < arrays.size(); ++a) {
            std::ptrdiff_t const stride = ctx.arrays[a].row_stride;
            auto const size = static_cast<std::ptrdiff_t>(arrays[a].size());
            for (std::ptrdiff_t i = 0; i < size; ++i) {
                bool const inside = i / stride >= rows.begin && i / stride < rows.end;
                if (!inside &&
                    arrays[a][static_cast<std::size_t>(i)] != before_[a][static_cast<std::size_t>(i)]) {
                    return false;
                }
            }
        }
        return true;
    }
    /// A frame with the stage's own copy of the context.
    [[nodiscard]] stage_frame<Stage, T, Sizes> frame() const { return {ctx, sizes}; }

    /// The sum that accumulator @p i of the stage holds in the end.
    [[nodiscard]] double accumulated(int i, std::ptrdiff_t row, std::ptrdiff_t feature) const
    {
        return accumulated(i, row, place_of(Stage::what.shape, feature));
    }

   private:
    [[nodiscard]] double accumulated(int i, std::ptrdiff_t row, place const& at) const
    {
        node_id const start = exe::schedule.accumulators[Stage::what.accumulators.begin + i].start;
        double sum = start == no_node ? 0 : entry(exe::schedule.buffer[start], row, at);
        for (int s = Stage::what.segments.begin; s < Stage::what.segments.end; ++s) {
            segment const& from = exe::schedule.segments[s];
            for (int f = from.factors.begin; f < from.factors.end; ++f) {
                factor const& w = exe::schedule.factors[f];
                if (w.into == i) {
                    sum += product(w, from.operand, row, at);
                }
            }
        }
        return sum;
    }
    /// An entry of a reduction or of a running sum.
    [[nodiscard]] double along_dimensions(node const& what, std::ptrdiff_t row, place at) const
    {
        extents const from = exe::program.nodes[what.a].shape;
        double result = what.opcode == op::largest ? -HUGE_VAL : 0;
        for (std::ptrdiff_t k = 0; k < entries_of(sizes, from); ++k) {
            place const other = place_of(from, k);
            bool counts = true;
            for (dimension_id const d : from.dims) {
                auto const i = static_cast<std::size_t>(d);
                bool const is_summed = is_running_sum(what.opcode) && d == what.index;
                bool const is_met = what.opcode == op::running_sum ? other[i] <= at[i] : other[i] >= at[i];
                counts = counts && (is_summed ? is_met : !what.shape.has(d) || other[i] == at[i]);
            }
            if (counts) {
                double const v = value(what.a, row, other);
                result = what.opcode == op::largest ? std::max(result, v) : result + v;
            }
        }
        return result;
    }
    /// Whether a node is among the work items of the stage.
    static constexpr bool has(node_id n)
    {
        bool found = false;
        for (std::size_t i = 0; i < Stage::work_count; ++i) {
            found = found || Stage::work(i).value == n;
        }
        return found;
    }
    /// An entry of a product. If the stage has heads, it is one of the head at @p at, of a vector for each or
    /// of one for all.
    [[nodiscard]] double product(factor const& w, array_id operand, std::ptrdiff_t row, place const& at) const
    {
        auto const i = static_cast<std::size_t>(w.parameter);
        extents const matrix = compiled<cell_type>::shapes.parameters[i].shape;
        extents const vector = exe::schedule.arrays[operand].shape;
        std::ptrdiff_t const feature = at[static_cast<std::size_t>(Stage::what.shape.last())];
        bool const has_heads = Stage::what.shape.is_matrix();
        std::ptrdiff_t const head = has_heads ? at[static_cast<std::size_t>(matrix.dims[0])] : 0;
        std::ptrdiff_t const columns = sizes[matrix.last()];
        std::ptrdiff_t const of_head = entries_of(sizes, matrix.without(matrix.dims[0]));
        std::ptrdiff_t const k_size = has_heads ? sizes[vector.last()] : entries_of(sizes, vector);
        std::ptrdiff_t const first = has_heads && vector.is_matrix() ? head * k_size : 0;
        double sum = 0;
        for (std::ptrdiff_t k = 0; k < k_size; ++k) {
            std::ptrdiff_t const entry_of_head = w.transposed ? k * columns + feature : feature * columns + k;
            sum += static_cast<double>(
                       parameters_.entries(i)[static_cast<std::size_t>(head * of_head + entry_of_head)]) *
                   entry(operand, row, first + k);
        }
        return sum;
    }

    parameters<cell_type, T> parameters_;
    aligned_vector<T> panels_{};
    std::array<aligned_vector<T>, exe::schedule.arrays.size()> before_{};
};

/// The first stage of @p Exe of a kind, in a loop or not.
template <class Exe>
constexpr std::size_t stage_of_kind(stage_kind kind, bool is_loop)
{
    std::size_t s = 0;
    while (Exe::schedule.stages[s].kind != kind || Exe::schedule.stages[s].where.is_loop != is_loop) {
        ++s;
    }
    return s;
}

}  // namespace rondo::test
