#pragma once
/// @file
/// Notices that a layer inside a composed layer was run by itself.

#include <rondo/stack/layer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace rondo::inline RONDO_ISA::stack_internal {

/// Whether a layer counts its runs.
template <class L>
inline constexpr bool counts_runs = requires(std::remove_reference_t<L>& layer) { layer.runs(); };

/// How often a layer was run; always 0 if it does not count its runs.
template <is_layer L>
std::uint64_t runs_of(L& layer)
{
    if constexpr (counts_runs<L>) {
        return static_cast<std::uint64_t>(layer.runs());
    } else {
        return 0;
    }
}

/// Counts of the runs of the @p Count layers inside a composed layer, taken at the end of its own run.
/// backward() needs the values of that run; an inner layer that was run since then has overwritten them.
template <std::size_t Count>
class inner_runs {
   public:
    /// Counts the runs of the layers.
    template <is_layer... L>
    void record(L&... layers)
    {
        runs_ = {runs_of(layers)...};
    }
    /// Checks that no layer was run since record(). `place_of(i)` is the text for the place of layer i.
    /// @throws std::logic_error naming the place.
    template <class Place, is_layer... L>
    void check(Place const& place_of, L&... layers) const
    {
        std::array<std::uint64_t, Count> const now{runs_of(layers)...};
        for (std::size_t i = 0; i < Count; ++i) {
            if (now[i] != runs_[i]) {
                throw std::logic_error(
                    "rondo: " + std::string(place_of(i)) +
                    " was run by itself since forward(): backward() needs the values that it "
                    "saved there");
            }
        }
    }

   private:
    std::array<std::uint64_t, Count> runs_{};
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
