#pragma once
/// @file
/// The running sums of a row, from its beginning or from its end; of a matrix, along any dimension.
///
/// Within a vector, log2 of its lanes shifts and additions make the sums; the sum of the vectors before is
/// carried along. A sum from the end goes through the row a second time, backwards: the difference from the
/// total would lose the small sums near the end.

#include <rondo/kernel/epilogue.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The sums of the lanes of @p v up to each lane; from each lane on, if @p FromEnd.
template <bool FromEnd, class T>
RONDO_INLINE simd<T> sums_of_lanes(simd<T> v)
{
    constexpr std::size_t size = simd<T>::size;
    static_for<std::bit_width(size) - 1>([&]<std::size_t Doublings>() RONDO_INLINE_LAMBDA {
        constexpr std::size_t by = std::size_t{1} << Doublings;
        [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
            typename simd<T>::register_type const x = v;
            typename simd<T>::register_type const zero = simd<T>(T(0));
            // Lane i takes lane i - by or i + by; a lane beyond the end is one of the zeros, which come
            // second.
            v += simd<T>(__builtin_shufflevector(x, zero,
                                                 static_cast<int>(FromEnd  ? std::min(I + by, size)
                                                                  : I < by ? size
                                                                           : I - by)...));
        }(std::make_index_sequence<size>{});
    });
    return v;
}

/// A whole epilogue that stores nothing.
struct unstored_epilogue : whole_epilogue {
    /// Whether it stores a work item.
    static constexpr bool is_stored(std::size_t) { return false; }
};

/// The running sums that a stage stores: those from the end of a row if @p FromEnd, else the others.
template <class Frame, bool FromEnd>
class running_sums {
    using T = typename Frame::value_type;
    using exe = typename Frame::exe;
    using stage_type = typename Frame::stage_type;

   public:
    /// Begins with sums of zero.
    RONDO_INLINE running_sums() { before_.fill(simd<T>(T(0))); }

    /// Whether the stage stores any.
    static constexpr bool any() { return results.size() > 0; }
    /// Stores the sums of the vector at @p at, the next one of the row, given the values of the work items
    /// there.
    template <class Values>
    RONDO_INLINE void add(Frame const& frame, vector_position at, Values const& values)
    {
        static_for<results.size()>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
            constexpr node sum = exe::program.nodes[results[I].value];
            simd<T> const v = values[stage_type::template position_of<sum.a>];
            if constexpr (sum.index == stage_type::what.shape.last()) {
                simd<T> const sums = before_[I] + sums_of_lanes<FromEnd, T>(zero_tail(v, at.valid));
                store_vector<results[I].to>(frame, at, sums);
                before_[I] = simd<T>(sums.get(FromEnd ? 0 : simd<T>::size - 1));
            } else {
                simd<T> const sums = v + sums_before<results[I]>(frame, at);
                store_vector<results[I].to>(frame, at, sums);
            }
        });
    }

   private:
    /// The sums of a matrix that the next ones are added to, at the neighbour along an outer dimension.
    template <store What>
    RONDO_INLINE static simd<T> sums_before(Frame const& frame, vector_position at)
    {
        constexpr node sum = exe::program.nodes[What.value];
        constexpr auto along = static_cast<dimension_id>(sum.index);
        std::ptrdiff_t& index = along == stage_type::what.shape.dims[0] ? at.first : at.second;
        if (index == (FromEnd ? frame.sizes.template get<along>() - 1 : 0)) {
            return simd<T>(T(0));
        }
        index += FromEnd ? 1 : -1;
        T const* const sums = frame.ctx.arrays[static_cast<std::size_t>(What.to)].row(at.row);
        return entries_at<sum.shape, Frame>::load(frame, sums, at);
    }

    static constexpr auto results = [] {
        constexpr op code = FromEnd ? op::running_sum_back : op::running_sum;
        constexpr auto fits = [](store const& s) { return exe::program.nodes[s.value].opcode == code; };
        constexpr auto first = exe::schedule.stores.begin() + stage_type::what.stores.begin;
        constexpr auto last = exe::schedule.stores.begin() + stage_type::what.stores.end;
        std::array<store, static_cast<std::size_t>(std::count_if(first, last, fits))> found{};
        std::copy_if(first, last, found.begin(), fits);
        return found;
    }();

    std::array<simd<T>, results.size()> before_;
};

}  // namespace rondo::inline RONDO_ISA::kernel_internal
