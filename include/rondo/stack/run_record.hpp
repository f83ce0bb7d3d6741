#pragma once
/// @file
/// The shape and lengths of a layer's last run, and its loop over the steps within the lengths.

#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/lengths.hpp>
#include <rondo/sequence/require_forward.hpp>
#include <rondo/sequence/sequence.hpp>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rondo::inline RONDO_ISA::stack_internal {

/// The steps and lengths of the last run of a layer, and whether backward() may follow it.
class run_record {
   public:
    /// Begins a run. Until end() there is none, so that backward() is rejected after an exception.
    void begin() noexcept { kept_ = false; }
    /// Binds the input @p x, with any number of features, to @p taken, and stores the lengths.
    /// @throws std::invalid_argument if @p x is not a sequence or has no entries, or lengths do not
    /// fit.
    template <class T, class X, class Lengths>
    void take(sequence<T>& taken, X const& x, Lengths const& lengths)
    {
        bind(taken, x, "rondo: the input x", 0, 0, 0);
        check_lengths(lengths, taken.shape(0), taken.shape(1));
        steps_ = taken.shape(0);
        lengths_.resize(static_cast<std::size_t>(taken.shape(1)));
        for (std::ptrdiff_t b = 0; b < batch(); ++b) {
            lengths_[static_cast<std::size_t>(b)] = length_of(lengths, b, steps_);
        }
    }
    /// Ends a run. @p keep says whether backward() may follow.
    void end(bool keep) noexcept { kept_ = keep; }

    /// Binds the gradient @p dy of an output of @p features features to @p taken.
    /// @throws std::logic_error if the last run was not a forward();
    ///         std::invalid_argument if the shape is not that of the output.
    template <class T, class Dy>
    void take_gradient(sequence<T>& taken, Dy const& dy, std::ptrdiff_t features) const
    {
        require_forward(kept_);
        bind(taken, dy, "rondo: the output gradient dy", steps_, batch(), features);
    }

    /// The number of steps of the array.
    [[nodiscard]] std::ptrdiff_t steps() const noexcept { return steps_; }
    /// The number of sequences.
    [[nodiscard]] std::ptrdiff_t batch() const noexcept
    {
        return static_cast<std::ptrdiff_t>(lengths_.size());
    }

    /// Gives @p to the shape (time, batch, features). Calls `f(t, b, row)`, which fills a row, for every step
    /// t within the length of sequence b, and fills the other rows with zeros.
    template <class T, class F>
    void fill(xt::xtensor<T, 3>& to, std::ptrdiff_t features, F&& f) const
    {
        resize_sequence(to, steps_, batch(), features);
        T* row = to.data();
        for (std::ptrdiff_t t = 0; t < steps_; ++t) {
            for (std::ptrdiff_t b = 0; b < batch(); ++b, row += features) {
                if (t < length(b)) {
                    f(t, b, row);
                } else {
                    std::fill_n(row, features, T(0));
                }
            }
        }
    }
    /// The offset of step @p t of sequence @p b in an array of @p features features.
    [[nodiscard]] std::ptrdiff_t entry(std::ptrdiff_t t, std::ptrdiff_t b, std::ptrdiff_t features) const
    {
        return (t * batch() + b) * features;
    }
    /// The offset of the mirrored step, whose distance from the end of the sequence is @p t.
    [[nodiscard]] std::ptrdiff_t mirrored_entry(std::ptrdiff_t t, std::ptrdiff_t b,
                                                std::ptrdiff_t features) const
    {
        return entry(length(b) - 1 - t, b, features);
    }
    /// The number of steps of sequence @p b.
    [[nodiscard]] std::ptrdiff_t length(std::ptrdiff_t b) const
    {
        return lengths_[static_cast<std::size_t>(b)];
    }

   private:
    /// Binds @p x, whose shape must be as expected; 0 allows any extent.
    template <class T, class X>
    static void bind(sequence<T>& taken, X const& x, std::string_view what, std::ptrdiff_t steps,
                     std::ptrdiff_t batch, std::ptrdiff_t features)
    {
        if (x.dimension() != 3) {
            throw std::invalid_argument(std::string(what) +
                                        ": expected shape (time, batch, features); found an array of " +
                                        std::to_string(x.dimension()) + " dimensions");
        }
        std::string_view const name = "features";
        // Where no number of features is expected, any but 0 is allowed.
        std::ptrdiff_t size =
            std::max<std::ptrdiff_t>(features, features == 0 ? static_cast<std::ptrdiff_t>(x.shape()[2]) : 1);
        size = std::max<std::ptrdiff_t>(size, 1);
        taken.bind(x, what, &name, {.steps = steps, .batch = batch}, &size);
    }

    std::vector<std::ptrdiff_t> lengths_;
    std::ptrdiff_t steps_ = 0;
    bool kept_ = false;
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
