#pragma once
/// @file
/// What a program holds of the C library's memory, for tests that measure it.

#include <malloc.h>

#include <cstdint>
#include <cstdlib>

namespace rondo::test {

using namespace check_internal;

/// Bytes that the program has asked for and not given back.
inline std::int64_t bytes_in_use()
{
    auto const info = mallinfo2();
    return static_cast<std::int64_t>(info.uordblks + info.hblkhd);
}

/// Whether @ref bytes_in_use sees what is allocated: not under the address sanitizer, whose allocator keeps
/// its books elsewhere. To be asked with doctest::skip().
inline bool memory_is_counted()
{
    std::int64_t const before = bytes_in_use();
    void* volatile const some = std::malloc(1 << 20);  // volatile, or it would be left out
    bool const is_counted = bytes_in_use() >= before + (1 << 20);
    std::free(some);
    return is_counted;
}

}  // namespace rondo::test
