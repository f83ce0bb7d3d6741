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
}
