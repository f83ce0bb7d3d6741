#pragma once
/// @file
/// Runs a model over a whole timeline and back, keeping a segment of it at a time.

#include <rondo/exec/backward_pass.hpp>
#include <rondo/model/gradients.hpp>
#include <rondo/time/memory_plan.hpp>

#include <any>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// An unrolling over all segments of a timeline. The values of one segment are kept; states at the
/// beginning of others are checkpoints, from which it goes forward again on the way back.
///
/// What is run again gives the same bits, and is written to the same places of the output.
template <class Cell, class T, class... Fixed>
class checkpointed_run {
   public:
    /// Refers to @p m and @p pool, which must outlive it. Whether the parameters are @p frozen, see
    /// run_options.
    checkpointed_run(model<Cell, T, Fixed...> const& m, thread_pool* pool, bool frozen)
        : unrolling_(m, pool, frozen)
    {
    }

    /// The model's sizes.
    [[nodiscard]] auto const& bound() const noexcept { return unrolling_.bound(); }
    /// The stretches to run over, to be set by the user and cut by the user or plan().
    timeline& time() noexcept { return time_; }
    [[nodiscard]] timeline const& time() const noexcept { return time_; }

    /// What it will allocate for stretches like those of @p time.
    template <class Sizes>
    static memory_costs costs(Sizes const& sizes, timeline const& time, std::ptrdiff_t threads)
    {
        using forwards = workspace<forward_exe<Cell>, T>;
        using backwards = workspace<backward_exe<Cell>, T>;
        std::size_t const bare = forwards::bytes(sizes, {}, 0);
        memory_costs c;
        c.saved_row = forwards::bytes(sizes, {.saved = 1}, 0) - bare;
        c.carried_row = forwards::bytes(sizes, {.carried = 1}, 0) - bare;
        c.checkpoint = static_cast<std::size_t>(time.batch()) * c.carried_row;
        c.entry = checkpoint_schedule::bytes(1);
        row_counts const forward = counts_forward({0, 0, time.most_rows(), time.batch()}, threads);
        c.fixed = forwards::bytes(sizes, forward, 0) + backwards::bytes(sizes, backward_rows(time), threads) +
                  time.bytes();
        return c;
    }

    /// Cuts the timeline to @p budget, see plan_segments().
    memory_plan plan(memory_costs const& c, std::size_t budget)
    {
        memory_plan const p = plan_segments(time_, schedule_, c, budget);
        most_checkpoints_ = p.checkpoints;
        return p;
    }

    /// Runs as planned, from @p initial states (zeros if null), and keeps what backward() needs. @p input
    /// and @p output have the rows of the timeline.
    void forward(T const* input, T* output, states_of<Cell, T> const* initial, states_of<Cell, T>& final)
    {
        kept_ = none;
        begin(unrolling_, input, output, initial, final, time_.room());
        if (time_.segments() > 1) {
            checkpoints_.reserve(most_checkpoints_ * checkpoint_entries());
            schedule_.begin(most_checkpoints_);
            save_checkpoint(0);
        }
        keep(time_.segments() - 1, &final);
    }
    /// The same, but keeps nothing. Where there are rows enough for the tiles of a step, it multiplies
    /// by the input in the same tiles: LSTMs and GRUs of 128 to 512 features then take 3 to 10% less time.
    void infer(T const* input, T* output, states_of<Cell, T> const* initial, states_of<Cell, T>& final)
    {
        kept_ = none;
        segment_room const room{.saved = time_.most_rows(), .carried = time_.most_states()};
        if constexpr (has_one_loop) {
            // (However many threads there are, or the result would show it.)
            if (time_.rows() >= time_.steps() * blocking::min_tiled_rows) {
                begin(passing(), input, output, initial, final, room);
                pass(passing(), 0, time_.segments(), &final);
                return;
            }
        }
        begin(unrolling_, input, output, initial, final, room);
        pass(unrolling_, 0, time_.segments(), &final);
    }
    /// Runs back, after forward(), from the gradient @p dfinal of the final states (zeros if null). Adds
    /// to the gradients of the parameters, and sets those of the initial states.
    void backward(T const* input, T const* output_gradient, T* input_gradient,
                  states_of<Cell, T> const* dfinal, gradients<Cell, T>& g)
    {
        unrolling_.prepare_backward(backward_rows(time_), g.parameters);
        unrolling_.bind_backward(input, output_gradient, input_gradient);
        for (std::ptrdiff_t i = time_.segments(); i-- > 0;) {
            keep(i, nullptr);
            for (std::size_t end = time_.begin_of(i + 1); end > time_.begin_of(i);) {
                end = run_group_back(end, dfinal);
            }
        }
        resize_states<Cell>(g.initial, bound(), time_.batch());
        store_states<Cell>(unrolling_.adjoints_at_begin(), bound(), g.initial, 0, time_.batch(),
                           time_.sorted_indices());
    }
    /// Whether backward() writes the gradient of the input, which is zero otherwise.
    [[nodiscard]] bool writes_input_gradient() { return unrolling_.writes_input_gradient(); }

