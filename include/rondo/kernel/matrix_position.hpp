#pragma once
/// @file
/// The places in memory of the entries of a value for one vector of a stage of matrices.
///
/// Dimensions have names, so a value with fewer dimensions than its stage, or with another order, is found by
/// the indices along its own. Strides are products of sizes, constants where these are.

#include <rondo/kernel/stage_frame.hpp>

#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Whether the stage of @p Frame works on values of two or three dimensions at once.
template <class Frame>
inline constexpr bool has_matrices = Frame::stage_type::what.has_matrices();

/// The entries of a value of shape @p Shape, whose dimensions are among those of the stage.
template <extents Shape, class Frame>
struct entries_at {
    using T = typename Frame::value_type;                            ///< of all entries
    static constexpr extents stage = Frame::stage_type::what.shape;  ///< of the stage
    /// Whether the value varies along a vector of the stage.
    static constexpr bool varies = Shape.has(stage.last());
    /// Whether the entries of a vector are neighbours.
    static constexpr bool are_neighbours = varies && Shape.last() == stage.last();

    /// The index along dimension @p D of the first entry of a vector.
    template <dimension_id D>
    RONDO_INLINE static std::ptrdiff_t index(vector_position at)
    {
        static_assert(stage.has(D), "rondo: a value of a stage has a dimension that the stage lacks");
        return D == stage.last() ? at.feature : D == stage.dims[0] ? at.first : at.second;
    }
    /// Entries from one to the next along dimension @p D, which the value has.
    template <dimension_id D>
    RONDO_INLINE static std::ptrdiff_t stride(Frame const& frame)
    {
        if constexpr (Shape.last() == D) {
            return 1;
        } else if constexpr (Shape.dims[1] == D) {
            return frame.sizes.template get<Shape.dims[2]>();
        } else {
            return frame.sizes.template get<Shape.dims[1]>() * frame.sizes.template get<Shape.dims[2]>();
        }
    }
    /// Entries of a row before the first one of the vector at @p at.
    RONDO_INLINE static std::ptrdiff_t offset(Frame const& frame, vector_position at)
    {
        std::ptrdiff_t sum = 0;
        static_for<max_rank>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
            if constexpr (constexpr dimension_id d = Shape.dims[I]; d != unit) {
                sum += index<d>(at) * stride<d>(frame);
            }
        });
        return sum;
    }
    /// The vector at @p at of the value whose entries begin at @p row. An entry that does not vary along the
    /// vector is in all lanes.
    RONDO_INLINE static simd<T> load(Frame const& frame, T const* row, vector_position at)
    {
        T const* const data = row + offset(frame, at);
        if constexpr (!varies) {
            return simd<T>(*data);
        } else if constexpr (are_neighbours) {
            return load_up_to(data, at.valid);
        } else {
            std::ptrdiff_t const apart = stride<stage.last()>(frame);
            alignas(64) std::array<T, simd<T>::size> lanes{};
            for (std::ptrdiff_t i = 0; i < lane_count<T> && i < at.valid; ++i) {
                lanes[static_cast<std::size_t>(i)] = data[i * apart];
            }
            return simd<T>::load_aligned(lanes.data());
        }
    }
};

/// The vectors of a value of the stage's shape.
template <class Frame>
RONDO_INLINE std::ptrdiff_t vector_count(Frame const& frame)
{
    using T = typename Frame::value_type;
    constexpr extents shape = Frame::stage_type::what.shape;
    std::ptrdiff_t const of_row = round_up_to_lanes<T>(frame.features()) / lane_count<T>;
    if constexpr (has_matrices<Frame>) {
        std::ptrdiff_t const rows = frame.sizes.template get<shape.dims[0]>();
        return of_row * (shape.rank() > 2 ? rows * frame.sizes.template get<shape.dims[1]>() : rows);
    } else {
        return of_row;
    }
}

/// The position of vector number @p v of a value of the stage's shape in row @p row.
template <class Frame>
RONDO_INLINE vector_position position_of_vector(Frame const& frame, std::ptrdiff_t row, std::ptrdiff_t v)
{
    using T = typename Frame::value_type;
    constexpr extents shape = Frame::stage_type::what.shape;
    std::ptrdiff_t const features = frame.features();
    if constexpr (has_matrices<Frame>) {
        std::ptrdiff_t const of_row = round_up_to_lanes<T>(features) / lane_count<T>;
        std::ptrdiff_t const inner = v / of_row;
        std::ptrdiff_t const feature = v % of_row * lane_count<T>;
        if constexpr (shape.rank() > 2) {
            std::ptrdiff_t const rows = frame.sizes.template get<shape.dims[1]>();
            return {row, feature, features - feature, inner / rows, inner % rows};
        } else {
            return {row, feature, features - feature, inner};
        }
    } else {
        return {row, v * lane_count<T>, features - v * lane_count<T>};
    }
}

/// The entries before those of a vector at @p at of a value of the stage's shape.
template <class Frame>
RONDO_INLINE std::ptrdiff_t offset_of_vector(Frame const& frame, vector_position at)
{
    if constexpr (has_matrices<Frame>) {
        return entries_at<Frame::stage_type::what.shape, Frame>::offset(frame, at);
    } else {
        return at.feature;
    }
}

/// The vector at @p at of a vector value along @p D, which `load(position)` loads from where its position is
/// along D: in a stage of matrices that dimension may be another than the innermost.
template <dimension_id D, class Frame, class Load>
RONDO_INLINE auto load_along(vector_position at, Load const& load)
{
    using T = typename Frame::value_type;
    if constexpr (!has_matrices<Frame> || Frame::stage_type::what.shape.last() == D) {
        return load(at);
    } else {
        return simd<T>(load({at.row, entries_at<extents{D}, Frame>::template index<D>(at), 1}).get(0));
    }
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
