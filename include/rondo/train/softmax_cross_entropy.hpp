#pragma once
/// @file
/// The loss of a classification: the cross-entropy of a softmax.

#include <rondo/error/input_error.hpp>
#include <rondo/kernel/functions.hpp>
#include <rondo/kernel/simd.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/array_rows.hpp>
#include <rondo/sequence/check_lengths.hpp>
#include <rondo/sequence/output_rows.hpp>
#include <rondo/sequence/sequence_view.hpp>
#include <rondo/time/lengths_view.hpp>
#include <rondo/train/loss_gradient.hpp>
#include <rondo/train/mask_view.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA {

/// The target of an entry that does not count in the loss, such as padding after the end of a sequence.
inline constexpr std::ptrdiff_t ignored_target = -1;

/// Which targets count in a cross-entropy. By default all that are not #ignored_target do.
struct cross_entropy_arguments {
    lengths_view lengths{};  ///< steps of each sequence; the targets after them do not count
    mask_view mask{};        ///< (time, batch); targets with zeros do not count
};

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
            simd<T> const e = exponential<T>(simd<T>::load_unaligned(x + j) - simd<T>(shift));
            lanes += e;
            if (kept != nullptr) {
                e.store_unaligned(kept + j);
            }
        }
        if (j < end) {
            simd<T> const e = exponential<T>(load_n(x + j, end - j) - simd<T>(shift));
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

/// Whether target @p k of step @p t of sequence @p b counts, where the arrays have @p steps steps.
template <class K>
bool counts(K k, cross_entropy_arguments const& with, std::ptrdiff_t t, std::ptrdiff_t b,
            std::ptrdiff_t steps)
{
    return t < with.lengths.length(b, steps) && with.mask(t, b) && !std::cmp_equal(k, ignored_target);
}

/// The number of targets that count. Checks the shape, and the range of all targets that do.
template <class Targets>
std::ptrdiff_t count_targets(Targets const& targets, cross_entropy_arguments const& with,
                             std::ptrdiff_t steps, std::ptrdiff_t batch, std::ptrdiff_t classes)
{
    using target = std::remove_cvref_t<decltype(targets(0, 0))>;
    static_assert(std::integral<target> && !std::same_as<target, bool>,
                  "the targets of softmax_cross_entropy are the numbers of classes: integers");
    array_shape const found(targets);
    if (found.dimensions() != 2 || found[0] != steps || found[1] != batch) {
        exec_internal::reject("the targets", concat("shape (time = ", steps, ", batch = ", batch, ")"),
                              found.text());
    }
    found.check_entries("the targets");
    std::ptrdiff_t counted = 0;
    for (std::ptrdiff_t t = 0; t < steps; ++t) {
        for (std::ptrdiff_t b = 0; b < batch; ++b) {
            auto const k = +targets(t, b);  // promotion makes a character print as a number
            if (!counts(k, with, t, b, steps)) {
                continue;
            }
            if (std::cmp_less(k, 0) || std::cmp_greater_equal(k, classes)) {
                exec_internal::reject("the targets",
                                      concat("0 to ", classes - 1, ", or ", ignored_target, " to be ignored"),
                                      concat(k, " at (time ", t, ", batch ", b, ")"));
            }
            ++counted;
        }
    }
    return counted;
}

/// The loss, and its gradient unless @p gradient is null.
template <class T, class Targets>
double softmax_cross_entropy_into(sequence_view<T>&& logits, Targets const& targets,
                                  cross_entropy_arguments const& with, xt::xtensor<T, 3>* gradient)
{
    logits.check("the logits", {.value = {"classes", 0}});
    std::ptrdiff_t const steps = logits.steps();
    std::ptrdiff_t const batch = logits.batch();
    std::ptrdiff_t const classes = logits.features();
    check_lengths(with.lengths, steps, batch, 0);
    with.mask.check(steps, batch, 0);
    std::ptrdiff_t const counted = count_targets(targets, with, steps, batch, classes);
    double const share = counted > 0 ? 1 / static_cast<double>(counted) : 0;
    array_rows<T> x;
    x.bind(logits, reading_beside(logits, gradient));

    T* to = nullptr;
    if (gradient != nullptr) {
        resize_sequence(*gradient, steps, batch, classes);
        to = gradient->data();
    }
    double loss = 0;
    T const* row = x.data();
    for (std::ptrdiff_t t = 0; t < steps; ++t) {
        for (std::ptrdiff_t b = 0; b < batch; ++b, row += classes) {
            auto const target = static_cast<std::ptrdiff_t>(targets(t, b));
            if (counts(target, with, t, b, steps)) {
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
/// logits. It is the mean negative log-likelihood of the N targets that count, in nats.
///
/// \f[ L = -\frac{1}{N} \sum_{t,b} \log \frac{\exp y_{t,b,k_{t,b}}}{\sum_j \exp y_{t,b,j}}, \qquad
///     \frac{\partial L}{\partial y_{t,b,j}} =
///     \frac{1}{N} \left(\mathrm{softmax}(y_{t,b})_j - [j = k_{t,b}]\right) \f]
///
/// @code
/// softmax_cross_entropy(logits, targets, dy, {.lengths = {9, 5, 7}});  // padded sequences
/// @endcode
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
/// @param with which targets count. Logits and targets that do not count are not read.
/// @return the loss, accumulated in double.
/// @throws input_error if a shape does not fit, an extent is 0, a length is not from 1 to the steps of the
///         logits, or a target is out of range, saying what was expected, found and where; @p gradient is
///         then left as it was.
template <class Y, class Targets, class T, std::size_t Dimensions>
double softmax_cross_entropy(Y const& logits, Targets const& targets, xt::xtensor<T, Dimensions>& gradient,
                             cross_entropy_arguments&& with = {})
{
    return train_internal::softmax_cross_entropy_into(exec_internal::sequence_view<T>::of_array(logits),
                                                      targets, with,
                                                      train_internal::gradient_of_vectors(gradient));
}

/// The cross-entropy without its gradient, to evaluate a model.
///
/// @param logits (time, batch, classes), of float or double.
/// @param targets (time, batch), integers.
/// @param with which targets count.
/// @return the loss in nats.
/// @throws input_error as above.
template <class Y, class Targets>
double softmax_cross_entropy(Y const& logits, Targets const& targets, cross_entropy_arguments&& with = {})
{
    using T = typename Y::value_type;
    return train_internal::softmax_cross_entropy_into<T>(exec_internal::sequence_view<T>::of_array(logits),
                                                         targets, with, nullptr);
}

}  // namespace rondo::inline RONDO_ISA
