#pragma once
/// @file
/// The reductions of a stage of matrices, over any of its dimensions.
///
/// | The result lacks        | Entries are reduced                                                   |
/// |-------------------------|-----------------------------------------------------------------------|
/// | the innermost dimension | into the lanes of registers, which are combined after an inner row, or |
/// |                         | after all inner rows if the result lacks that dimension as well       |
/// | another one only        | into the result in memory, several inner rows at once                 |

#include <rondo/kernel/matrix_levels.hpp>
#include <rondo/kernel/reduction.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// The reductions that the stage of @p Frame stores, with registers for @p Rows inner rows.
template <class Frame, std::size_t Rows>
class matrix_reductions {
    using T = typename Frame::value_type;
    using exe = typename Frame::exe;
    using stage_type = typename Frame::stage_type;
    static constexpr extents shape = stage_type::what.shape;

   public:
    /// Begins the results of row @p row that are reduced in memory.
    RONDO_INLINE static void start_in_memory(Frame const& frame, std::ptrdiff_t row)
    {
        static_for<results.size()>([&]<std::size_t K>() RONDO_INLINE_LAMBDA {
            if constexpr (keeps_last(K) || spans_outer(K)) {
                std::fill_n(destination<K>(frame, row), entries<K>(frame), reduction<K>::start().get(0));
            }
        });
    }
    /// Begins the results of all inner rows together.
    RONDO_INLINE void start_all_rows()
    {
        static_for<results.size()>([&]<std::size_t K>() RONDO_INLINE_LAMBDA {
            if constexpr (!keeps_last(K) && !keeps_inner(K)) {
                lanes_[K][0] = reduction<K>::start();
            }
        });
    }
    /// Begins the results of @p Count inner rows, one for each.
    template <std::size_t Count>
    RONDO_INLINE void start_rows()
    {
        static_for<results.size()>([&]<std::size_t K>() RONDO_INLINE_LAMBDA {
            if constexpr (!keeps_last(K) && keeps_inner(K)) {
                static_for<Count>([&]<std::size_t R>()
                                      RONDO_INLINE_LAMBDA { lanes_[K][R] = reduction<K>::start(); });
            }
        });
    }
    /// Adds a vector of each of @p Count inner rows, the first of them at @p at.
    template <std::size_t Count, class Values>
    RONDO_INLINE void add(Frame const& frame, std::array<vector_position, Count> const& at,
                          std::array<Values, Count> const& values)
    {
        static_for<results.size()>([&]<std::size_t K>() RONDO_INLINE_LAMBDA {
            constexpr std::size_t item = stage_type::position(exe::program.nodes[results[K].value].a);
            std::array<simd<T>, Count> v;
            static_for<Count>([&]<std::size_t R>() RONDO_INLINE_LAMBDA { v[R] = values[R][item]; });
            if constexpr (!keeps_inner(K)) {
                add_rows_in_pairs<K>(v);
            }
            static_for<keeps_inner(K) ? Count : 1>([&]<std::size_t R>() RONDO_INLINE_LAMBDA {
                if constexpr (keeps_last(K)) {
                    add_vector<K>(frame, at[R], v[R]);
                } else {
                    reduction<K>::add(lanes_[K][R], reduction<K>::valid(v[R], at[R].valid));
                }
            });
        });
    }
    /// Stores the results of @p Count inner rows, the first of them at @p at.
    template <std::size_t Count>
    RONDO_INLINE void finish_rows(Frame const& frame, std::array<vector_position, Count> const& at) const
    {
        static_for<results.size()>([&]<std::size_t K>() RONDO_INLINE_LAMBDA {
            if constexpr (!keeps_last(K) && keeps_inner(K)) {
                std::array<simd<T>, Count> rows;
                static_for<Count>([&]<std::size_t R>() RONDO_INLINE_LAMBDA { rows[R] = lanes_[K][R]; });
                std::array<T, Count> const found = results_of_rows<reduction<K>, T>(rows);
                static_for<Count>([&]<std::size_t R>()
                                      RONDO_INLINE_LAMBDA { add_entry<K>(frame, at[R], found[R]); });
            }
        });
    }
    /// Stores the results of all inner rows below the outermost index of @p at.
    RONDO_INLINE void finish_all_rows(Frame const& frame, vector_position at) const
    {
        static_for<results.size()>([&]<std::size_t K>() RONDO_INLINE_LAMBDA {
            if constexpr (!keeps_last(K) && !keeps_inner(K)) {
                add_entry<K>(frame, at, reduction<K>::result(lanes_[K][0]));
            }
        });
    }

