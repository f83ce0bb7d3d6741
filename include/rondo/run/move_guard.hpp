#pragma once
/// @file
/// Rejects calls of a run that was moved from.

#include <rondo/namespaces.hpp>

#include <stdexcept>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A member of an object that can be moved: it notices that the object was moved from, and that another was
/// moved into it.
class move_guard {
   public:
    move_guard() = default;
    move_guard(move_guard const&) = default;
    /// Takes what the object has.
    move_guard(move_guard&& other) noexcept : was_moved_(std::exchange(other.was_moved_, true)) {}
    move_guard& operator=(move_guard const&) = default;
    /// Takes what the object has.
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
            throw std::logic_error("rondo: this run was moved from");
        }
    }
    /// Another member of the object.
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
