#pragma once
/// @file
/// Rejects composed layers with one layer, or one model, at two places.

#include <rondo/error/input_error.hpp>
#include <rondo/stack/layer.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rondo::inline RONDO_ISA::stack_internal {

namespace detail {

/// A layer or a model that may occur only once, and the index of the layer that contains it.
struct placed {
    void const* object;
    std::size_t layer;
};

/// Throws if an object occurs twice. Null may repeat.
template <class Place>
void reject_repeated(std::vector<placed> const& list, std::string_view composed, std::string_view expected,
                     Place const& place_of)
{
    for (auto second = list.begin(); second != list.end(); ++second) {
        for (auto first = list.begin(); first != second; ++first) {
            if (first->object != nullptr && first->object == second->object) {
                exec_internal::reject(composed, expected,
                                      "the same one at " + std::string(place_of(first->layer)) + " and " +
                                          std::string(place_of(second->layer)));
            }
        }
    }
}

}  // namespace detail

/// Checks the layers of a composed layer. A layer, or a bptt inside one, records only one run, so it can be
/// at one place only. A model that is trained can be at one place only too: each of its runs has a part of
/// its gradient, and an optimiser would update it once with each part. Models that are const or frozen may
/// repeat. @p composed names the composed layer, and `place_of(i)` is the text for the place of layer i.
/// @throws input_error naming two places.
template <class Place, is_layer... L>
void check_distinct(std::string_view composed, Place const& place_of, L&... layers)
{
    std::vector<detail::placed> runs;
    std::vector<detail::placed> models;
    std::size_t i = 0;
    auto const add = [&](auto& layer) {
        runs.push_back({&layer, i});
        for (auto const& group : parameter_groups_of(layer)) {
            runs.push_back({group.gradients.data(), i});
            models.push_back({group.parameters.data(), i});
        }
        ++i;
    };
    (add(layers), ...);
    detail::reject_repeated(runs, composed, "layers of its own at each place, as each keeps one run",
                            place_of);
    detail::reject_repeated(
        models, composed,
        "a model of its own at each place, or one that is const or frozen, as each run has a "
        "part of the gradient",
        place_of);
}

}  // namespace rondo::inline RONDO_ISA::stack_internal
