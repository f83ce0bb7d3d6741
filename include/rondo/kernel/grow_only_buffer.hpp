#pragma once
/// @file
/// Aligned memory that is reused from run to run.

#include <rondo/kernel/simd.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// Aligned memory that grows and never shrinks, so that the second run of the same sizes allocates nothing.
template <class T>
class grow_only_buffer {
   public:
    /// Makes room for at least @p n entries; those that are there stay. Returns the first.
    T* reserve(std::ptrdiff_t n)
    {
        if (static_cast<std::size_t>(n) > memory_.size()) {
            memory_.reserve(static_cast<std::size_t>(n));  // no more than that: memory plans count it
            memory_.resize(static_cast<std::size_t>(n));
        }
        return memory_.data();
    }
    /// The first entry; null before the first reserve().
    T* data() noexcept { return memory_.data(); }
    T const* data() const noexcept { return memory_.data(); }

   private:
    aligned_vector<T> memory_;
};

}  // namespace rondo::inline RONDO_ISA::kernel_internal
