#include "diagonal.hpp"

#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

namespace rondo::bench {
namespace {

constexpr std::size_t features = diagonal_problem::features;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// The loss as a loop over characters, layers and features.
class hand_loss final : public local_contestant_of<double> {
   public:
    explicit hand_loss(diagonal_problem const& p) : local_contestant_of<double>("hand", ""), problem_(p) {}

    tensors_of<double> results() override
    {
        once();
        return {{"loss", {loss_}}};
    }

   private:
    void once() override
    {
        std::vector<double> state = problem_.state;
        std::vector<double> y(features);
        double const* const extra = problem_.extra.data();
        double sum = 0;
        for (std::size_t t = 0; t + 1 < problem_.steps; ++t) {
            double const* const character = problem_.text.data() + t * features;
            for (std::size_t i = 0; i < features; ++i) {
                y[i] = character[i] * extra[i];
            }
            for (std::size_t layer = 0; layer < problem_.layers; ++layer) {
                advance(problem_.main.data() + 8 * features * layer, state.data() + 2 * features * layer,
                        y.data());
            }
            double total = 2;
            for (std::size_t i = 0; i < features; ++i) {
                y[i] = y[i] * extra[features + i] + extra[2 * features + i];
                total += std::exp(y[i]);
            }
            for (std::size_t i = 0; i < features; ++i) {
                sum += character[features + i] * (y[i] - std::log(total));
            }
        }
        loss_ = -sum / static_cast<double>((problem_.steps - 1) * features);
    }
    /// A layer: takes its input in @p x and leaves its output there.
    static void advance(double const* weight, double* state, double* x)
    {
        double const* const bias = weight + 4 * features;
        for (std::size_t i = 0; i < features; ++i) {
            double& h = state[i];
            double& c = state[features + i];
            double const forget = sigmoid(weight[i] * x[i] + bias[i]);
            double const in = sigmoid(weight[features + i] * h + bias[features + i]);
            double const out = sigmoid(weight[2 * features + i] * x[i] + bias[2 * features + i]);
            c = c * forget + in * std::tanh(weight[3 * features + i] * h + bias[3 * features + i]);
            h = out * std::tanh(c);
            x[i] = h;
        }
    }

    diagonal_problem const& problem_;
    double loss_ = 0;
};

}  // namespace

diagonal_contestant hand_diagonal(diagonal_problem const& p) { return std::make_unique<hand_loss>(p); }

}  // namespace rondo::bench
