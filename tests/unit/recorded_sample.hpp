#pragma once
/// @file
/// A sample program with values for its leaves, as the search for numbers that are not finite reads it.

#include "random_program.hpp"

#include <rondo/locate/finished_run.hpp>
#include <rondo/locate/recorded_model.hpp>

#include <array>
#include <cstddef>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// The sequence of the only input.
inline sequence_numbers only_input(std::vector<double> const& x)
{
    sequence_numbers all;
    all.push_back(number_view(x.data(), x.size()));
    return all;
}

/// The recorded model of @p s in double, with the parameters of @p leaves. It owns the nodes and refers to
/// the rest.
class recorded_sample {
   public:
    recorded_sample(sample_program const& s, leaf_values const& leaves) : output_{s.step.results[0].value}
    {
        for (node_id i = 0; i < s.step.nodes.size(); ++i) {
            nodes_.push_back(s.step.nodes[i]);
        }
        model_.step.nodes = nodes_;
        model_.step.states = {s.step.states.begin(), s.step.states.size()};
        model_.step.outputs = output_;
        for (std::size_t d = 0; d < s.size.along.size(); ++d) {
            model_.sizes[d] = static_cast<std::ptrdiff_t>(s.size.along[d]);
        }
        for (value const& p : leaves.parameters) {
            model_.parameters.push_back(number_view(p.data(), p.size()));
        }
    }
    recorded_sample(recorded_sample const&) = delete;
    recorded_sample& operator=(recorded_sample const&) = delete;

    [[nodiscard]] recorded_model const& get() const { return model_; }

   private:
    std::array<node_id, 1> output_;
    std::vector<node> nodes_{};
    recorded_model model_{};
};

}  // namespace rondo::test