   private:
    static row_counts backward_rows(timeline const& time)
    {
        return {time.most_states(), 0, time.most_rows(), time.batch(), time.most_gathered()};
    }

    /// Whether there is one dense loop and no product after it. Scans have no tiles; the weights of
    /// several loops, or of a wide read-out, are better read once for many steps than in every step.
    static constexpr bool has_one_loop = [] {
        int loops = 0;
        section last{};
        for (stage const& s : compiled<Cell>::forward_schedule.stages) {
            if (s.where.is_loop) {
                loops += s.kind == stage_kind::scan ? 2 : s.where != last;
                last = s.where;
            } else if (loops > 0 && s.kind == stage_kind::tile) {
                return false;
            }
        }
        return loops == 1;
    }();

    /// What runs it so, made when it is first needed: programs that only train do without its code.
    auto& passing()
    {
        using run = forward_pass<inference_exe<Cell>, T, Fixed...>;
        if (!passing_.has_value()) {
            passing_.emplace<run>(unrolling_.unrolled(), unrolling_.pool(), unrolling_.frozen());
        }
        return *std::any_cast<run>(&passing_);
    }

    template <class Run>
    void begin(Run& run, T const* input, T* output, states_of<Cell, T> const* initial,
               states_of<Cell, T>& final, segment_room const& room)
    {
        run.prepare_forward({room.carried, room.saved, time_.most_rows(), time_.batch()});
        run.bind_forward(input, output);
        load_states<Cell>(run.states_at(0), bound(), initial, 0, time_.batch(), time_.sorted_indices());
        resize_states<Cell>(final, bound(), time_.batch());
    }

