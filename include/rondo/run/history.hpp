#pragma once
/// @file
/// The last steps of a sequence without end, with all that a gradient over them needs.

#include <rondo/exec/backward_pass.hpp>
#include <rondo/model/gradients.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Where the gradient of a window comes from.
template <class T>
struct history_loss {
    T const* output_gradient;   ///< of the last steps, (time, batch, output)
    std::ptrdiff_t steps;       ///< how many those are
    std::ptrdiff_t depth;       ///< how many steps to go back at most
    std::ptrdiff_t chunk_rows;  ///< see run_options
};

/// The window that truncated_bptt moves along time.
///
/// Its steps are pieces, one stretch each. A new one begins where a sequence of the batch begins
/// anew, so that the state before and the state after have a place each. What falls out of the window
/// is moved out. That copies at most what a gradient walks over: 0 to 5% of its time for an LSTM of size
/// 128, every 1 to 50 steps over 50 to 100.
template <class Cell, class T, class... Fixed>
class history {
   public:
    /// Refers to @p m and @p pool, which must outlive it.
    history(model<Cell, T, Fixed...> const& m, thread_pool* pool, bool frozen) : unrolling_(m, pool, frozen)
    {
    }

    /// The model's sizes.
    [[nodiscard]] auto const& bound() const noexcept { return unrolling_.bound(); }
    /// The sequences side by side; 0 before begin().
    [[nodiscard]] std::ptrdiff_t batch() const noexcept { return batch_; }

    /// Has no steps and no sequences from now on.
    void clear() noexcept
    {
        pieces_.clear();
        continues_.clear();
        batch_ = 0;
        steps_ = 0;
    }
    /// Begins with states of (batch, dimension), of zeros if null.
    void begin(std::ptrdiff_t batch, states_of<Cell, T> const* initial)
    {
        clear();
        unrolling_.reserve({.carried = batch});
        load_states<Cell>(unrolling_.states_at(0), bound(), initial, 0, batch);
        batch_ = batch;
        add_piece(0);
    }
    /// Begins one sequence anew, with a state of (1, dimension), of zeros if null.
    void cut(std::ptrdiff_t b, states_of<Cell, T> const* initial)
    {
        if (pieces_.back().steps > 0) {
            std::ptrdiff_t const from = pieces_.back().final_states();
            unrolling_.reserve({.carried = from + 2 * batch_, .saved = steps_ * batch_});
            copy_states<Cell>(unrolling_.states_at(from), unrolling_.states_at(from + batch_), batch_);
            add_piece(from + batch_);
        }
        *(continues_.end() - batch_ + b) = 0;
        load_states<Cell>(unrolling_.states_at(pieces_.back().state_row + b), bound(), initial, 0, 1);
    }
    /// Drops the oldest steps, up to the last @p steps.
    void forget_all_but(std::ptrdiff_t steps)
    {
        std::ptrdiff_t const dropped = steps_ - std::max<std::ptrdiff_t>(steps, 0);
        if (dropped <= 0) {
            return;
        }
        std::ptrdiff_t left = dropped;
        auto first = pieces_.begin();
        for (; first + 1 != pieces_.end() && first->steps <= left; ++first) {
            left -= first->steps;
        }
        *first = first->part(left, first->steps - left);
        continues_.erase(continues_.begin(), continues_.begin() + (first - pieces_.begin()) * batch_);
        pieces_.erase(pieces_.begin(), first);
        steps_ -= dropped;
        move_to_front(dropped * batch_, pieces_.front().state_row);
    }

    /// Goes on over @p steps steps of @p x, (time, batch, input), and writes their output to @p y.
    void forward(T const* x, std::ptrdiff_t steps, T* y, std::ptrdiff_t chunk_rows)
    {
        chunk& last = pieces_.back();
        std::ptrdiff_t const span = steps_of_rows(chunk_rows, {steps, batch_});
        unrolling_.prepare_forward(
            {last.final_states() + (steps + 1) * batch_, (steps_ + steps) * batch_, span * batch_, batch_});
        std::ptrdiff_t const entries = batch_ * features(compiled<Cell>::shapes.input);
        T* const copy = x_.reserve((steps_ + steps) * entries) + steps_ * entries;
        std::copy_n(x, steps * entries, copy);
        unrolling_.bind_forward(copy, y);
        for (std::ptrdiff_t t = 0; t < steps;) {
            std::ptrdiff_t const n = std::min(span, steps - t);
            unrolling_.forward({n, batch_, t * batch_, steps_ * batch_, last.final_states()});
            last.steps += n;
            steps_ += n;
            t += n;
        }
    }
    /// The states after the last step.
    void store_states(states_of<Cell, T>& to)
    {
        resize_states<Cell>(to, bound(), batch_);
        exec_internal::store_states<Cell>(unrolling_.states_at(pieces_.back().final_states()), bound(), to, 0,
                                          batch_);
    }