    /// Copies results of row @p row that another array has as well.
    RONDO_INLINE static void copy_results(Frame const& frame, std::ptrdiff_t row)
    {
        static_for<copies.size()>([&]<std::size_t C>() RONDO_INLINE_LAMBDA {
            constexpr std::size_t k = [] {
                std::size_t i = 0;
                while (results[i].value != copies[C].value) {
                    ++i;
                }
                return i;
            }();
            std::copy_n(destination<k>(frame, row), entries<k>(frame),
                        frame.ctx.arrays[static_cast<std::size_t>(copies[C].to)].row(row));
        });
    }

   private:
    static constexpr bool is_result(std::size_t s)
    {
        return is_reduction(exe::program.nodes[stage_type::stored(s).value].opcode);
    }
    /// The first store of the value of store @p s. One that is stored again is reduced once.
    static constexpr std::size_t first_store(std::size_t s)
    {
        std::size_t i = 0;
        while (stage_type::stored(i).value != stage_type::stored(s).value) {
            ++i;
        }
        return i;
    }
    static constexpr std::size_t count_results(bool again)
    {
        std::size_t n = 0;
        for (std::size_t s = 0; s < stage_type::store_count; ++s) {
            n += is_result(s) && (first_store(s) != s) == again ? 1U : 0U;
        }
        return n;
    }
    template <bool Again>
    static constexpr auto list_results()
    {
        std::array<store, count_results(Again)> found{};
        for (std::size_t s = 0, n = 0; s < stage_type::store_count; ++s) {
            if (is_result(s) && (first_store(s) != s) == Again) {
                found[n++] = stage_type::stored(s);
            }
        }
        return found;
    }
    static constexpr auto results = list_results<false>();
    static constexpr auto copies = list_results<true>();  // results that another array has as well

    template <std::size_t K>
    using reduction = kernel_internal::reduction<exe::program.nodes[results[K].value].opcode, T>;
    static constexpr extents shape_of(std::size_t k) { return exe::program.nodes[results[k].value].shape; }
    template <std::size_t K>
    using position = entries_at<shape_of(K), Frame>;

    static constexpr bool keeps_last(std::size_t k) { return shape_of(k).has(shape.last()); }
    static constexpr bool keeps_inner(std::size_t k)
    {
        return shape_of(k).has(shape.dims[matrix_levels<stage_type>::inner]);
    }
    /// Whether a result lacks the outermost dimension of three.
    static constexpr bool spans_outer(std::size_t k)
    {
        return shape.rank() > 2 && !shape_of(k).has(shape.dims[0]);
    }

    /// Reduces the vectors of @p Count rows, a power of two, to the first of them.
    template <std::size_t K, std::size_t Count>
    RONDO_INLINE static void add_rows_in_pairs(std::array<simd<T>, Count>& v)
    {
        static_for<std::bit_width(Count) - 1>([&]<std::size_t Level>() RONDO_INLINE_LAMBDA {
            constexpr std::size_t apart = std::size_t{1} << Level;
            static_for<Count / (2 * apart)>([&]<std::size_t I>() RONDO_INLINE_LAMBDA {
                reduction<K>::add(v[2 * apart * I], v[2 * apart * I + apart]);
            });
        });
    }
    template <std::size_t K>
    RONDO_INLINE static T* destination(Frame const& frame, std::ptrdiff_t row)
    {
        return frame.ctx.arrays[static_cast<std::size_t>(results[K].to)].row(row);
    }
    template <std::size_t K>
    RONDO_INLINE static std::ptrdiff_t entries(Frame const& frame)
    {
        std::ptrdiff_t count = 1;
        static_for<max_rank>([&]<std::size_t D>() RONDO_INLINE_LAMBDA {
            count *= frame.sizes.template get<shape_of(K).dims[D]>();
        });
        return count;
    }
    template <std::size_t K>
    RONDO_INLINE static void add_vector(Frame const& frame, vector_position at, simd<T> const& v)
    {
        static_assert(position<K>::are_neighbours);
        T* const to = destination<K>(frame, at.row) + position<K>::offset(frame, at);
        simd<T> sum = load_up_to(static_cast<T const*>(to), at.valid);
        reduction<K>::add(sum, v);
        store_up_to(sum, to, at.valid);
    }
    template <std::size_t K>
    RONDO_INLINE static void add_entry(Frame const& frame, vector_position at, T v)
    {
        T& to = destination<K>(frame, at.row)[position<K>::offset(frame, at)];
        if constexpr (spans_outer(K)) {
            simd<T> sum(to);
            reduction<K>::add(sum, simd<T>(v));
            to = sum.get(0);
        } else {
            to = v;
        }
    }

    std::array<std::array<simd<T>, Rows>, results.size()> lanes_;
};

}  // namespace rondo::inline RONDO_ISA::kernel_internal
