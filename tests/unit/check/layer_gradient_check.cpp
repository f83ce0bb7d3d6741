#include "unit/stack/layers.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/check/layer_gradient_check.hpp>
#include <rondo/stack/stack.hpp>

using namespace rondo;
using namespace rondo::check_internal;
using namespace rondo::test;

namespace {

/// A layer each of whose gradients is wrong by a factor.
class wrong : public scaling {
   public:
    wrong(double of_input, double of_model) : scaling(2), of_input_(of_input), of_model_(of_model) {}

    result const& backward(sequences const& dy)
    {
        g_ = scaling::backward(dy);
        g_.input *= of_input_;
        parameter_groups()[0].gradients[0] *= of_model_;
        return g_;
    }

   private:
    double of_input_, of_model_;
    result g_;
};

std::vector<bool> verdicts(gradient_report const& report)
{
    std::vector<bool> agree;
    for (tensor_report const& t : report.tensors) {
        agree.push_back(t.differing == 0);
    }
    return agree;
}

}  // namespace

TEST_CASE("layer_gradient_check: finds which gradient is wrong")
{
    sequences const x = random_sequences(1, 4, 2, 3);
    wrong right(1, 1);
    CHECK(verdicts(check_gradient(right, x)) == std::vector{true, true});
    wrong in_model(1, 1.001);
    CHECK(verdicts(check_gradient(in_model, x)) == std::vector{false, true});
    CHECK_FALSE(check_gradient(in_model, x).agrees());
    wrong in_input(1.001, 1);
    CHECK(verdicts(check_gradient(in_input, x)) == std::vector{true, false});
}

TEST_CASE("layer_gradient_check: a model with two runs has one gradient, their sum")
{
    auto m = random_model<elman<>>(1, input{3}, hidden{3});
    stack net{bptt{m}, scaling{0.5}, bptt{m}};
    gradient_report const report = check_gradient(net, random_sequences(2, 4, 2, 3));
    CHECK(verdicts(report) == std::vector{true, true, true});  // of m, of the factor, of the input
}
