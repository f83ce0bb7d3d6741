#pragma once
/// @file
/// The loss of a classification: the cross-entropy of a softmax.

#include <rondo/kernel/simd.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/lengths.hpp>
#include <rondo/sequence/sequence.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA {

/// The target of an entry that does not count in the loss, such as padding after the end of a sequence.
inline constexpr std::ptrdiff_t ignored_target = -1;

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::train_internal {

/// The largest of @p n logits. It may ignore a NaN, which the sum of the exponentials detects.
template <class T>
T largest_logit(T const* x, std::ptrdiff_t n)
{
    T largest = x[0];
    std::ptrdiff_t j = 0;
    if (n >= lane_count<T>) {
        simd<T> lanes = simd<T>::load_unaligned(x);
        for (j = lane_count<T>; j + lane_count<T> <= n; j += lane_count<T>) {
            lanes = xsimd::max(lanes, simd<T>::load_unaligned(x + j));
        }
        std::array<T, simd<T>::size> entries;
        lanes.store_unaligned(entries.data());
        largest = *std::max_element(entries.begin(), entries.end());
    }
    for (; j < n; ++j) {
        largest = std::max(largest, x[j]);
    }
    return largest;
}

/// The sum of exp(x - shift) over @p n logits. The exponentials are stored at @p kept, unless that is null.
/// For accuracy, sums in a vector register have at most 64 terms a lane and are accumulated in double.
template <class T>
double sum_exponentials(T const* x, std::ptrdiff_t n, T shift, T* kept)
{
    constexpr std::ptrdiff_t block = 64 * lane_count<T>;
    double sum = 0;
    for (std::ptrdiff_t begin = 0; begin < n; begin += block) {
        std::ptrdiff_t const end = std::min(begin + block, n);
        std::ptrdiff_t j = begin;
        simd<T> lanes(T(0));
        for (; j + lane_count<T> <= end; j += lane_count<T>) {
            simd<T> const e = xsimd::exp(simd<T>::load_unaligned(x + j) - simd<T>(shift));
            lanes += e;
            if (kept != nullptr) {
                e.store_unaligned(kept + j);
            }
        }
        if (j < end) {
            simd<T> const e = xsimd::exp(load_n(x + j, end - j) - simd<T>(shift));
            lanes += zero_tail(e, end - j);
            if (kept != nullptr) {
                store_n(e, kept + j, end - j);
            }
        }
        sum += static_cast<double>(sum_lanes(lanes));
    }
    return sum;
}

/// Multiplies @p n entries by @p factor.
template <class T>
void scale_in_place(T* x, std::ptrdiff_t n, T factor)
{
    std::ptrdiff_t j = 0;
    for (; j + lane_count<T> <= n; j += lane_count<T>) {
        (simd<T>::load_unaligned(x + j) * simd<T>(factor)).store_unaligned(x + j);
    }
    for (; j < n; ++j) {
        x[j] *= factor;
    }
}

/// The number of targets that count. Checks the shape, and the range of all targets within the lengths.
template <class Targets, class Lengths>
std::ptrdiff_t count_targets(Targets const& targets, Lengths const& lengths, std::ptrdiff_t steps,
                             std::ptrdiff_t rows, std::ptrdiff_t classes)
{
    using target = std::remove_cvref_t<decltype(targets(0, 0))>;
    static_assert(std::integral<target> && !std::same_as<target, bool>,
                  "the targets of softmax_cross_entropy are the numbers of classes: integers");
    std::ostringstream text;
    text << "rondo: the targets: expected ";
    if (targets.dimension() != 2 || std::cmp_not_equal(targets.shape()[0], steps) ||
        std::cmp_not_equal(targets.shape()[1], rows)) {
        text << "shape (time = " << steps << ", batch = " << rows << "); found (";
        for (std::size_t d = 0; d < targets.dimension(); ++d) {
            text << (d > 0 ? ", " : "") << targets.shape()[d];
        }
        throw std::invalid_argument(text.str() + ")");
    }
    std::ptrdiff_t counted = 0;
    for (std::ptrdiff_t t = 0; t < steps; ++t) {
        for (std::ptrdiff_t b = 0; b < rows; ++b) {
            auto const found = +targets(t, b);  // promotion makes a character print as a number
            if (t >= length_of(lengths, b, steps) || std::cmp_equal(found, ignored_target)) {
                continue;
            }
            if (std::cmp_less(found, 0) || std::cmp_greater_equal(found, classes)) {
                text << "0 to " << classes - 1 << ", or " << ignored_target << " to be ignored; found "
                     << found << " at (time " << t << ", batch " << b << ")";
                throw std::invalid_argument(text.str());
            }
            ++counted;
        }
    }
    return counted;
}

/// The loss, and its gradient unless @p gradient is null.
template <class Y, class Targets, class Lengths, class T>
double softmax_cross_entropy_into(Y const& logits, Targets const& targets, Lengths const& lengths,
                                  xt::xtensor<T, 3>* gradient)
{
    std::string_view const name = "classes";
    std::ptrdiff_t size = 1;
    if (logits.dimension() == 3) {  // any number of classes but 0 is allowed
        size = std::max(size, static_cast<std::ptrdiff_t>(logits.shape()[2]));
    }
    sequence<T> x;
    x.bind(logits, "rondo: the logits", &name, {}, &size);
    std::ptrdiff_t const steps = x.shape(0);
    std::ptrdiff_t const rows = x.shape(1);
    std::ptrdiff_t const classes = x.shape(2);
    check_lengths(lengths, steps, rows);
    std::ptrdiff_t const counted = count_targets(targets, lengths, steps, rows, classes);
    double const share = counted > 0 ? 1 / static_cast<double>(counted) : 0;

    T* to = nullptr;
    if (gradient != nullptr) {
        resize_sequence(*gradient, steps, rows, classes);
        to = gradient->data();
    }
    double loss = 0;
    T const* row = x.data();
    for (std::ptrdiff_t t = 0; t < steps; ++t) {
        for (std::ptrdiff_t b = 0; b < rows; ++b, row += classes) {
            std::ptrdiff_t const target = t < length_of(lengths, b, steps)
                                              ? static_cast<std::ptrdiff_t>(targets(t, b))
                                              : ignored_target;
            if (target != ignored_target) {
                T const largest = largest_logit(row, classes);
                double const below = static_cast<double>(largest) - static_cast<double>(row[target]);
                double const sum = sum_exponentials(row, classes, largest, to);
                loss += std::log(sum) + below;
                if (to != nullptr) {
                    scale_in_place(to, classes, static_cast<T>(share / sum));
                    to[target] -= static_cast<T>(share);
                }
            } else if (to != nullptr) {
                std::fill_n(to, classes, T(0));
            }
            to = to != nullptr ? to + classes : nullptr;
        }
    }
    return loss * share;
}

}  // namespace rondo::inline RONDO_ISA::train_internal

