#pragma once
/// @file
/// The loss of a regression: the mean squared error.

#include <rondo/run/sequence.hpp>

#include <xtensor/xtensor.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace rondo {

namespace detail {

template <class Y, class Targets, class T>
double mean_squared_error_into(Y const& output, Targets const& targets, xt::xtensor<T, 3>* gradient)
{
    std::string_view const name = "features";
    std::ptrdiff_t size = 1;
    if (output.dimension() == 3) {  // any number of features will do, if there is one
        size = std::max(size, static_cast<std::ptrdiff_t>(output.shape()[2]));
    }
    sequence<T> y;
    sequence<T> wanted;
    y.refer(output, "rondo: the output", &name, {0, 0, 0}, &size);
    wanted.refer(targets, "rondo: the targets", &name, {y.shape(0), y.shape(1), 0}, &size);

    T* to = nullptr;
    if (gradient != nullptr) {
        gradient->resize({static_cast<std::size_t>(y.shape(0)),
                          static_cast<std::size_t>(y.shape(1)),
                          static_cast<std::size_t>(y.shape(2))});
        to = gradient->data();
    }
    std::ptrdiff_t const entries = y.shape(0) * y.shape(1) * y.shape(2);
    double const share = 1 / static_cast<double>(entries);
    double sum = 0;
    for (std::ptrdiff_t i = 0; i < entries; ++i) {
        double const off = static_cast<double>(y.data()[i]) - static_cast<double>(wanted.data()[i]);
        sum += off * off;
        if (to != nullptr) {
            to[i] = static_cast<T>(2 * share * off);
        }
    }
    return sum * share;
}

}  // namespace detail

/// The mean of the squared differences between @p output and @p targets over all entries, and its
/// derivative with respect to the output.
///
/// \f[ L = \frac{1}{N} \sum_{t,b,i} (y_{t,b,i} - \hat y_{t,b,i})^2, \qquad
///     \frac{\partial L}{\partial y_{t,b,i}} = \frac{2}{N} (y_{t,b,i} - \hat y_{t,b,i}),
///     \qquad N = \text{time} \cdot \text{batch} \cdot \text{features} \f]
///
/// @param output (time, batch, features): any xtensor expression.
/// @param targets of the same shape and in the same units.
/// @param[out] gradient of the same shape. Resized; nothing is allocated if the size is right. May
///                      be the same object as @p output or @p targets.
/// @return the loss in squared units of the output, accumulated in double.
/// @throws std::invalid_argument if a shape does not fit or an extent is 0, saying what was
///         expected and found; @p gradient is then left as it was.
template <class Y, class Targets, class T>
double mean_squared_error(Y const& output, Targets const& targets, xt::xtensor<T, 3>& gradient)
{
    return detail::mean_squared_error_into(output, targets, &gradient);
}

/// The same without a gradient, to evaluate a model.
///
/// @param output (time, batch, features), of float or double.
/// @param targets of the same shape.
/// @return the loss in squared units of the output.
/// @throws std::invalid_argument as above.
template <class Y, class Targets>
double mean_squared_error(Y const& output, Targets const& targets)
{
    using T = typename Y::value_type;
    return detail::mean_squared_error_into(output, targets,
                                           static_cast<xt::xtensor<T, 3>*>(nullptr));
}

}  // namespace rondo
