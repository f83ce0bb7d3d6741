#pragma once
/// @file
/// A sample program with values for its leaves, as the search for numbers that are not finite reads it.

#include "random_program.hpp"

#include <rondo/locate/finished_run.hpp>
#include <rondo/locate/recorded_model.hpp>

#include <cstddef>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// The sequences of inputs.
inline sequence_numbers sequences(std::vector<std::vector<double>> const& inputs)
{
    sequence_numbers all;
    for (std::vector<double> const& x : inputs) {
        all.push_back(number_view(x.data(), x.size()));
    }
    return all;
}

/// The recorded model of @p s in double, with the parameters of @p leaves. It owns the nodes and refers to
/// the rest.
class recorded_sample {
   public:
    recorded_sample(sample_program const& s, leaf_values const& leaves)
    {
        for (program_result const& r : s.step.results) {
            outputs_.push_back(r.value);
        }
        for (node_id i = 0; i < s.step.nodes.size(); ++i) {
            nodes_.push_back(s.step.nodes[i]);
        }
        model_.step.nodes = nodes_;
        model_.step.states = {s.step.states.begin(), s.step.states.size()};
        model_.step.outputs = outputs_;
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
    std::vector<node_id> outputs_{};
    std::vector<node> nodes_{};
    recorded_model model_{};
};

}  // namespace rondo::test
