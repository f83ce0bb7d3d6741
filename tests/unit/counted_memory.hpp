#pragma once
/// @file
/// Counts what a program asks for in memory. It replaces operator new, so one file of a program may include
/// it.

// First: a header of clang's declares posix_memalign without noexcept, and must not do so after it is
// defined.
#include <rondo/kernel/simd.hpp>

#include <malloc.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace rondo::test {

/// How often this program has asked for memory through operator new.
inline std::size_t allocations = 0;
/// Bytes that it has asked for, aligned memory included, and how often it gave any back.
inline std::size_t bytes_asked = 0;
inline std::size_t releases = 0;

}  // namespace rondo::test

// Not inlined: g++ 12 would see new without its delete, and warn.
[[gnu::noinline]] void* operator new(std::size_t n)
{
    ++rondo::test::allocations;
    rondo::test::bytes_asked += n;
    if (void* const p = std::malloc(n)) {
        return p;
    }
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* p) noexcept
{
    rondo::test::releases += p != nullptr ? 1 : 0;
    std::free(p);
}
void operator delete(void* p, std::size_t) noexcept { operator delete(p); }
// What aligned vectors call, in place of the C library's.
extern "C" int posix_memalign(void** p, std::size_t alignment, std::size_t n) noexcept
{
    rondo::test::bytes_asked += n;
    *p = memalign(alignment, n);
    return *p != nullptr ? 0 : ENOMEM;
}
