#include <rondo/model/parameter_group.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace rondo;

TEST_CASE("parameter_group: refers to the model's parameters")
{
    std::array<float, 3> values{1, 2, 3};
    std::array<float, 3> derivatives{1, 0, -1};
    parameter_group<float> const group{values, derivatives};
    for (std::size_t i = 0; i < group.parameters.size(); ++i) {
        group.parameters[i] -= group.gradients[i];
    }
    CHECK(values == std::array<float, 3>{0, 2, 4});
    CHECK(parameter_group<float>{}.parameters.empty());
}
