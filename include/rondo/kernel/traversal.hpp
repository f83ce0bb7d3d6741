#pragma once
/// @file
/// The order in which a single row walks over panels: serpentine.

#include <rondo/namespaces.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Serpentine order: consecutive steps of a loop walk the panels in opposite directions, so that the panels
/// read last are reused while still cached. Were the direction always the same, weights somewhat larger than
/// a cache would be evicted from it before their turn.
class traversal {
   public:
    /// Forwards.
    constexpr traversal() noexcept = default;
    /// The direction of time step @p t of a loop: odd steps walk backwards.
    static constexpr traversal of_step(std::ptrdiff_t t) noexcept { return traversal(t % 2 == 1); }

    /// The direction of the next step.
    [[nodiscard]] constexpr traversal reversed() const noexcept { return traversal(!backwards_); }
    /// The index of the visit number @p i of @p n.
    [[nodiscard]] constexpr std::ptrdiff_t visit(std::ptrdiff_t i, std::ptrdiff_t n) const noexcept
    {
        return backwards_ ? n - 1 - i : i;
    }

   private:
    explicit constexpr traversal(bool backwards) noexcept : backwards_(backwards) {}

    bool backwards_ = false;
};

}  // namespace rondo::inline RONDO_ISA::kernel_internal
