#include "diagonal.hpp"
#include "diagonal_cell.hpp"

#include <rondo/run/bptt.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

namespace rondo::bench {
namespace {

constexpr std::size_t features = diagonal_problem::features;

/// Rondo on @p Layers layers. GradBench's layout of the parameters is the cell's order.
template <std::size_t Layers>
class diagonal_run final : public local_contestant_of<double> {
    using cell = diagonal_model<Layers>;
    using fixed_hidden = fixed<hidden, features>;

   public:
    explicit diagonal_run(diagonal_problem const& p) : local_contestant_of<double>("rondo", ""), problem_(p)
    {
        for (std::size_t i = 0; i < model_.parameters().count; ++i) {
            std::size_t const first = i * features;
            auto const& from = first < p.main.size() ? p.main : p.extra;
            auto const offset =
                static_cast<std::ptrdiff_t>(first < p.main.size() ? first : first - p.main.size());
            std::copy_n(from.begin() + offset, features, model_.parameters().entries(i).begin());
        }
        for (std::size_t k = 0; k < initial_.size(); ++k) {
            auto const first = p.state.begin() + static_cast<std::ptrdiff_t>(k * features);
            std::copy_n(first, features, initial_[k].begin());
        }
        dy_.resize({p.steps - 1, 1, features});
    }

    tensors_of<double> results() override
    {
        once();
        if (!problem_.gradient) {
            return {{"loss", {loss_}}};
        }
        std::vector<double> all;
        auto const& found = run_.last_gradients().parameters;
        for (std::size_t i = 0; i < found.count; ++i) {
            all.insert(all.end(), found.entries(i).begin(), found.entries(i).end());
        }
        return {{"gradient", all}};
    }

   private:
    void once() override
    {
        auto const x = shaped(problem_.text.data(), problem_.steps - 1, 1, features);
        auto const& y =
            problem_.gradient ? run_.forward(x, {.initial = initial_}) : run_.infer(x, {.initial = initial_});
        double const scale = -1 / static_cast<double>(y.size());
        double const* const next_character = problem_.text.data() + features;
        double sum = 0;
        for (std::size_t i = 0; i < y.size(); ++i) {
            double const d = scale * next_character[i];
            sum += d * y.data()[i];
            dy_.data()[i] = d;
        }
        loss_ = sum;
        if (problem_.gradient) {
            run_.backward(dy_);
        }
    }

    diagonal_problem const& problem_;
    model<cell, double, fixed_hidden> model_{};
    bptt<cell, double, fixed_hidden> run_{model_, {.input_gradient = false}};
    states_of<cell, double> initial_ = model_.zero_states(1);
    xt::xtensor<double, 3> dy_{};
    double loss_ = 0;
};

}  // namespace

diagonal_contestant rondo_diagonal(diagonal_problem const& p)
{
    switch (p.layers) {
        case 2: return std::make_unique<diagonal_run<2>>(p);
        case 4: return std::make_unique<diagonal_run<4>>(p);
        default: throw std::invalid_argument("2 or 4 layers");
    }
}

}  // namespace rondo::bench
