#include <rondo/kernel/grow_only_buffer.hpp>

#include <doctest/doctest.h>

#include <cstdint>

using namespace rondo::kernel_internal;

TEST_CASE("grow_only_buffer: grows and never shrinks, and its entries stay")
{
    grow_only_buffer<double> b;
    CHECK(b.data() == nullptr);
    b.reserve(3)[2] = 7;
    CHECK(b.reserve(100)[2] == 7);
    double* const at = b.data();
    CHECK(b.reserve(5) == at);
    CHECK(b.reserve(100) == at);
    CHECK(reinterpret_cast<std::uintptr_t>(at) % 64 == 0);
}
