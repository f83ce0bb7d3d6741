#pragma once
/// @file
/// A thread pool without a library.

#include <rondo/exec/thread_pool.hpp>

#include <cstddef>
#include <thread>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// A thread pool that starts new threads for every call.
class threads final : public thread_pool {
   public:
    explicit threads(std::ptrdiff_t count) : count_(count) {}
    std::ptrdiff_t count() const noexcept override { return count_; }
    void run(std::ptrdiff_t parts, part_function f) override
    {
        std::vector<std::thread> running;
        for (std::ptrdiff_t i = 0; i < parts; ++i) {
            running.emplace_back([=] { f(i); });
        }
        for (std::thread& t : running) {
            t.join();
        }
        pieces += parts > 1 ? 1 : 0;
    }
    int pieces = 0;  ///< number of parts that were run

   private:
    std::ptrdiff_t count_;
};

}  // namespace rondo::test
