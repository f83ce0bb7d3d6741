/// @file
/// Times a matrix memory, C' = f C + v kᵀ and y = C' q for four heads of 64 by 64, beside plain loops written
/// by hand that a compiler vectorises, beside PyTorch, and beside loops that only scale the memory, which run
/// at the bandwidth of the cache that it is in. Then an LSTM of four heads of 64 units, whose weights are a
/// matrix for each head, beside LSTMs of vectors. 200 steps.
///
///   matrices [--threads N] [PYTHON]    the interpreter that has torch; without it, its column is empty

#include "times_of_torch.hpp"
#include "unit/matrix_cells.hpp"

#include <rondo/exec/tbb_thread_pool.hpp>
#include <rondo/rondo.hpp>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_arena.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace rondo;

struct heads : dimension {
    using dimension::dimension;
};
struct rows : dimension {
    using dimension::dimension;
};
struct columns : dimension {
    using dimension::dimension;
};

/// The memory.
struct matrix_memory {
    struct given {
        vec<heads> f;
        mat<heads, rows> v;
        mat<heads, columns> k, q;
        RONDO_MEMBERS(f, v, k, q);
    };
    bias<heads> b;
    RONDO_MEMBERS(b);

    constexpr auto operator()(given in, mat<heads, rows, columns> C) const
    {
        auto const now = (in.f + b) * C + outer(in.v, in.k);
        return next{now}.output(now * in.q);
    }
};

constexpr std::size_t h_count = 4;
constexpr std::size_t r_count = 64;
constexpr std::size_t c_count = 64;
constexpr std::size_t entries = h_count * r_count * c_count;
constexpr std::size_t steps = 200;

/// The rows of one step of one sequence.
struct step_data {
    float const* f;
    float const* v;
    float const* k;
    float const* q;
};

/// Their gradients.
struct step_gradients {
    float* f;
    float* v;
    float* k;
    float* q;
};

/// One step from @p before to @p after, which may be the same.
void step_by_hand(step_data in, float const* before, float* after, float* y)
{
    for (std::size_t h = 0; h < h_count; ++h) {
        float const* const k = in.k + h * c_count;
        float const* const q = in.q + h * c_count;
        for (std::size_t r = h * r_count; r < (h + 1) * r_count; ++r) {
            float const f = in.f[h];
            float const v = in.v[r];
            float const* const from = before + r * c_count;
            float* const to = after + r * c_count;
            float sum = 0;
#pragma omp simd reduction(+ : sum)
            for (std::size_t j = 0; j < c_count; ++j) {
                float const x = f * from[j] + v * k[j];
                to[j] = x;
                sum += x * q[j];
            }
            y[r] = sum;
        }
    }
}

/// One step back; @p d is the adjoint of the memory after the step, then of that before it.
void step_back_by_hand(step_data in, float const* dy, float const* before, float const* after, float* d,
                       step_gradients out)
{
    for (std::size_t h = 0; h < h_count; ++h) {
        float const* const k = in.k + h * c_count;
        float const* const q = in.q + h * c_count;
        float dk[c_count] = {};
        float dq[c_count] = {};
        float df = 0;
        for (std::size_t r = h * r_count; r < (h + 1) * r_count; ++r) {
            float const f = in.f[h];
            float const v = in.v[r];
            float const g = dy[r];
            float* const at = d + r * c_count;
            float const* const old = before + r * c_count;
            float const* const now = after + r * c_count;
            float dv = 0;
#pragma omp simd reduction(+ : dv, df)
            for (std::size_t j = 0; j < c_count; ++j) {
                float const x = at[j] + g * q[j];
                dq[j] += g * now[j];
                dk[j] += v * x;
                dv += x * k[j];
                df += x * old[j];
                at[j] = f * x;
            }
            out.v[r] = dv;
        }
        out.f[h] = df;
        std::copy_n(dk, c_count, out.k + h * c_count);
        std::copy_n(dq, c_count, out.q + h * c_count);
    }
}

template <class F>
double microseconds(F const& f)
{
    auto const begin = std::chrono::steady_clock::now();
    f();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
}

/// The arrays of a batch, and the loops over it. Threads share the sequences.
class by_hand {
   public:
    by_hand(int threads, std::size_t batch, inputs_of<matrix_memory> const& x, float const* dy)
        : arena_(threads),
          batch_(batch),
          x_(x),
          dy_(dy),
          now_(batch * entries),
          y_(steps * batch * h_count * r_count)
    {
    }
    void infer()
    {
        for_sequences([&](std::size_t first, std::size_t last) {
            std::fill_n(now_.data() + first * entries, (last - first) * entries, 0.0F);
            for (std::size_t t = 0; t < steps; ++t) {
                for (std::size_t b = first; b < last; ++b) {
                    float* const C = now_.data() + b * entries;
                    std::size_t const i = t * batch_ + b;
                    step_by_hand(data(i), C, C, y_.data() + i * h_count * r_count);
                }
            }
        });
    }
    void train()
    {
        all_.resize((steps + 1) * batch_ * entries);
        gradients_.resize(steps * batch_ * (h_count + h_count * (r_count + 2 * c_count)));
        for_sequences([&](std::size_t first, std::size_t last) { train(first, last); });
    }
    /// Reads and writes all matrices at every step, with a product for each entry.
    void scale()
    {
        for_sequences([&](std::size_t first, std::size_t last) {
            for (std::size_t t = 0; t < steps; ++t) {
                float const factor = y_[t];
                float* const C = now_.data();
#pragma omp simd
                for (std::size_t i = first * entries; i < last * entries; ++i) {
                    C[i] *= factor;
                }
            }
        });
    }

