#pragma once
/// @file
/// Reads fixtures, and compares numbers with them.

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace rondo::test {

using numbers = std::vector<double>;

inline nlohmann::json read_fixtures(std::string const& cell)
{
    std::string const path = std::string(RONDO_FIXTURES) + "/" + cell + ".json";
    std::ifstream file(path);
    if (!file) {
        throw std::runtime_error("cannot read " + path);
    }
    return nlohmann::json::parse(file);
}

/// Calls @p f with each case of a file, which must have a minimum number of cases.
template <class F>
void for_each_case(std::string const& fixtures, std::size_t least, F const& f)
{
    nlohmann::json const cases = read_fixtures(fixtures);
    CHECK(cases.size() >= least);
    for (nlohmann::json const& c : cases) {
        std::string const name = c["name"];
        CAPTURE(name);
        f(c);
    }
}

/// Fills a container with numbers, whose count must be its size.
template <class Container>
void fill(Container&& to, nlohmann::json const& from)
{
    numbers const given = from.get<numbers>();
    REQUIRE(given.size() == to.size());
    std::transform(given.begin(), given.end(), to.begin(),
                   [](double v) { return static_cast<std::remove_cvref_t<decltype(*to.begin())>>(v); });
}

template <class Container>
void compare(std::string const& what, Container const& found, nlohmann::json const& expected,
             double tolerance)
{
    CAPTURE(what);
    numbers const right = expected.get<numbers>();
    REQUIRE(right.size() == static_cast<std::size_t>(found.size()));
    double largest = 0;
    double difference = 0;
    auto it = found.begin();
    for (double const v : right) {
        double const d = std::fabs(static_cast<double>(*it++) - v);
        difference = d <= difference ? difference : std::isnan(d) ? HUGE_VAL : d;
        largest = std::max(largest, std::fabs(v));
    }
    CHECK(difference <= tolerance * largest);
}

}  // namespace rondo::test
