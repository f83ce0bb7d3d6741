#include <sequence_models/series.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

using namespace sequence_models;

namespace {

/// A temporary CSV file, removed by the destructor.
struct csv {
    std::string path = (std::filesystem::temp_directory_path() / "rondo-series-test.csv").string();

    explicit csv(std::string const& text) { std::ofstream(path) << text; }
    csv(csv const&) = delete;
    csv& operator=(csv const&) = delete;
    ~csv() { std::remove(path.c_str()); }
};

}  // namespace

TEST_CASE("series: the last column, without comments and heading")
{
    csv const file("# where from\nyear,value\n1700,5\n1701,11.5\r\n\n1702,-1e2\n");
    CHECK(read_series(file.path) == std::vector<double>{5, 11.5, -100});
    csv const bare("1\n2\n");
    CHECK(read_series(bare.path) == std::vector<double>{1, 2});
}

TEST_CASE("series: rejects other files, with the line")
{
    csv const file("1700,5\n1701,eleven\n");
    CHECK_THROWS_WITH_AS(read_series(file.path),
                         (file.path + ":2: expected a number in the last column, found 'eleven'").c_str(),
                         std::runtime_error);
    csv const empty("# nothing\n");
    CHECK_THROWS_WITH_AS(read_series(empty.path), doctest::Contains("expected numbers, found none"),
                         std::runtime_error);
    CHECK_THROWS_WITH_AS(read_series("/no/such.csv"), "/no/such.csv: expected a readable CSV file",
                         std::runtime_error);
}

TEST_CASE("series: the sunspots are 309 years, with the largest in 1957")
{
    auto const sunspots = read_series(RONDO_SUNSPOTS);
    REQUIRE(sunspots.size() == 309);
    CHECK(sunspots[0] == 5);
    CHECK(sunspots[1957 - 1700] == 190.2);
    CHECK(sunspots[308] == 2.9);
}
