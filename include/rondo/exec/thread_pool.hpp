#pragma once
/// @file
/// The interface of threads that share work.

#include <rondo/error/input_error.hpp>
#include <rondo/namespaces.hpp>

#include <cstddef>
#include <type_traits>

namespace rondo::inline RONDO_ISA {

/// A reference to something callable with an index; it must outlive the call it is passed to.
class part_function {
   public:
    /// Refers to @p f, which takes a std::ptrdiff_t.
    template <class F>
        requires(!std::is_same_v<F, part_function>)
    explicit part_function(F const& f) noexcept
        : object_(&f),
          call_([](void const* object, std::ptrdiff_t part) { (*static_cast<F const*>(object))(part); })
    {
    }
    /// Calls it.
    void operator()(std::ptrdiff_t part) const { call_(object_, part); }

   private:
    void const* object_;
    void (*call_)(void const*, std::ptrdiff_t);
};

/// Threads that share work. The library splits all work so that the result does not depend on the number of
/// threads, to the last bit. tbb_thread_pool.hpp has a thread pool of oneTBB; a single thread needs none.
class thread_pool {
   public:
    thread_pool() = default;
    thread_pool(thread_pool const&) = delete;
    thread_pool& operator=(thread_pool const&) = delete;
    virtual ~thread_pool() = default;

    /// How many threads there are, at least 1.
    [[nodiscard]] virtual std::ptrdiff_t count() const noexcept = 0;
    /// Calls @p f with 0, 1, … @p parts - 1, perhaps concurrently, and returns when all calls are done.
    virtual void run(std::ptrdiff_t parts, part_function f) = 0;
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::exec_internal {

/// The number of threads of a pool; null stands for the calling thread alone.
/// @throws input_error if the pool has less than one.
inline std::ptrdiff_t threads_of(thread_pool const* pool)
{
    std::ptrdiff_t const count = pool == nullptr ? 1 : pool->count();
    if (count < 1) {
        exec_internal::reject("the thread pool", "a count() of at least 1", concat(count));
    }
    return count;
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
