#pragma once
/// @file
/// Rondo one time step at a time.

#include "unrolled_run.hpp"

#include <rondo/run/stream.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

namespace rondo::bench {

using namespace exec_internal;

/// A stream that processes the sequence of the problem step by step, repeatedly. States are carried from one
/// repetition to the next. Sizes in @p Fixed are constants.
template <class Cell, class... Fixed>
class stream_run final : public local_contestant {
   public:
    /// @p m has the sizes; its parameters are set here.
    stream_run(model<Cell, float, Fixed...> m, problem const& p)
        : local_contestant("rondo", ""),
          problem_(p),
          x_(p.arguments.at("x")),
          initial_(m.zero_states(p.sizes.batch)),
          live_(with_parameters(m, p), p.sizes.batch)
    {
        load_states<Cell>(initial_, p);
    }

    tensors results() override
    {
        live_.set_states(initial_);
        numbers y;
        for (std::size_t t = 0; t < problem_.sizes.steps; ++t) {
            auto const now = live_.step(step_of_x(t));
            y.insert(y.end(), now.begin(), now.end());
        }
        return {{"y", std::move(y)}};
    }

   private:
    static model<Cell, float, Fixed...> const& with_parameters(model<Cell, float, Fixed...>& m,
                                                               problem const& p)
    {
        put_parameters(m.parameters(), p);
        return m;
    }

    void once() override
    {
        for (std::size_t t = 0; t < problem_.sizes.steps; ++t) {
            live_.step(step_of_x(t));
        }
    }
    [[nodiscard]] std::span<float const> step_of_x(std::size_t t) const
    {
        std::size_t const entries = problem_.sizes.batch * problem_.sizes.inputs;
        return {x_.data() + t * entries, entries};
    }

    problem const& problem_;
    numbers x_;
    states_of<Cell, float> initial_;
    stream<Cell, float, Fixed...> live_;
};

/// A stream of @p m on a problem.
template <class Cell, class... Fixed>
std::unique_ptr<contestant> stream_of(model<Cell, float, Fixed...> m, problem const& p)
{
    return std::make_unique<stream_run<Cell, Fixed...>>(std::move(m), p);
}

}  // namespace rondo::bench
