#include <rondo/graph/static_vector.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

namespace static_vector_test {

using rondo::ir_internal::static_vector;

namespace {

constexpr static_vector<int, 4> counted(int n)
{
    static_vector<int, 4> v{};
    for (int i = 0; i < n; ++i) {
        v.push_back(10 * i);
    }
    return v;
}
constexpr int sum(static_vector<int, 4> const& v)
{
    int s = 0;
    for (int const i : v) {
        s += i;
    }
    return s;
}
constexpr static_vector<int, 4> with(static_vector<int, 4> v, int value)
{
    v.push_back_once(value);
    return v;
}
constexpr static_vector<int, 4> cleared(static_vector<int, 4> v)
{
    v.clear();
    return v;
}

static_assert(counted(0).empty());
static_assert(counted(3).size() == 3);
static_assert(static_vector<int, 4>::capacity() == 4);
static_assert(counted(3)[2] == 20);
static_assert(counted(4).back() == 30);
static_assert(sum(counted(4)) == 60);
static_assert(counted(3).find(10) == 1);
static_assert(counted(3).find(30) == -1);  // beyond the end
static_assert(counted(3).contains(0));
static_assert(!counted(0).contains(0));
static_assert(with(counted(3), 10).size() == 3);
static_assert(with(counted(3), 11).back() == 11);
static_assert(cleared(counted(3)).empty());

}  // namespace

TEST_CASE("static_vector: exceeding the capacity throws and does not change the elements")
{
    auto full = counted(4);
    CHECK_THROWS_AS(full.push_back(5), std::length_error);
    CHECK(full.size() == 4);
    CHECK(full.back() == 30);
    CHECK_NOTHROW(full.push_back_once(30));
}

TEST_CASE("static_vector: its own type of index numbers the elements")
{
    static_vector<char, 100, signed char> letters{};
    signed char const first = letters.push_back('a');
    CHECK(first == 0);
    CHECK(letters.push_back_once('b') == 1);
    CHECK(letters.push_back_once('a') == first);
    CHECK(letters[first] == 'a');
    CHECK(letters.find('b') == 1);
}

}  // namespace static_vector_test
