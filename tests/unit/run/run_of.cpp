#include <rondo/cell/elman.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/run_of.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/run/truncated_bptt.hpp>
#include <rondo/train/sgd.hpp>

#include <doctest/doctest.h>

#include <array>
#include <type_traits>
#include <utility>
#include <vector>

namespace run_of_test {

using namespace rondo;

namespace {

using small = model<lstm<>, double, fixed<input, 1>>;

static_assert(std::is_same_v<bptt_of<small>, bptt<lstm<>, double, fixed<input, 1>>>);
static_assert(std::is_same_v<bptt_of<small const&>, bptt_of<small>>);
static_assert(std::is_same_v<truncated_bptt_of<small>, truncated_bptt<lstm<>, double, fixed<input, 1>>>);
static_assert(std::is_same_v<stream_of<small>, stream<lstm<>, double, fixed<input, 1>>>);
// The numbers are float by default, as those of a model.
static_assert(std::is_same_v<bptt<lstm<>>, bptt_of<model<lstm<>>>>);
static_assert(std::is_same_v<truncated_bptt<lstm<>>, truncated_bptt_of<model<lstm<>>>>);
static_assert(std::is_same_v<stream<lstm<>>, stream_of<model<lstm<>>>>);

/// A class as users write it: model, runs and optimiser are its members.
class predictor {
   public:
    explicit predictor(std::size_t features) : m_(input{features}, hidden{4}) { m_.parameters().fill(0.1F); }

    double train(xt::xtensor<float, 3> const& x, xt::xtensor<float, 3> const& target)
    {
        xt::xtensor<float, 3> const dy = run_.forward(x) - target;
        run_.backward(dy);
        auto const [parameters, gradients] = run_.parameter_groups()[0];
        optimiser_.update(parameters, gradients);
        live_.load(m_.parameters());
        return xt::sum(dy * dy)();
    }
    float next(float x) { return live_.step(std::array{x})[0]; }
    float first_of_chunk(xt::xtensor<float, 3> const& x) { return chunks_.forward(x)(0, 0, 0); }

   private:
    model<elman<>> m_;
    bptt<elman<>> run_{m_, {.check_finite = true}};
    truncated_bptt_of<model<elman<>>> chunks_{m_, {.every = 3, .over = 3}};
    stream_of<decltype(m_)> live_{m_};
    sgd<float> optimiser_{{.rate = 0.05}};
};

}  // namespace

TEST_CASE("run_of: a class has a model, runs and an optimiser as members, and objects of it move")
{
    xt::xtensor<float, 3> const x = xt::ones<float>({3, 1, 1});
    xt::xtensor<float, 3> const target = xt::zeros<float>({3, 1, 4});
    std::vector<predictor> all;
    double loss = 0;
    for (int i = 0; i < 3; ++i) {
        all.emplace_back(1);
        loss = all.front().train(x, target);  // in memory that has moved
    }
    predictor unmoved(1);
    for (int i = 0; i < 3; ++i) {
        CHECK(unmoved.train(x, target) >= loss);
    }
    predictor moved = std::move(all.front());
    CHECK(moved.train(x, target) == unmoved.train(x, target));
    CHECK(moved.next(0.5F) == unmoved.next(0.5F));
    CHECK(moved.first_of_chunk(x) == unmoved.first_of_chunk(x));
    all[1] = std::move(moved);
    CHECK(all[1].train(x, target) == unmoved.train(x, target));
    CHECK(all[1].next(0.5F) == unmoved.next(0.5F));
}

}  // namespace run_of_test
