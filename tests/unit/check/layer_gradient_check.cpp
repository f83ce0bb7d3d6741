#include "unit/stack/layers.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/check/layer_gradient_check.hpp>
#include <rondo/run/bptt.hpp>

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

/// A layer of one model with two runs, one over the output of the other. A stack refuses that, because an
/// optimiser would update the model twice.
class applied_twice {
   public:
    using value_type = double;

    explicit applied_twice(model<elman<>, double> const& m) : m_(m) {}

    sequences const& forward(sequences const& x, layer_arguments&& with = {})
    {
        return second_.forward(first_.forward(x, {.lengths = with.lengths}), {.lengths = with.lengths});
    }
    sequences const& infer(sequences const& x, layer_arguments&& with = {})
    {
        return second_.infer(first_.infer(x, {.lengths = with.lengths}), {.lengths = with.lengths});
    }
    auto const& backward(sequences const& dy) { return first_.backward(second_.backward(dy).input); }
    auto parameter_groups()
    {
        return std::array{first_.parameter_groups()[0], second_.parameter_groups()[0]};
    }

   private:
    model<elman<>, double> m_;
    bptt<elman<>, double> first_{m_};
    bptt<elman<>, double> second_{m_};
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
    applied_twice net{random_model<elman<>>(1, input{3}, hidden{3})};
    gradient_report const report = check_gradient(net, random_sequences(2, 4, 2, 3));
    CHECK(verdicts(report) == std::vector{true, true});  // of the model, of the input
}

TEST_CASE("layer_gradient_check: gradients that are left out are not checked")
{
    auto m = random_model<elman<>>(1, input{3}, hidden{3});
    sequences const x = random_sequences(2, 4, 2, 3);
    bptt without_input{m, {.input_gradient = false}};
    gradient_report const of_model = check_gradient(without_input, x);
    CHECK(verdicts(of_model) == std::vector{true});
    CHECK(of_model.tensors[0].name == "model 0");
    bptt frozen{m, {.frozen = true}};
    gradient_report const of_input = check_gradient(frozen, x);
    CHECK(verdicts(of_input) == std::vector{true});
    CHECK(of_input.tensors[0].name == "input");
}
