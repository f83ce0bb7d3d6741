#pragma once
/// @file
/// The products of a stage on a single row, with all sums in registers.

#include <rondo/kernel/evaluate.hpp>
#include <rondo/kernel/panels.hpp>
#include <rondo/kernel/static_for.hpp>
#include <rondo/kernel/traversal.hpp>

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The products of a single row with `Panels` spans of features side by side, each of `Blocks` vectors: every
/// broadcast of the row serves all of them.
template <class Frame, int Blocks, int Panels>
class row_product {
    using T = typename Frame::value_type;
    using exe = typename Frame::exe;
    using stage_type = typename Frame::stage_type;
    using panels = panel_layout<stage_type>;
    static constexpr auto accumulators = static_cast<std::size_t>(panels::accumulators);
    static constexpr auto vectors = static_cast<std::size_t>(Blocks * Panels);
    static constexpr std::size_t group_count = panels::groups.size();

   public:
    /// The sums, by accumulator and vector.
    using row_accumulators = std::array<register_tile<T, 1, Blocks * Panels>, accumulators>;

    /// For the vectors from @p at on, whose panels begin at @p panel.
    RONDO_INLINE row_product(Frame const& frame, vector_position at, T const* panel)
        : frame_(frame),
          at_(at),
          panel_(panel),
          span_entries_(entries_of_span(frame)),
          operands_(all_operands())
    {
    }

    /// Computes the sums. Groups that are alike are visited in @p order.
    RONDO_INLINE row_accumulators compute(traversal order) const
    {
        row_accumulators sums;
        start(sums);
        if constexpr (panels::groups_are_alike) {
            add_alike_groups(sums, order);
        } else {
            add_groups(sums);
        }
        return sums;
    }

   private:
    /// The size of the inner dimension of a group.
    template <product_group Group>
    static RONDO_INLINE std::ptrdiff_t inner_size(Frame const& frame)
    {
        constexpr extents along = Group.inner;
        return frame.sizes.template get<along.dims[0]>() * frame.sizes.template get<along.dims[1]>();
    }
    /// Entries of the panels of one span.
    static RONDO_INLINE std::ptrdiff_t entries_of_span(Frame const& frame)
    {
        std::ptrdiff_t rows = 0;
        static_for<group_count>([&]<std::size_t G>() RONDO_INLINE_LAMBDA {
            rows += panels::groups[G].count * inner_size<panels::groups[G]>(frame);
        });
        return rows * Blocks * lane_count<T>;
    }
    /// The row's entries in the left operand of each group.
    RONDO_INLINE auto all_operands() const
    {
        std::array<T const*, group_count> operands;
        static_for<group_count>([&]<std::size_t G>() RONDO_INLINE_LAMBDA {
            operands[G] = frame_.ctx.arrays[static_cast<std::size_t>(panels::groups[G].operand)].row(at_.row);
        });
        return operands;
    }
    /// Loads the initial values of the sums.
    RONDO_INLINE void start(row_accumulators& sums) const
    {
        static_for<accumulators>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
            constexpr accumulator a =
                exe::schedule.accumulators[static_cast<std::size_t>(stage_type::what.accumulators.begin) + I];
            for (std::size_t v = 0; v < vectors; ++v) {
                if constexpr (a.start != no_node) {
                    auto const skipped = static_cast<std::ptrdiff_t>(v) * lane_count<T>;
                    sums[I][v] =
                        load_value<a.start>(frame_, {at_.row, at_.feature + skipped, at_.valid - skipped});
                } else {
                    sums[I][v] = simd<T>(T(0));
                }
            }
        });
    }
    /// One product group of the shape of group @p G: accumulates into @p to, or overwrites it. Returns the
    /// end of the panel.
    template <std::size_t G, bool Accumulates>
    RONDO_INLINE T const* multiply(T const* operand, T const* panel, row_accumulators& to) const
    {
        constexpr product_group like = panels::groups[G];
        constexpr int width = like.count * Blocks;
        constexpr auto count = static_cast<std::size_t>(width * Panels);
        // Vectors are side by side by span, then by accumulator, then by block.
        constexpr auto accumulator_of = [](std::size_t i) {
            return static_cast<std::size_t>(like.first_accumulator) + i % width / Blocks;
        };
        constexpr auto vector_of = [](std::size_t i) { return i / width * Blocks + i % Blocks; };
        std::ptrdiff_t const k_size = inner_size<like>(frame_);
        register_tile<T, 1, width * Panels> tile;
        static_for<count>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
            tile[I] = Accumulates ? to[accumulator_of(I)][vector_of(I)] : simd<T>(T(0));
        });
        microkernel<T, 1, width * Panels, blocking::k_unroll(width * Panels), Panels>(
            tile, {operand, 0, 1}, panel, width * lane_count<T>, k_size, span_entries_);
        static_for<count>([&]<std::size_t I>()
                              RONDO_INLINE_LAMBDA { to[accumulator_of(I)][vector_of(I)] = tile[I]; });
        return panel + k_size * width * lane_count<T>;
    }
    /// Adds the products of all groups in order.
    RONDO_INLINE void add_groups(row_accumulators& sums) const
    {
        T const* panel = panel_;
        static_for<group_count>([&]<std::size_t G>() RONDO_INLINE_LAMBDA {
            panel = multiply<G, true>(operands_[G], panel, sums);
        });
    }
    /// Adds the products of groups that are alike, as those of an adjoint that several gates contribute to.
    /// One piece of code computes them in turn, in either direction: each has sums of its own, so that the
    /// order does not show in the result.
    RONDO_INLINE void add_alike_groups(row_accumulators& sums, traversal order) const
    {
        static_assert(panels::groups[0].count == panels::accumulators);
        constexpr auto n = static_cast<std::ptrdiff_t>(group_count);
        std::ptrdiff_t const panel_entries = span_entries_ / n;
        std::array<row_accumulators, group_count> parts;
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            auto const g = static_cast<std::size_t>(order.visit(i, n));
            multiply<0, false>(operands_[g], panel_ + static_cast<std::ptrdiff_t>(g) * panel_entries,
                               parts[g]);
        }
        for (row_accumulators const& part : parts) {
            for (std::size_t i = 0; i < accumulators; ++i) {
                for (std::size_t v = 0; v < vectors; ++v) {
                    sums[i][v] += part[i][v];
                }
            }
        }
    }

    Frame const& frame_;
    vector_position at_;
    T const* panel_;
    std::ptrdiff_t span_entries_;
    std::array<T const*, group_count> operands_;
};

}  // namespace rondo::inline RONDO_ISA::kernel_internal