   private:
    /// Calls @p f with the sequences of each thread.
    template <class F>
    void for_sequences(F const& f)
    {
        auto const threads = static_cast<std::size_t>(arena_.max_concurrency());
        if (threads == 1) {
            return f(std::size_t{0}, batch_);
        }
        arena_.execute([&] {
            oneapi::tbb::parallel_for(
                std::size_t{0}, threads,
                [&](std::size_t i) { f(i * batch_ / threads, (i + 1) * batch_ / threads); },
                oneapi::tbb::static_partitioner{});
        });
    }
    void train(std::size_t first, std::size_t last)
    {
        std::fill_n(at(first), (last - first) * entries, 0.0F);
        for (std::size_t t = 0; t < steps; ++t) {
            for (std::size_t i = t * batch_ + first; i < t * batch_ + last; ++i) {
                step_by_hand(data(i), at(i), at(i + batch_), y_.data() + i * h_count * r_count);
            }
        }
        std::fill_n(now_.data() + first * entries, (last - first) * entries, 0.0F);
        for (std::size_t t = steps; t-- > 0;) {
            for (std::size_t b = first; b < last; ++b) {
                std::size_t const i = t * batch_ + b;
                float* const g = gradients_.data() + i * (h_count + h_count * (r_count + 2 * c_count));
                step_back_by_hand(
                    data(i), dy_ + i * h_count * r_count, at(i), at(i + batch_), now_.data() + b * entries,
                    {g, g + h_count, g + h_count * (1 + r_count), g + h_count * (1 + r_count + c_count)});
            }
        }
    }
    [[nodiscard]] step_data data(std::size_t i) const
    {
        return {x_["f"_s].data() + i * h_count, x_["v"_s].data() + i * h_count * r_count,
                x_["k"_s].data() + i * h_count * c_count, x_["q"_s].data() + i * h_count * c_count};
    }
    float* at(std::size_t i) { return all_.data() + i * entries; }

    oneapi::tbb::task_arena arena_;
    std::size_t batch_;
    inputs_of<matrix_memory> const& x_;
    float const* dy_;
    std::vector<float> now_, y_, all_, gradients_;
};

void fill(auto& array, std::mt19937& bits, float magnitude)
{
    for (float& v : array) {
        v = magnitude * static_cast<float>(bits() % 1000) * 1e-3F;
    }
}

/// Microseconds for one step of one sequence, of the fastest of several rounds.
struct times {
    double hand = 1e9;
    double ours = 1e9;
    double scale = 1e9;

    template <class Hand, class Ours, class Scale>
    void measure(std::size_t batch, Hand const& by_hand, Ours const& by_rondo, Scale const& by_bandwidth)
    {
        auto const of_step = static_cast<double>(steps * batch);
        hand = std::min(hand, microseconds(by_hand) / of_step);
        ours = std::min(ours, microseconds(by_rondo) / of_step);
        scale = std::min(scale, microseconds(by_bandwidth) / of_step);
    }
    void print(char const* what, std::size_t batch, nlohmann::json const& torch) const
    {
        std::printf("| %-9s | %5zu | %9.2f | %9.2f | %9.2f |", what, batch, ours, hand / ours, scale / ours);
        auto const row = std::to_string(batch);
        if (torch.contains(row) && torch[row].contains(what)) {
            std::printf(" %9.2f |", torch[row][what].get<double>() / ours);
        }
        std::printf("\n");
    }
};

