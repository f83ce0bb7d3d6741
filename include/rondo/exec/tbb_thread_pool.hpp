#pragma once
/// @file
/// A thread pool of oneTBB. A program that includes this header links with `tbb`.

#include <rondo/error/input_error.hpp>
#include <rondo/exec/thread_pool.hpp>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_arena.h>

#include <cstddef>
#include <string>

namespace rondo::inline RONDO_ISA {

/// A fixed number of oneTBB threads, the calling one included.
///
/// @code
/// tbb_thread_pool two{2};
/// bptt run{m, {.pool = &two}};
/// @endcode
class tbb_thread_pool final : public thread_pool {
   public:
    /// @throws input_error if @p threads is less than one.
    explicit tbb_thread_pool(int threads) : threads_(checked(threads)), arena_(threads) {}

    [[nodiscard]] std::ptrdiff_t count() const noexcept override { return threads_; }
    void run(std::ptrdiff_t parts, part_function f) override
    {
        arena_.execute([&] {
            oneapi::tbb::parallel_for(std::ptrdiff_t{0}, parts, f, oneapi::tbb::static_partitioner{});
        });
    }

   private:
    static int checked(int threads)
    {
        if (threads < 1) {
            exec_internal::reject("a thread pool", "at least 1 thread", std::to_string(threads));
        }
        return threads;
    }

    int threads_;
    oneapi::tbb::task_arena arena_;
};

}  // namespace rondo::inline RONDO_ISA
