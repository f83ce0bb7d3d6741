#include <rondo/train/for_each_entry.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <span>
#include <vector>

using namespace rondo;
using namespace rondo::train_internal;

TEST_CASE_TEMPLATE("for_each_entry: every entry once, with its gradient and its states", T, float, double)
{
    for (std::size_t const count : {0U, 1U, 3U, 4U, 7U, 8U, 15U, 16U, 17U, 33U}) {
        CAPTURE(count);
        std::vector<T> parameters(count + 1);  // and one that must not change
        std::vector<T> gradients(count);
        aligned_vector<T> first(count);
        aligned_vector<T> second(count);
        for (std::size_t i = 0; i < count; ++i) {
            auto const number = static_cast<T>(i);
            parameters[i] = number;
            gradients[i] = 100 * number;
            first[i] = 1 + number;
            second[i] = 2 + number;
        }
        parameters[count] = -7;
        std::span<T> const all(parameters.data(), count);
        std::span<T const> const derived(gradients);
        for_each_entry(
            all, derived,
            [](auto& p, auto const& g, auto& a, auto& b) {
                p = p + g + a * b;
                a = a + a;
                b = b - a;
            },
            first, second);
        for_each_entry(all, derived, [](auto& p, auto const&) { p = p + p; });
        bool right = parameters[count] == -7;
        for (std::size_t i = 0; i < count; ++i) {
            auto const number = static_cast<T>(i);
            right = right && parameters[i] == 2 * (101 * number + (1 + number) * (2 + number)) &&
                    first[i] == 2 * (1 + number) && second[i] == 2 + number - 2 * (1 + number);
        }
        CHECK(right);
    }
}
