#pragma once
/// @file
/// Runs a stage without products: row by row, and along each row vector by vector.
///
/// What is the same all along a row, a mean or what is made of it, is worked out once a row. Entries are
/// added up a vector at a time, in registers, and the lanes of those vectors once at the end of the row.

#include <rondo/kernel/evaluate.hpp>
#include <rondo/kernel/store_values.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::kernel_internal {

namespace detail {

/// The scalars that a stage works with, in registers: they are the same all along a row.
template <class Stage, class T>
struct row_scalars {
    std::array<simd<T>, Stage::work_count> values;

    static constexpr node const& node_of(std::size_t i)
    {
        return Stage::exe::program.nodes[Stage::work(i).value];
    }
    /// Whether work item @p i is there. (A constant costs nothing where it stands.)
    static constexpr bool holds(std::size_t i)
    {
        return node_of(i).shape.is_scalar() && node_of(i).opcode != op::constant;
    }
    /// The value of work item @p I.
    template <std::size_t I>
    RONDO_INLINE simd<T> const& get() const
    {
        return values[I];
    }
    /// Works out those of a row.
    template <class Sizes>
    RONDO_INLINE row_scalars(context<typename Stage::exe, T> const& ctx, Sizes const& sizes, tile_place at)
    {
        auto const no_products = [](int) RONDO_INLINE_LAMBDA { return simd<T>(T(0)); };
        auto const work_out = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) RONDO_INLINE_LAMBDA {
            if constexpr (node_of(I).shape.is_scalar()) {
                values[I] = value_of<Stage, I, T>(ctx, sizes, at, values, no_products, nothing_held{});
            }
        };
        [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
            (work_out(std::integral_constant<std::size_t, I>{}), ...);
        }(std::make_index_sequence<Stage::work_count>{});
    }
};

/// The sums that a stage stores, of one row.
template <class Stage, class T>
class row_sums {
   public:
    RONDO_INLINE row_sums() { parts_.fill(simd<T>(T(0))); }

    /// Adds the vector at @p at, given the values that evaluate() found there.
    template <class Values>
    RONDO_INLINE void add(tile_place at, Values const& values)
    {
        for_each([&]<std::size_t I>(std::integral_constant<std::size_t, I>) RONDO_INLINE_LAMBDA {
            simd<T> const v = values[Stage::position(exe::program.nodes[sums[I].value].a)];
            parts_[I] += zero_tail(v, at.valid);
        });
    }
    /// Writes the sums of row @p row.
    RONDO_INLINE void write(context<typename Stage::exe, T> const& ctx, std::ptrdiff_t row) const
    {
        for_each([&]<std::size_t I>(std::integral_constant<std::size_t, I>) RONDO_INLINE_LAMBDA {
            *ctx.arrays[static_cast<std::size_t>(sums[I].to)].row(row) = sum_lanes(parts_[I]);
        });
    }

   private:
    using exe = typename Stage::exe;
    static constexpr auto sums = [] {
        constexpr auto is_sum = [](store const& s) { return exe::program.nodes[s.value].opcode == op::sum; };
        constexpr auto first = exe::schedule.stores.begin() + Stage::what.stores.begin;
        constexpr auto last = exe::schedule.stores.begin() + Stage::what.stores.end;
        std::array<store, static_cast<std::size_t>(std::count_if(first, last, is_sum))> found{};
        std::copy_if(first, last, found.begin(), is_sum);
        return found;
    }();

    template <class F>
    static RONDO_INLINE void for_each(F&& f)
    {
        [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
            (f(std::integral_constant<std::size_t, I>{}), ...);
        }(std::make_index_sequence<sums.size()>{});
    }

    std::array<simd<T>, sums.size()> parts_;
};

}  // namespace detail

/// Runs @p Stage on rows @p begin to @p end (time and batch together).
template <class Stage, class T, class Sizes>
void run_elementwise_stage(context<typename Stage::exe, T> const& shared, Sizes const& sizes,
                           std::ptrdiff_t begin, std::ptrdiff_t end)
{
    // A copy that no store can alias, so that its pointers stay in registers.
    context<typename Stage::exe, T> const ctx = shared;
    std::ptrdiff_t const features = sizes.template get<Stage::what.dim>();
    for (std::ptrdiff_t row = begin; row < end; ++row) {
        detail::row_scalars<Stage, T> const scalars(ctx, sizes, {row, 0, features});
        detail::row_sums<Stage, T> sums;
        for (std::ptrdiff_t feature = 0; feature < features; feature += lane_count<T>) {
            tile_place const at{row, feature, features - feature};
            auto const values = evaluate<Stage, T>(
                ctx, sizes, at, [](int) RONDO_INLINE_LAMBDA { return simd<T>(T(0)); }, scalars);
            sums.add(at, values);
            store_values<Stage, T>(ctx, at, values);
        }
        sums.write(ctx, row);
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
