#pragma once
/// @file
/// The shape and lengths of a layer's last run, and its loop over the steps within the lengths.

#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/array_rows.hpp>
#include <rondo/sequence/check_lengths.hpp>
#include <rondo/sequence/output_rows.hpp>
#include <rondo/sequence/require_forward.hpp>
#include <rondo/sequence/sequence_view.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace rondo::inline RONDO_ISA::stack_internal {

/// The steps and lengths of the last run of a layer, and whether backward() may follow it.
class run_record {
   public:
    /// Begins a run. Until end() there is none, so that backward() is rejected after an exception.
    void begin() noexcept { kept_ = false; }
    /// Binds the input @p x, with any number of features, to @p taken, and stores the lengths.
    /// @throws input_error if @p x is not a sequence or has no entries, or lengths do not fit.
    template <class T>
    void take(array_rows<T>& taken, xt::xtensor<T, 3> const& x, lengths_view lengths)
    {
        sequence_view<T> given(x);
        given.check("the input x", {});
        check_lengths(lengths, given.steps(), given.batch(), 0);  // inner layers may want 1
        taken.bind(given, reading::in_place);
        steps_ = given.steps();
        lengths_.resize(static_cast<std::size_t>(given.batch()));
        for (std::ptrdiff_t b = 0; b < batch(); ++b) {
            lengths_[static_cast<std::size_t>(b)] = lengths.length(b, steps_);
        }
    }
    /// Ends a run. @p keep says whether backward() may follow.
    void end(bool keep) noexcept { kept_ = keep; }

    /// Binds the gradient @p dy of an output of @p features features to @p taken.
    /// @throws std::logic_error if the last run was not a forward();
    ///         input_error if the shape is not that of the output.
    template <class T, class Dy>
    void take_gradient(array_rows<T>& taken, Dy const& dy, std::ptrdiff_t features) const
    {
        require_forward(kept_);
        auto given = sequence_view<T>::of_array(dy);
        given.check("the output gradient dy",
                    {.steps = steps_, .batch = batch(), .value = {"features", features}});
        taken.bind(given, reading::in_place);
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
    std::vector<std::ptrdiff_t> lengths_;
    std::ptrdiff_t steps_ = 0;
    bool kept_ = false;
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
