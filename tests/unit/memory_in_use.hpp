#pragma once
/// @file
/// The heap memory in use, for tests that measure it.

#include <malloc.h>

#include <cstdint>
#include <cstdlib>

namespace rondo::test {

/// Bytes that are allocated and not freed.
inline std::int64_t bytes_in_use()
{
    auto const info = mallinfo2();
    return static_cast<std::int64_t>(info.uordblks + info.hblkhd);
}

/// Whether @ref bytes_in_use works: not under the address sanitizer, which has an allocator of its own. For
/// doctest::skip().
inline bool memory_is_counted()
{
    std::int64_t const before = bytes_in_use();
    void* volatile const some = std::malloc(1 << 20);  // volatile, so that it is not optimised away
    bool const is_counted = bytes_in_use() >= before + (1 << 20);
    std::free(some);
    return is_counted;
}

}  // namespace rondo::test
