// Random calls of truncated runs and of streams, against plain loops.
#include "random_batch.hpp"

#include <cstddef>
#include <vector>

using namespace rondo;
using namespace rondo::test;

namespace {

/// A batch of sequences of equal lengths.
batch_of_sequences equal_batch(model<tiny> const& m, choices& random)
{
    for (;;) {
        batch_of_sequences q(m.parameters(), random, random.from(2, 9));
        if (std::ranges::count(q.lengths, q.lengths[0]) == std::ssize(q.lengths)) {
            return q;
        }
    }
}

/// Runs over all steps in random pieces and goes back from the last piece over all.
void run_in_pieces(truncated_bptt<tiny>& run, model<tiny> const& m, batch_of_sequences& q, choices& random)
{
    difference d;
    std::size_t const end = q.lengths[0];
    if (q.has_states) {
        run.reset(q.initial);
    } else {
        run.reset();
    }
    std::size_t first = 0, count = 0;
    for (; first + count < end;) {
        first += count;
        count = random.from(1, std::min<std::size_t>(4, end - first));
        if (first > 0 && random.one_in(4)) {
            CHECK_THROWS_AS(run.forward(filled({1, 9, features})), input_error);
        }
        auto const piece = xt::view(q.x, xt::range(first, first + count));
        d.add_output(random.one_in(2) ? run.forward(piece) : run.forward(sequence(piece)), q, first);
    }
    d.add_final_states(run.current_states(), q);
    q.count_from(first);
    q.compute(m.parameters());
    d.add_gradient(run.backward(xt::view(q.dy, xt::range(first, end))), q, first);
    CHECK(d.largest < tolerance);
}

/// Runs over all steps, one at a time.
void step_by_step(stream<tiny>& live, batch_of_sequences const& q, choices& random)
{
    difference d;
    std::size_t const voices = q.lengths.size();
    live.set_states(q.has_states ? q.initial : some_states(voices));
    if (!q.has_states) {
        live.reset();
    }
    for (std::size_t t = 0; t < q.lengths[0]; ++t) {
        std::vector<float> x(q.x.data() + t * voices * features, q.x.data() + (t + 1) * voices * features);
        if (random.one_in(5)) {
            CHECK_THROWS_AS(live.step(std::span(x).first(x.size() - 1)), input_error);
        }
        auto const y = live.step(x);
        for (std::size_t i = 0; i < y.size(); ++i) {
            d.add(y[i], q.plain[i / features].steps[t].y[i % features]);
        }
        live.set_states(live.current_states());
    }
    d.add_final_states(live.current_states(), q);
    CHECK(d.largest < tolerance);
}

/// The next steps of each sequence as a window, padded, or as a list.
struct window {
    std::vector<std::size_t> first{}, count{};
    std::size_t columns = 0;
    sequence x{}, dy{};
    std::vector<xt::xtensor<float, 2>> list{};

    window(batch_of_sequences const& q, std::vector<std::size_t> const& begin, choices& random) : first(begin)
    {
        for (std::size_t b = 0; b < q.lengths.size(); ++b) {
            std::size_t const left = q.lengths[b] - begin[b];
            count.push_back(random.one_in(3) ? 0 : random.from(0, std::min<std::size_t>(4, left)));
            list.emplace_back(xt::view(q.x, xt::range(begin[b], begin[b] + count[b]), b, xt::all()));
        }
        std::size_t const longest = *std::ranges::max_element(count);
        columns = random.one_in(2) ? random.from(std::max<std::size_t>(longest, 1), 4) : longest;
        x = sequence::from_shape({columns, count.size(), features});
        x.fill(not_finite);
        dy = x;
        for (std::size_t b = 0; columns > 0 && b < count.size(); ++b) {
            std::size_t const end = begin[b] + count[b];
            xt::view(x, xt::range(0, count[b]), b) = xt::view(q.x, xt::range(begin[b], end), b);
            xt::view(dy, xt::range(0, count[b]), b) = xt::view(q.dy, xt::range(begin[b], end), b);
        }
    }
};

/// Runs over all steps in windows of different lengths and goes back from the last one over all.
void run_in_windows(truncated_bptt<tiny>& run, model<tiny> const& m, choices& random)
{
    batch_of_sequences q(m.parameters(), random, random.from(1, 9));
    difference d;
    if (q.has_states) {
        run.reset(q.initial);
    } else {
        run.reset();
    }
    for (std::vector<std::size_t> begin(q.lengths.size(), 0); begin != q.lengths;) {
        window const w(q, begin, random);
        if (w.columns == 0) {
            continue;
        }
        bool const is_list = w.columns == *std::ranges::max_element(w.count) && random.one_in(2);
        sequence const y = is_list ? run.forward(w.list) : run.forward(w.x, {.lengths = w.count});
        auto const& g = run.backward(w.dy);
        batch_of_sequences last = q;
        last.count_window(begin, w.count);
        last.compute(m.parameters());
        for (std::size_t b = 0; b < begin.size(); ++b) {
            for (std::size_t t = 0; t < w.columns; ++t) {
                for (std::size_t i = 0; i < features; ++i) {
                    bool const is_step = t < w.count[b];
                    d.add(y(t, b, i), is_step ? q.plain[b].steps[begin[b] + t].y[i] : 0);
                    d.add(g.input(t, b, i), is_step ? last.plain[b].dx[begin[b] + t][i] : 0);
                }
            }
            begin[b] += w.count[b];
        }
        d.add_parameters(g, last);
    }
    d.add_final_states(run.current_states(), q);
    CHECK(d.largest < tolerance);
}

}  // namespace

TEST_CASE("random calls of truncated runs and streams are those of plain loops")
{
    choices random;
    model<tiny> const m = tiny_model();
    truncated_bptt<tiny> run{m, {.every = 4, .over = 9}};
    for (int call = 0; call < 300; ++call) {
        CAPTURE(call);
        batch_of_sequences q = equal_batch(m, random);
        stream live{m, q.lengths.size()};
        step_by_step(live, q, random);
        run_in_pieces(run, m, q, random);
    }
    truncated_bptt<tiny> windows{m, {.every = 4, .over = 1000}};
    truncated_bptt<tiny> in_parts{m, {.every = 4, .over = 1000}, {.chunk_rows = 3}};
    for (int call = 0; call < 300; ++call) {
        CAPTURE(call);
        run_in_windows(call % 2 == 0 ? windows : in_parts, m, random);
    }
}
