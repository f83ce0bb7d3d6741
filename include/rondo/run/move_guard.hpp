#pragma once
/// @file
/// Rejects calls of a run that was moved from.

#include <rondo/namespaces.hpp>

#include <stdexcept>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A member by which a movable object knows whether it was moved from. Moving another object into it makes
/// it usable again.
class move_guard {
   public:
    move_guard() = default;
    move_guard(move_guard const&) = default;
    /// Marks @p other as moved from.
    move_guard(move_guard&& other) noexcept : was_moved_(std::exchange(other.was_moved_, true)) {}
    move_guard& operator=(move_guard const&) = default;
    /// Marks @p other as moved from.
    move_guard& operator=(move_guard&& other) noexcept
    {
        was_moved_ = std::exchange(other.was_moved_, true);
        return *this;
    }
    ~move_guard() = default;

    /// @throws std::logic_error if the object was moved from.
    void check() const
    {
        if (was_moved_) {
            throw std::logic_error("rondo: this object was moved from");
        }
    }
    /// Returns @p member, another member of the object.
    /// @throws std::logic_error if the object was moved from.
    template <class Member>
    Member& checked(Member& member) const
    {
        check();
        return member;
    }

   private:
    bool was_moved_ = false;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
