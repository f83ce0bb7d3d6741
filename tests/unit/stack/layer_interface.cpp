#include <rondo/stack/layer_interface.hpp>

#include <doctest/doctest.h>

#include <concepts>
#include <stdexcept>
#include <vector>

using namespace rondo;
using namespace rondo::stack_internal;

namespace {

using sequences = xt::xtensor<double, 3>;

/// Records how it was called, and returns its input.
class recording : public layer_interface<recording, double> {
   public:
    template <bool Keep, class X, class Lengths>
    sequences const& run(X const& x, Lengths const&)
    {
        keeps.push_back(Keep);
        is_whole.push_back(std::same_as<Lengths, exec_internal::full_length>);
        if constexpr (std::same_as<X, sequences>) {
            return x;
        } else {
            throw std::invalid_argument("rejected");
        }
    }
    input_gradient<double> backward(sequences const& dy) { return {dy}; }

    std::vector<bool> keeps, is_whole;
};

}  // namespace

TEST_CASE("layer_interface: the four functions call run() with and without lengths, saving or not")
{
    static_assert(is_layer<recording>);
    recording layer;
    sequences const x = xt::ones<double>({3, 2, 1});
    std::vector<int> const lengths{3, 1};
    layer.forward(x);
    layer.forward(x, lengths);
    layer.infer(x);
    layer.infer(x, lengths);
    CHECK(layer.keeps == std::vector{true, true, false, false});
    CHECK(layer.is_whole == std::vector{true, false, true, false});
}

TEST_CASE("layer_interface: refers to an xtensor and keeps a copy of any other expression")
{
    recording layer;
    sequences const x = xt::ones<double>({3, 2, 1});
    CHECK(&layer.forward(x) == &x);
    sequences const* copy = &layer.forward(2 * x);
    CHECK(copy != &x);
    CHECK(*copy == sequences(2 * x));

    xt::xtensor<double, 2> const flat = xt::ones<double>({3, 2});
    CHECK_THROWS_AS(layer.forward(flat), std::invalid_argument);
}