    /// Makes the values of segment @p i those that are kept. The states that it begins with must stand
    /// first, or there must be a checkpoint before.
    void keep(std::ptrdiff_t i, states_of<Cell, T>* final)
    {
        if (kept_ == i) {
            return;
        }
        if (time_.segments() > 1) {
            go_to(i, final);
        }
        for (std::size_t s = time_.begin_of(i); s < time_.begin_of(i + 1); ++s) {
            chunk const& here = time_.chunks()[s];
            if (s > time_.begin_of(i)) {
                copy_states<Cell>(unrolling_.states_at(time_.chunks()[s - 1].final_states()),
                                  unrolling_.states_at(here.state_row), here.batch);
            }
            unrolling_.forward(here);
            get_final(unrolling_, s, here.final_states(), final);
        }
        kept_ = i;
    }
    /// Goes from the last checkpoint before segment @p i to its beginning.
    void go_to(std::ptrdiff_t i, states_of<Cell, T>* final)
    {
        std::ptrdiff_t at = schedule_.last_before(i);
        copy_states<Cell>(checkpoint(), unrolling_.states_at(0), time_.batch());
        while (at < i) {
            std::ptrdiff_t const next = schedule_.next_before(i);
            pass(unrolling_, at, next, final);
            at = next;
            if (at < i) {
                save_checkpoint(at);
            }
        }
    }
    /// Runs over segments @p first to @p last without keeping anything but the states at the end.
    template <class Run>
    void pass(Run& run, std::ptrdiff_t first, std::ptrdiff_t last, states_of<Cell, T>* final)
    {
        for (std::size_t s = time_.begin_of(first); s < time_.begin_of(last); ++s) {
            chunk here = time_.chunks()[s];
            here.saved_row = here.state_row = 0;
            run.forward(here);
            get_final(run, s, here.final_states(), final);
            copy_states<Cell>(run.states_at(here.final_states()), run.states_at(0), here.batch);
        }
    }
    /// Takes out the states of sequences that end with stretch @p s.
    template <class Run>
    void get_final(Run& run, std::size_t s, std::ptrdiff_t row, states_of<Cell, T>* final)
    {
        if (final != nullptr) {
            store_states<Cell>(run.states_at(row), bound(), *final, time_.going_on(s),
                               time_.chunks()[s].batch, time_.sorted_indices());
        }
    }
    /// Runs back over the group before stretch @p end; returns where it begins.
    std::size_t run_group_back(std::size_t end, states_of<Cell, T> const* dfinal)
    {
        std::size_t begin = end - 1;
        while (!time_.begins_group(begin)) {
            --begin;
        }
        std::ptrdiff_t const row = time_.chunks()[begin].data_row;
        for (std::size_t s = end; s-- > begin;) {
            chunk const& here = time_.chunks()[s];
            run_back(s, here.data_row - row, dfinal);
            if (end - begin > 1) {
                unrolling_.gather(here, here.data_row - row);
            }
        }
        if (end - begin > 1) {
            chunk const& last = time_.chunks()[end - 1];
            unrolling_.accumulate_gathered_gradients(last.data_row + last.rows() - row);
        } else {
            unrolling_.accumulate_gradients(time_.chunks()[begin]);
        }
        return begin;
    }
    /// Runs back over stretch @p s from the adjoints of the one behind it; of sequences that end with it,
    /// from those of their final states.
    void run_back(std::size_t s, std::ptrdiff_t first, states_of<Cell, T> const* dfinal)
    {
        chunk const& here = time_.chunks()[s];
        std::ptrdiff_t const going_on = time_.going_on(s);
        auto const end = unrolling_.adjoints_at_end(here);
        copy_states<Cell>(unrolling_.adjoints_at_begin(), end, going_on);
        load_states<Cell>(end, bound(), dfinal, going_on, here.batch, time_.sorted_indices());
        unrolling_.backward(here, first);
    }

    [[nodiscard]] std::ptrdiff_t checkpoint_entries()
    {
        std::ptrdiff_t entries = 0;
        for (rows_of<T> const& r : unrolling_.states_at(0)) {
            entries += time_.batch() * r.row_stride;
        }
        return entries;
    }
    /// The last checkpoint.
    state_view<Cell, T> checkpoint()
    {
        T* data = checkpoints_.data() + schedule_.slot() * checkpoint_entries();
        state_view<Cell, T> found = unrolling_.states_at(0);
        for (rows_of<T>& r : found) {
            r = {data, r.row_stride, 0};
            data += time_.batch() * r.row_stride;
        }
        return found;
    }
    void save_checkpoint(std::ptrdiff_t segment)
    {
        if (segment > 0) {
            schedule_.put(segment);
        }
        copy_states<Cell>(unrolling_.states_at(0), checkpoint(), time_.batch());
    }

    static constexpr std::ptrdiff_t none = -1;

    backward_pass<Cell, T, Fixed...> unrolling_;
    std::any passing_;
    timeline time_;
    checkpoint_schedule schedule_;
    grow_only_buffer<T> checkpoints_;
    std::ptrdiff_t most_checkpoints_ = 0;
    std::ptrdiff_t kept_ = none;  // segment
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
