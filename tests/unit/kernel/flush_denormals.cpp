#include <rondo/kernel/flush_denormals.hpp>

#include <doctest/doctest.h>

#include <future>
#include <limits>
#include <thread>

using rondo::flush_denormals;

namespace {

/// Half of the least normal number, and twice that of half of it: a subnormal result and operand.
template <class T>
struct subnormal_arithmetic {
    T result;
    T of_operand;

    subnormal_arithmetic()
    {
        T volatile least = std::numeric_limits<T>::min();
        T volatile half = std::numeric_limits<T>::min() / 2;
        result = least * T(0.5);
        of_operand = half * 2;
    }
};

template <class T>
bool is_flushed()
{
    subnormal_arithmetic<T> const found;
    return found.result == 0 && found.of_operand == 0;
}

template <class T>
bool is_gradual()
{
    subnormal_arithmetic<T> const found;
    return found.of_operand == std::numeric_limits<T>::min() && found.result > 0;
}

}  // namespace

#if defined(__SSE2__) || defined(__aarch64__)

TEST_CASE_TEMPLATE("flush_denormals: subnormal results and operands are zero within the scope", T, float,
                   double)
{
    CHECK(is_gradual<T>());
    {
        flush_denormals const scope;
        CHECK(is_flushed<T>());
        {
            flush_denormals const inner;
            CHECK(is_flushed<T>());
        }
        CHECK(is_flushed<T>());
    }
    CHECK(is_gradual<T>());
}

TEST_CASE("flush_denormals: the mode is that of the thread that made the object")
{
    CHECK(!flush_denormals::is_on());
    std::promise<void> is_made;
    std::promise<void> may_end;
    bool there = false;
    std::thread other([&] {
        flush_denormals const scope;
        there = flush_denormals::is_on();
        is_made.set_value();
        may_end.get_future().wait();
    });
    is_made.get_future().wait();
    CHECK(!flush_denormals::is_on());
    may_end.set_value();
    other.join();
    CHECK(there);
}

#endif

#if defined(__SSE2__)

TEST_CASE("flush_denormals: MXCSR has both bits in the scope, and keeps the others and its flags")
{
    unsigned const before = __builtin_ia32_stmxcsr();
    unsigned constexpr underflow_flag = 0x10;
    unsigned constexpr rounds_down = 0x2000;
    __builtin_ia32_ldmxcsr(before | rounds_down);
    {
        flush_denormals const scope;
        CHECK((__builtin_ia32_stmxcsr() & 0x8040) == 0x8040);
        CHECK((__builtin_ia32_stmxcsr() & rounds_down) != 0);
        __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | underflow_flag);
    }
    CHECK((__builtin_ia32_stmxcsr() & 0x8040) == (before & 0x8040));
    CHECK((__builtin_ia32_stmxcsr() & underflow_flag) != 0);
    __builtin_ia32_ldmxcsr(before);
}

#endif
