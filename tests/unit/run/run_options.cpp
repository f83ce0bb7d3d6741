#include <rondo/run/run_options.hpp>

#include <doctest/doctest.h>

using namespace rondo;

TEST_CASE("run_options: one thread, no checks and unlimited memory by default")
{
    constexpr run_options options;
    CHECK(!options.check_finite);
    CHECK(options.chunk_rows == 512);
    CHECK(options.memory == 0);
    CHECK(!options.frozen);
    CHECK(options.pool == nullptr);
}
