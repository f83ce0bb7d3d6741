#pragma once
/// @file
/// Counts the allocations of a program. It replaces operator new, so only one file of a program may include
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

/// The number of allocations through operator new.
inline std::size_t allocations = 0;
/// The number of bytes allocated, including aligned memory, and the number of deallocations.
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
// Aligned vectors call this; it replaces the C library's.
extern "C" int posix_memalign(void** p, std::size_t alignment, std::size_t n) noexcept
{
    rondo::test::bytes_asked += n;
    *p = memalign(alignment, n);
    return *p != nullptr ? 0 : ENOMEM;
}
