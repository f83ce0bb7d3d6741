#pragma once
/// @file
/// A thread pool whose threads can fail.

#include <rondo/exec/thread_pool.hpp>

#include <cstddef>
#include <stdexcept>

namespace rondo::test {

using namespace check_internal;

/// The exception of a part of a failing_pool.
struct part_failed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A pool of two threads, one after the other in the calling thread. The part number @ref fails_at of the
/// parts to come throws instead of being run; none if that is negative.
class failing_pool final : public thread_pool {
   public:
    std::ptrdiff_t count() const noexcept override { return 2; }
    void run(std::ptrdiff_t parts, part_function f) override
    {
        for (std::ptrdiff_t i = 0; i < parts; ++i) {
            if (fails_at-- == 0) {
                throw part_failed("a part failed");
            }
            f(i);
        }
    }
    std::ptrdiff_t fails_at = -1;  ///< counted down by every part
};

}  // namespace rondo::test
