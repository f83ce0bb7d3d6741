#pragma once
/// @file
/// The sizes and parameters of a model, which the model and its runs share.

#include <rondo/error/input_error.hpp>
#include <rondo/model/parameters.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The sizes and parameters of a model. The model and the runs that refer to it own them together, so that
/// the model may be moved, or destroyed before its runs.
template <class Cell, class T, class... Fixed>
struct model_contents {
    using sizes_type = exec_internal::sizes<Cell, Fixed...>;  ///< of the dimensions

    sizes_type bound;                           ///< sizes of the dimensions
    rondo::parameters<Cell, T> parameters;      ///< of these sizes
    std::shared_ptr<model_contents> successor;  ///< the contents that replaced these, or null

    /// Parameters of zeros.
    explicit model_contents(sizes_type const& sizes) : bound(sizes), parameters(sizes) {}
    /// A copy of sizes and parameters.
    model_contents(sizes_type const& sizes, rondo::parameters<Cell, T> const& p) : bound(sizes), parameters(p)
    {
    }

    /// Copies the parameters of @p other, whose sizes must be equal. Runs that refer to these contents
    /// use the new values in their next call.
    /// @throws input_error naming the first dimension whose sizes differ; nothing has changed then.
    void assign(model_contents const& other)
    {
        auto const& dimensions = compiled<Cell>::shapes.dimensions;
        for (std::size_t d = 1; d < dimensions.size(); ++d) {
            std::ptrdiff_t const expected = bound[static_cast<dimension_id>(d)];
            std::ptrdiff_t const found = other.bound[static_cast<dimension_id>(d)];
            if (expected != found) {
                exec_internal::reject("dimension '" + std::string(dimensions[d]) + "' of the assigned model",
                                      concat(expected, ", as runs refer to the model that is assigned to"),
                                      concat(found));
            }
        }
        parameters = other.parameters;
    }
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
