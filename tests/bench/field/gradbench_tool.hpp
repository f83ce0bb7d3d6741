#pragma once
/// @file
/// A function of one of GradBench's tools as a peer.

#include "../contestant.hpp"

#include <string>
#include <utility>
#include <vector>

namespace rondo::bench {

/// @p Function is the tool's class: it is made from an input, and `compute(output)` is what GradBench times.
template <class Function>
class tool_run final : public local_contestant_of<double> {
   public:
    /// The result has the name @p tensor.
    tool_run(std::string const& peer, std::string tensor, typename Function::Input input)
        : local_contestant_of<double>(peer, ""), tensor_(std::move(tensor)), input_(std::move(input))
    {
    }

    tensors_of<double> results() override
    {
        once();
        if constexpr (requires { output_.begin(); }) {
            return {{tensor_, output_}};
        } else {
            return {{tensor_, {output_}}};
        }
    }

   private:
    void once() override { function_.compute(output_); }

    std::string tensor_;
    typename Function::Input input_;
    Function function_{input_};
    typename Function::Output output_{};
};

}  // namespace rondo::bench
