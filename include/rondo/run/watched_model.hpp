#pragma once
/// @file
/// Makes a model whose runs show the values that the step of its cell marks by watch().

#include <rondo/cell/watched.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/model_of_sizes.hpp>

#include <algorithm>
#include <cstddef>

namespace rondo::inline RONDO_ISA {

/// A model of @ref watched with the sizes of @p m and a copy of its parameters.
template <class Cell, class T, class... Fixed>
model<watched<Cell>, T, Fixed...> watched_model(model<Cell, T, Fixed...> const& m)
{
    auto shown = exec_internal::model_of_sizes<watched<Cell>, T>(m.bound());
    for (std::size_t i = 0; i < m.parameters().count; ++i) {
        auto const from = m.parameters().entries(i);
        std::copy(from.begin(), from.end(), shown.parameters().entries(i).begin());
    }
    return shown;
}

}  // namespace rondo::inline RONDO_ISA
