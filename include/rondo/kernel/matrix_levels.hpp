#pragma once
/// @file
/// How often each value of a stage of matrices is computed.
///
/// A value that does not vary along the innermost dimension is computed once for an inner row, and one that
/// varies along no dimension but the outermost of three once for all inner rows below it.

#include <rondo/kernel/evaluate.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Where a value of a stage of matrices is computed.
enum class matrix_level {
    outer,   ///< once for all inner rows of one outermost index
    inner,   ///< once for an inner row
    vector,  ///< for every vector
};

/// The levels of the work items of @p Stage.
template <class Stage>
class matrix_levels {
    static constexpr extents shape = Stage::what.shape;
    static constexpr auto const& nodes = Stage::exe::program.nodes;

    static constexpr bool is_computed(std::size_t i)
    {
        work_item const item = Stage::work(i);
        op const code = nodes[item.value].opcode;
        return item.from == origin::operation && !is_leaf(code) && !loads_elsewhere(code) &&
               !is_look_up(nodes, item.value);
    }
    static constexpr bool is_number(std::size_t i)
    {
        op const code = nodes[Stage::work(i).value].opcode;
        return code == op::constant || code == op::extent || Stage::work(i).from == origin::elsewhere;
    }
    /// For each item, whether it varies along each dimension of the stage.
    static constexpr auto variations = [] {
        std::array<std::array<bool, max_rank>, Stage::work_count> all{};
        for (std::size_t i = 0; i < all.size(); ++i) {
            for (std::size_t d = 0; d < static_cast<std::size_t>(shape.rank()); ++d) {
                if (is_computed(i)) {
                    for_each_operand(nodes, Stage::work(i).value,
                                     [&](node_id o) { all[i][d] = all[i][d] || all[Stage::position(o)][d]; });
                } else {
                    all[i][d] = !is_number(i) && nodes[Stage::work(i).value].shape.has(shape.dims[d]);
                }
            }
        }
        return all;
    }();

   public:
    /// The innermost dimension but one, along which inner rows are counted.
    static constexpr std::size_t inner = static_cast<std::size_t>(shape.rank()) - 2;

    /// Whether item @p i varies from one inner row to the next.
    static constexpr bool varies_by_row(std::size_t i) { return variations[i][inner]; }
    /// The level of item @p i.
    static constexpr matrix_level of(std::size_t i)
    {
        return variations[i][inner + 1] ? matrix_level::vector
               : variations[i][inner]   ? matrix_level::inner
                                        : matrix_level::outer;
    }

   private:
    /// Whether item @p i, which does not vary along a vector, is kept for the operations of vectors.
    static constexpr bool is_used_by_vectors(std::size_t i)
    {
        if (is_number(i)) {
            return false;
        }
        bool is_used = false;
        for (std::size_t u = 0; u < Stage::work_count; ++u) {
            if (is_computed(u)) {
                for_each_operand(nodes, Stage::work(u).value, [&](node_id o) {
                    is_used = is_used || (Stage::position(o) == i && of(u) == matrix_level::vector);
                });
            }
        }
        return is_used;
    }

   public:
    /// The number of inner rows that are computed together, so that they share the values that do not vary
    /// from row to row. It is limited by the registers for what each row keeps.
    static constexpr std::size_t inner_rows = [] {
        int of_each_row = 0;
        int shared = 0;
        for (std::size_t s = 0; s < Stage::store_count; ++s) {
            node const n = nodes[Stage::stored(s).value];
            if (is_running_sum(n.opcode)) {
                return std::size_t{1};
            }
            if (is_reduction(n.opcode) && !n.shape.has(shape.last())) {
                ++(n.shape.has(shape.dims[inner]) ? of_each_row : shared);
            }
        }
        int operations = 0;
        for (std::size_t i = 0; i < Stage::work_count; ++i) {
            bool const is_kept = of(i) != matrix_level::vector ? is_used_by_vectors(i) : !varies_by_row(i);
            ++(!is_kept ? operations : varies_by_row(i) ? of_each_row : shared);
        }
        constexpr int for_operations = 4;
        constexpr int most_operations = 32;  // a longer loop exceeds the loop buffer of a processor
        int together = operations > most_operations ? 1 : 4;
        while (together > 1 && together * of_each_row + shared + for_operations > register_count) {
            together /= 2;
        }
        return static_cast<std::size_t>(together);
    }();
};

}  // namespace rondo::inline RONDO_ISA::kernel_internal
