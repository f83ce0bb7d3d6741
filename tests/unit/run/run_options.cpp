#include <rondo/run/run_options.hpp>

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("run_options: one thread, no checks and all memory unless said otherwise")
{
    constexpr run_options options;
    CHECK(!options.check_finite);
    CHECK(options.chunk_rows == 512);
    CHECK(options.memory == 0);
    CHECK(!options.frozen);
    CHECK(options.pool == nullptr);
}
