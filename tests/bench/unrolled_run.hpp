#pragma once
/// @file
/// Rondo over sequences: forward, forward and backward, or a whole step of training.

#include "contestant.hpp"
#include "median.hpp"
#include "problem.hpp"

#include <rondo/exec/tbb_thread_pool.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/train/sgd.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rondo::bench {

using namespace exec_internal;

/// Copies numbers into a container of the same size.
template <class Container>
void put(Container&& to, numbers const& from)
{
    std::ranges::copy(from, to.begin());
}

/// Sets the parameters of a model, or the initial states of a run, to those of a problem.
template <class Cell>
void put_parameters(parameters<Cell, float>& to, problem const& p)
{
    for (std::size_t i = 0; i < to.count; ++i) {
        put(to.entries(i), p.parameters.at(std::string(to.info(i).name.view())));
    }
}
template <class Cell>
void load_states(states_of<Cell, float>& to, problem const& p)
{
    for (std::size_t k = 0; k < to.size(); ++k) {
        put(to[k], p.arguments.at(k == 0 ? "h0" : "c0"));
    }
}

/// Backpropagation through time in one of the modes; sizes in @p Fixed are constants.
template <class Cell, class... Fixed>
class unrolled_run final : public local_contestant {
   public:
    /// @p m has the sizes; its parameters are set here.
    unrolled_run(model<Cell, float, Fixed...> m, problem const& p)
        : local_contestant("rondo", ""),
          problem_(p),
          model_(std::move(m)),
          pool_(p.threads > 1 ? std::make_unique<tbb_thread_pool>(p.threads) : nullptr),
          run_(model_, {.frozen = !trains(p.mode), .pool = pool_.get()}),
          descent_({.rate = problem::rate})
    {
        auto const& w = p.sizes;
        put_parameters(model_.parameters(), p);
        initial_ = model_.zero_states(w.batch);
        load_states<Cell>(initial_, p);
        x_.resize({w.steps, w.batch, w.inputs});
        put(x_, p.arguments.at("x"));
        dy_.resize({w.steps, w.batch, w.hidden});
        put(dy_, p.arguments.at("dy"));
    }

    tensors results() override
    {
        restore();
        once();
        tensors found{{"y", {output_->begin(), output_->end()}}};
        if (!trains(problem_.mode)) {
            return found;
        }
        auto const& g = run_.last_gradients();
        found["d x"] = {g.input.begin(), g.input.end()};
        for (std::size_t k = 0; k < initial_.size(); ++k) {
            found[k == 0 ? "d h0" : "d c0"] = {g.initial[k].begin(), g.initial[k].end()};
        }
        for (std::size_t i = 0; i < g.parameters.count; ++i) {
            std::string const called(g.parameters.info(i).name.view());
            auto const d = g.parameters.entries(i);
            found["d " + called] = {d.begin(), d.end()};
            if (problem_.mode == mode_kind::window) {
                auto const now = model_.parameters().entries(i);
                found["new " + called] = {now.begin(), now.end()};
            }
        }
        return found;
    }

    [[nodiscard]] double backward_over_forward() const override { return median(ratios_); }

   private:
    void once() override
    {
        if (!trains(problem_.mode)) {
            output_ = &run_.infer(x_, {.initial = initial_});
            return;
        }
        using clock = std::chrono::steady_clock;
        auto const begin = clock::now();
        output_ = &run_.forward(x_, {.initial = initial_});
        auto const middle = clock::now();
        run_.backward(dy_);
        std::chrono::duration<double> const backward = clock::now() - middle;
        ratios_.push_back(backward / (middle - begin));
        if (problem_.mode == mode_kind::window) {
            descent_.update(model_.parameters().flat(), run_.last_gradients().parameters.flat());
        }
    }
    void restore() override
    {
        if (problem_.mode == mode_kind::window) {
            put_parameters(model_.parameters(), problem_);
        }
    }

    problem const& problem_;
    model<Cell, float, Fixed...> model_;
    std::unique_ptr<tbb_thread_pool> pool_;
    bptt<Cell, float, Fixed...> run_;
    sgd<float> descent_;
    states_of<Cell, float> initial_{};
    xt::xtensor<float, 3> x_{};
    xt::xtensor<float, 3> dy_{};
    xt::xtensor<float, 3> const* output_ = nullptr;
    std::vector<double> ratios_{};
};

/// Backpropagation through time of @p m on a problem.
template <class Cell, class... Fixed>
std::unique_ptr<contestant> unrolled_of(model<Cell, float, Fixed...> m, problem const& p)
{
    return std::make_unique<unrolled_run<Cell, Fixed...>>(std::move(m), p);
}

}  // namespace rondo::bench