    /// Goes back. Gradients of parameters are added to; those of the input are of the steps of the loss.
    void backward(history_loss<T> const& loss, gradients<Cell, T>& g)
    {
        std::ptrdiff_t const depth = std::min(loss.depth, steps_);
        std::ptrdiff_t const span = steps_of_rows(loss.chunk_rows, {depth, batch_});
        reserve_backward(steps_, span, g);

        auto const& shapes = compiled<Cell>::shapes;
        std::ptrdiff_t const outputs = batch_ * features(shapes.output);
        std::ptrdiff_t const inputs = batch_ * features(shapes.input);
        std::ptrdiff_t const begin = steps_ - loss.steps;
        std::fill_n(dy_.data(), begin * outputs, T(0));
        std::copy_n(loss.output_gradient, loss.steps * outputs, dy_.data() + begin * outputs);
        std::fill_n(dx_.data() + begin * inputs, loss.steps * inputs, T(0));
        unrolling_.bind_backward(x_.data(), dy_.data(), dx_.data());
        walk_back(depth, span);
        std::copy_n(dx_.data() + begin * inputs, loss.steps * inputs, g.input.data());
        resize_states<Cell>(g.initial, bound(), batch_);
        exec_internal::store_states<Cell>(unrolling_.adjoints_at_begin(), bound(), g.initial, 0, batch_);
    }

    /// Makes room for calls of @p every steps and gradients over @p over steps, after begin().
    void reserve(std::ptrdiff_t every, std::ptrdiff_t over, std::ptrdiff_t chunk_rows, gradients<Cell, T>& g)
    {
        std::ptrdiff_t const steps = std::max(every, over);
        std::ptrdiff_t const pieces = steps / every + 3;
        pieces_.reserve(static_cast<std::size_t>(pieces));
        continues_.reserve(static_cast<std::size_t>(pieces * batch_));
        unrolling_.prepare_forward({(steps + pieces) * batch_, steps * batch_,
                                    steps_of_rows(chunk_rows, {every, batch_}) * batch_, batch_});
        x_.reserve(steps * batch_ * features(compiled<Cell>::shapes.input));
        reserve_backward(steps, steps_of_rows(chunk_rows, {over, batch_}), g);
        resize_states<Cell>(g.initial, bound(), batch_);
    }

   private:
    [[nodiscard]] std::ptrdiff_t features(extents e) const { return bound()[e.rows]; }

    void add_piece(std::ptrdiff_t states)
    {
        std::ptrdiff_t const row = steps_ * batch_;
        pieces_.push_back({0, batch_, row, row, states});
        continues_.insert(continues_.end(), static_cast<std::size_t>(batch_), 1);
    }
    void move_to_front(std::ptrdiff_t row, std::ptrdiff_t states)
    {
        for (chunk& p : pieces_) {
            p.data_row -= row;
            p.saved_row -= row;
            p.state_row -= states;
        }
        std::ptrdiff_t const rows = steps_ * batch_;
        unrolling_.move_saved_values(row, rows);
        unrolling_.move_states(states, pieces_.back().final_states() + batch_);
        std::ptrdiff_t const inputs = features(compiled<Cell>::shapes.input);
        std::copy_n(x_.data() + row * inputs, rows * inputs, x_.data());
    }
    void reserve_backward(std::ptrdiff_t steps, std::ptrdiff_t span, gradients<Cell, T>& g)
    {
        auto const& shapes = compiled<Cell>::shapes;
        unrolling_.prepare_backward({(span + 1) * batch_, 0, span * batch_, batch_}, g.parameters);
        dy_.reserve(steps * batch_ * features(shapes.output));
        dx_.reserve(steps * batch_ * features(shapes.input));
    }
    void walk_back(std::ptrdiff_t depth, std::ptrdiff_t span)
    {
        bool at_end = true;
        for (std::size_t p = pieces_.size(); p-- > 0 && depth > 0;) {
            chunk const& piece = pieces_[p];
            std::ptrdiff_t const first = std::max<std::ptrdiff_t>(piece.steps - depth, 0);
            depth -= piece.steps - first;
            for (std::ptrdiff_t end = piece.steps; end > first;) {
                std::ptrdiff_t const begin = std::max(first, end - span);
                chunk const s = piece.part(begin, end - begin);
                if (at_end) {
                    load_states<Cell>(unrolling_.adjoints_at_end(s), bound(), nullptr, 0, batch_);
                } else {
                    copy_states<Cell>(unrolling_.adjoints_at_begin(), unrolling_.adjoints_at_end(s), batch_);
                }
                at_end = false;
                unrolling_.backward(s);
                unrolling_.accumulate_gradients(s);
                end = begin;
            }
            if (!at_end && depth > 0) {
                stop_at_cut(p);
            }
        }
    }
    /// No gradient of a sequence that begins with piece @p p goes further back.
    void stop_at_cut(std::size_t p)
    {
        for (std::ptrdiff_t b = 0; b < batch_; ++b) {
            if (continues_[p * static_cast<std::size_t>(batch_) + static_cast<std::size_t>(b)] == 0) {
                load_states<Cell>(unrolling_.adjoints_at_begin(), bound(), nullptr, b, b + 1);
            }
        }
    }

    backward_pass<Cell, T, Fixed...> unrolling_;
    std::vector<chunk> pieces_;
    std::vector<char> continues_;  // by piece and sequence: whether it goes on from the piece before
    grow_only_buffer<T> x_;        // of all steps
    grow_only_buffer<T> dy_;       // of all steps: zero but for the last ones
    grow_only_buffer<T> dx_;
    std::ptrdiff_t batch_ = 0;
    std::ptrdiff_t steps_ = 0;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
