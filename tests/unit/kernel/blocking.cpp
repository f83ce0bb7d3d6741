#include <rondo/kernel/blocking.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace rondo;
using namespace rondo::kernel_internal;

namespace {

/// Tiles of every width leave registers for a row of the panel and a broadcast, and are as high as possible.
template <int Registers, std::size_t VectorBytes>
void check_tiles()
{
    using b = blocking_of<Registers, VectorBytes>;
    for (int columns = 1; columns <= b::nr; ++columns) {
        CAPTURE(columns);
        int const rows = b::tile_rows(columns);
        int const spare = Registers > 16 ? 1 : 0;
        CHECK(rows >= 1);
        CHECK(rows <= b::mr);
        CHECK(rows * columns + columns + 1 + spare <= Registers);
        CHECK((rows == b::mr || (rows + 1) * columns + columns + 1 + spare > Registers));
    }
}

}  // namespace

TEST_CASE("blocking: tiles fit the registers of SSE2, AVX2, AVX-512 and 64-bit ARM")
{
    check_tiles<16, 16>();
    check_tiles<16, 32>();
    check_tiles<32, 64>();
    check_tiles<32, 16>();
    CHECK(blocking_of<16, 32>::tile_rows(2) == 6);
    CHECK(blocking_of<32, 64>::tile_rows(4) == 6);
    CHECK(blocking_of<16, 32>::tile_rows(100) == 1);
}

TEST_CASE("blocking: the narrower the panel, the shorter the block of the inner dimension")
{
    CHECK(blocking_of<16, 32>::gradient_kc == 256);
    CHECK(blocking_of<32, 16>::gradient_kc == 256);
    CHECK(blocking_of<32, 64>::gradient_kc == 512);
}

TEST_CASE("blocking: a narrow row has more sums of its own")
{
    for (int columns = 1; columns < 20; ++columns) {
        CHECK(blocking::k_unroll(columns) >= blocking::k_unroll(columns + 1));
        CHECK(blocking::k_unroll(columns) >= 1);
    }
    CHECK(blocking::k_unroll(1) == 4);
}

TEST_CASE("blocking: several threads take larger blocks of rows")
{
    CHECK(blocking::forward_rows(1) == 128);
    CHECK(blocking::forward_rows(2) == 512);
    CHECK(blocking::forward_rows(3) == 768);
    CHECK(blocking::min_tiled_rows == 2 * blocking::mr);
}

TEST_CASE("blocking: a cache line of floats and of doubles")
{
    CHECK(cache_line<float> == 16);
    CHECK(cache_line<double> == 8);
}