void compare(int threads, std::size_t batch, int rounds, nlohmann::json const& torch)
{
    std::mt19937 bits(5);
    inputs_of<matrix_memory> x;
    x["f"_s] = xt::zeros<float>({steps, batch, h_count});
    x["v"_s] = xt::zeros<float>({steps, batch, h_count, r_count});
    x["k"_s] = xt::zeros<float>({steps, batch, h_count, c_count});
    x["q"_s] = xt::zeros<float>({steps, batch, h_count, c_count});
    xt::xtensor<float, 4> dy = xt::zeros<float>({steps, batch, h_count, r_count});
    fill(x["f"_s], bits, 0.9F);
    fill(x["v"_s], bits, 1);
    fill(x["k"_s], bits, 0.1F);
    fill(x["q"_s], bits, 0.1F);
    fill(dy, bits, 1);
    tbb_thread_pool pool{threads};
    model<matrix_memory> m{heads{h_count}, rows{r_count}, columns{c_count}};
    bptt run{m, {.input_gradient = true, .pool = threads > 1 ? &pool : nullptr}};
    stream live{m, batch};
    by_hand hand(threads, batch, x, dy.data());
    times infer;
    times train;
    times streamed;
    auto const scale = [&] { hand.scale(); };
    for (int i = 0; i < rounds; ++i) {
        infer.measure(
            batch, [&] { hand.infer(); }, [&] { run.infer(x); }, scale);
        if (threads == 1) {
            streamed.measure(
                batch, [&] { hand.infer(); },
                [&] {
                    auto const at = [&](auto& array, std::size_t t) {
                        std::size_t const size = array.size() / steps;
                        return std::span<float const>(array.data() + t * size, size);
                    };
                    live.reset();
                    for (std::size_t t = 0; t < steps; ++t) {
                        live.step(named("f"_s = at(x["f"_s], t), "v"_s = at(x["v"_s], t),
                                        "k"_s = at(x["k"_s], t), "q"_s = at(x["q"_s], t)));
                    }
                },
                scale);
        }
        train.measure(
            batch, [&] { hand.train(); },
            [&] {
                run.forward(x);
                run.backward(dy);
            },
            scale);
    }
    infer.print("inference", batch, torch);
    if (threads == 1) {
        streamed.print("stream", batch, torch);
    }
    train.print("training", batch, torch);
}

/// An LSTM, its run, and the fastest of its calls in microseconds.
template <class Cell>
class lstm_run {
   public:
    template <class... D>
    lstm_run(thread_pool* pool, std::size_t batch, D... bound)
        : m_(input{c_count}, bound...), run_(m_, {.input_gradient = true, .pool = pool})
    {
        std::mt19937 bits(7);
        x_ = xt::zeros<float>({steps, batch, c_count});
        fill(x_, bits, 1);
        for (std::size_t i = 0; i < m_.parameters().count; ++i) {
            auto of_one = m_.parameters().entries(i);
            fill(of_one, bits, 0.1F);
        }
        dy_ = run_.infer(x_);
        products_ =
            1e-3 * static_cast<double>(costs_of(m_).forward.products) * static_cast<double>(steps * batch);
    }
    void measure()
    {
        infer_ = std::min(infer_, microseconds([&] { run_.infer(x_); }));
        train_ = std::min(train_, microseconds([&] {
                              run_.forward(x_);
                              run_.backward(dy_);
                          }));
    }
    /// GFLOP/s of products; training has three times those of inference.
    [[nodiscard]] double infer_rate() const { return products_ / infer_; }
    [[nodiscard]] double train_rate() const { return 3 * products_ / train_; }

   private:
    model<Cell> m_;
    bptt<Cell> run_;
    xt::xtensor<float, 3> x_;
    outputs_of<Cell, float> dy_;
    double products_;
    double infer_ = 1e9;
    double train_ = 1e9;
};

/// Compares the rates of an LSTM with a matrix for each head with those of two LSTMs of vectors: one of as
/// many units as a head has, whose products are of the same sizes, and one of as many recurrent weights.
void compare_blocks(int threads, std::size_t batch, int rounds)
{
    tbb_thread_pool pool{threads};
    thread_pool* const used = threads > 1 ? &pool : nullptr;
    lstm_run<test::lstm_along<test::heads>> blocks(used, batch, test::heads{h_count}, test::keys{c_count});
    lstm_run<test::lstm_along<>> small(used, batch, test::keys{c_count});
    lstm_run<test::lstm_along<>> large(used, batch, test::keys{2 * c_count});
    for (int i = 0; i < rounds; ++i) {
        blocks.measure();
        small.measure();
        large.measure();
    }
    auto const print = [&](char const* what, double rate, double of_small, double of_large) {
        std::printf("| %-9s | %5zu | %9.1f | %9.2f | %9.2f |\n", what, batch, rate, rate / of_small,
                    rate / of_large);
    };
    print("inference", blocks.infer_rate(), small.infer_rate(), large.infer_rate());
    print("training", blocks.train_rate(), small.train_rate(), large.train_rate());
}

}  // namespace

int main(int argc, char** argv)
{
    CLI::App app("Times values of several dimensions.");
    int threads = 1;
    std::string python;
    app.add_option("--threads", threads, "threads of all contestants")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    app.add_option("python", python, "the interpreter that has torch");
    CLI11_PARSE(app, argc, argv);
    nlohmann::json const torch =
        bench::times_of_torch(python, "matrices_torch.py " + std::to_string(threads));
    std::printf(
        "| Run       | Batch | Rondo us  | By hand   | Scaling   | PyTorch   |\n"
        "|-----------|-------|-----------|-----------|-----------|-----------|\n");
    compare(threads, 1, 40, torch);
    compare(threads, 32, 6, torch);
    std::printf(
        "\nMicroseconds for one step of one sequence, and the others' time over Rondo's.\n\n"
        "| LSTM      | Batch | GFLOP/s   | of 64     | of 128    |\n"
        "|-----------|-------|-----------|-----------|-----------|\n");
    compare_blocks(threads, 1, 100);
    compare_blocks(threads, 32, 15);
    std::printf("\nThe rate of four heads of 64 units, over those of LSTMs of 64 and of 128 units.\n");
}