namespace rondo::inline RONDO_ISA {

/// The cross-entropy of the softmax of @p logits and @p targets, and its derivative with respect to the
/// logits. It is the mean negative log-likelihood of the targets, in nats, over time and batch.
///
/// \f[ L = -\frac{1}{N} \sum_{t,b} \log \frac{\exp y_{t,b,k_{t,b}}}{\sum_j \exp y_{t,b,j}}, \qquad
///     \frac{\partial L}{\partial y_{t,b,j}} =
///     \frac{1}{N} \left(\mathrm{softmax}(y_{t,b})_j - [j = k_{t,b}]\right) \f]
///
/// The largest logit is subtracted before the exponential, so that no finite logit overflows
/// (Bridle 1990 for the softmax; Goodfellow, Bengio and Courville 2016, section 4.1, for the
/// shift). One bit is log 2 nats. A logit of minus infinity excludes a class; NaN and plus infinity make the
/// loss NaN.
///
/// @param logits (time, batch, classes): any xtensor expression. Rows of numbers of type T are not
///               copied.
/// @param targets (time, batch): integers from 0 to classes - 1, or #ignored_target for entries
///                that count neither in the mean nor in the gradient. If none counts, the loss is 0.
/// @param[out] gradient (time, batch, classes). Resized; nothing is allocated if the size is right.
///                      May be the same object as @p logits.
/// @return the loss, accumulated in double.
/// @throws std::invalid_argument if a shape does not fit, an extent is 0 or a target is out of
///         range, saying what was expected, found and where; @p gradient is then left as it was.
template <class Y, class Targets, class T>
double softmax_cross_entropy(Y const& logits, Targets const& targets, xt::xtensor<T, 3>& gradient)
{
    return train_internal::softmax_cross_entropy_into(logits, targets, exec_internal::full_length{},
                                                      &gradient);
}

/// The cross-entropy without its gradient, to evaluate a model.
///
/// @param logits (time, batch, classes), of float or double.
/// @param targets (time, batch), integers.
/// @return the loss in nats.
/// @throws std::invalid_argument as above.
template <class Y, class Targets>
double softmax_cross_entropy(Y const& logits, Targets const& targets)
{
    using T = typename Y::value_type;
    return train_internal::softmax_cross_entropy_into(logits, targets, exec_internal::full_length{},
                                                      static_cast<xt::xtensor<T, 3>*>(nullptr));
}

/// The cross-entropy of sequences of different lengths. The mean is over the steps within the lengths.
/// After the end of a sequence the gradient is zero, and logits and targets are not read.
///
/// @param lengths steps of each sequence, see bptt::forward().
/// @throws std::invalid_argument as above, and if a length is not from 1 to the steps of the logits.
template <class Y, class Targets, exec_internal::length_list Lengths, class T>
double softmax_cross_entropy(Y const& logits, Targets const& targets, Lengths const& lengths,
                             xt::xtensor<T, 3>& gradient)
{
    return train_internal::softmax_cross_entropy_into(logits, targets, lengths, &gradient);
}
template <class Y, class Targets, exec_internal::length_list Lengths>
double softmax_cross_entropy(Y const& logits, Targets const& targets, Lengths const& lengths)
{
    using T = typename Y::value_type;
    return train_internal::softmax_cross_entropy_into(logits, targets, lengths,
                                                      static_cast<xt::xtensor<T, 3>*>(nullptr));
}

}  // namespace rondo::inline RONDO_ISA
