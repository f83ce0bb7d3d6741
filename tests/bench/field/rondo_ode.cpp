#include "ode.hpp"
#include "ode_cell.hpp"

#include <rondo/run/bptt.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace rondo::bench {
namespace {

/// Rondo. Equation i is time step i.
class ode_run final : public local_contestant_of<double> {
   public:
    explicit ode_run(ode_problem const& p)
        : local_contestant_of<double>("rondo", ""), problem_(p), model_(input{1}, instants{p.steps})
    {
        for (std::size_t row = 0; row < p.steps; ++row) {
            for (std::size_t column = 0; column < p.steps; ++column) {
                model_["sums"_s](row, column) = column < row ? 1 : 0;
            }
        }
        model_["duration"_s] = 2.0 / static_cast<double>(p.steps);
        initial_ = model_.zero_states(1);
        initial_[0].fill(1);  // as if a constant of one came before
        dy_ = xt::zeros<double>({p.equations, std::size_t{1}, std::size_t{1}});
        dy_(p.equations - 1, 0, 0) = 1;
    }

    tensors_of<double> results() override
    {
        once();
        if (problem_.gradient) {
            auto const& g = run_.last_gradients().input;
            return {{"gradient", {g.begin(), g.end()}}};
        }
        return {{"values", {y_->begin(), y_->end()}}};
    }

   private:
    void once() override
    {
        auto const x = shaped(problem_.x.data(), problem_.equations, 1, 1);
        if (problem_.gradient) {
            run_.forward(x, {.initial = initial_});
            run_.backward(dy_);
        } else {
            y_ = &run_.infer(x, {.initial = initial_});
        }
    }

    ode_problem const& problem_;
    model<ode_equation, double> model_;
    bptt<ode_equation, double> run_{model_, {.frozen = true}};
    states_of<ode_equation, double> initial_{};
    xt::xtensor<double, 3> dy_{};
    xt::xtensor<double, 3> const* y_ = nullptr;
};

}  // namespace

ode_contestant rondo_ode(ode_problem const& p) { return std::make_unique<ode_run>(p); }

}  // namespace rondo::bench
