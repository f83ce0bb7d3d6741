#pragma once
/// @file
/// The division of a stage's epilogue into waves of independent functions.
///
/// A function such as tanh takes some 50 cycles. Where it depends on another function, as tanh of an LSTM's
/// new state does, a processor that computes vector by vector waits: its reorder window spans about two
/// vectors. The epilogue is therefore software-pipelined by dependence depth. The first wave computes the
/// first functions of all vectors, the second those that depend on them, and so on; within a wave no function
/// waits for another.

#include <rondo/kernel/executable.hpp>
#include <rondo/kernel/simd.hpp>
#include <rondo/kernel/static_for.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Which wave computes which work item of @p Stage.
///
/// | Work item                        | Computed in                      | Later waves      |
/// |----------------------------------|----------------------------------|------------------|
/// | constant, size, value in memory, look-up, join, part | every wave that uses it | load it again |
/// | sum of products                  | the first wave                   | reload the spill |
/// | result of an operation           | the wave of its dependence depth | reload the spill |
template <class Stage>
class epilogue_waves {
   private:
    static constexpr std::size_t items = Stage::work_count;
    static constexpr int most = 31;  // the bits of used_in; the last wave takes whatever is deeper

    static constexpr op code_of(std::size_t i)
    {
        return Stage::exe::program.nodes[Stage::work(i).value].opcode;
    }
    static constexpr bool is_operation(std::size_t i)
    {
        return Stage::work(i).from == origin::operation && !is_leaf(code_of(i)) &&
               !moves_entries(code_of(i)) && !is_look_up(Stage::exe::program.nodes, Stage::work(i).value);
    }
    static constexpr bool is_given(std::size_t i)
    {
        return !is_operation(i) && Stage::work(i).from != origin::products;
    }
    template <class F>
    static constexpr void for_each_operand_of(std::size_t i, F&& f)
    {
        if (is_operation(i)) {
            for_each_operand(Stage::exe::program.nodes, Stage::work(i).value,
                             [&](node_id o) { f(Stage::position(o)); });
        }
    }
    /// The wave of each item: the number of functions on the longest path to it, less one.
    static constexpr auto waves = [] {
        std::array<int, items> functions{};
        std::array<int, items> found{};
        for (std::size_t i = 0; i < items; ++i) {
            for_each_operand_of(i,
                                [&](std::size_t o) { functions[i] = std::max(functions[i], functions[o]); });
            functions[i] = std::min(functions[i] + (is_operation(i) && cost_of(code_of(i)) > 1), most);
            found[i] = std::max(functions[i] - 1, 0);
        }
        return found;
    }();
    /// The waves that use an item, as bits.
    static constexpr auto used_in = [] {
        std::array<unsigned, items> found{};
        for (std::size_t s = 0; s < Stage::store_count; ++s) {
            std::size_t const i = Stage::position(Stage::stored(s).value);
            found[i] |= 1U << waves[i];
        }
        for (std::size_t i = 0; i < items; ++i) {
            for_each_operand_of(i, [&](std::size_t o) { found[o] |= 1U << waves[i]; });
        }
        return found;
    }();
    static constexpr bool uses(std::size_t i, int wave) { return ((used_in[i] >> wave) & 1U) != 0; }

   public:
    /// The number of waves.
    static constexpr int count = *std::max_element(waves.begin(), waves.end()) + 1;

    /// Whether @p wave computes, or loads, work item @p i.
    static constexpr bool is_computed_in(std::size_t i, int wave)
    {
        return is_given(i) ? uses(i, wave) : waves[i] == wave;
    }
    /// Whether @p wave reloads work item @p i, which an earlier wave has spilled.
    static constexpr bool is_reloaded_in(std::size_t i, int wave)
    {
        return !is_given(i) && waves[i] < wave && uses(i, wave);
    }
    /// Whether work item @p i is spilled for a later wave.
    static constexpr bool is_spilled(std::size_t i) { return !is_given(i) && (used_in[i] >> waves[i]) > 1; }
    /// The wave that stores work item @p i to the arrays of the schedule.
    static constexpr int stored_in(std::size_t i) { return waves[i]; }
    /// The slot of work item @p i in a spill buffer: the number of spilled items before it.
    static constexpr std::size_t slot(std::size_t i)
    {
        std::size_t n = 0;
        for (std::size_t j = 0; j < i; ++j) {
            if (is_spilled(j)) {
                ++n;
            }
        }
        return n;
    }
    /// The number of spilled items.
    static constexpr std::size_t spilled = slot(items);
};

/// Spilled values of up to @p Vectors vectors.
template <class Stage, class T, int Vectors>
struct spill_buffer {
    /// The spilled entries, item by item.
    alignas(64) std::array<
        T, epilogue_waves<Stage>::spilled* static_cast<std::size_t>(Vectors* lane_count<T>)> entries;

    /// The slot of work item @p I of vector @p vector.
    template <std::size_t I>
    [[nodiscard]] RONDO_INLINE T* at(std::ptrdiff_t vector)
    {
        constexpr auto slot = static_cast<std::ptrdiff_t>(epilogue_waves<Stage>::slot(I));
        return entries.data() + (slot * Vectors + vector) * lane_count<T>;
    }
};

/// Calls `f(std::integral_constant<int, Wave>{})` for the waves of @p Stage from @p First on.
template <class Stage, int First, class F>
RONDO_INLINE void for_each_wave(F&& f)
{
    static_for<static_cast<std::size_t>(epilogue_waves<Stage>::count - First)>(
        [&]<std::size_t I>()
            RONDO_INLINE_LAMBDA { f(std::integral_constant<int, First + static_cast<int>(I)>{}); });
}

}  // namespace rondo::inline RONDO_ISA::kernel_internal
