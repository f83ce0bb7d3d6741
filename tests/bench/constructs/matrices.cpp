/// @file
/// Times a matrix memory, C' = f C + v kᵀ and y = C' q for four heads of 64 by 64, beside plain loops written
/// by hand that a compiler vectorises. One thread, 200 steps.

#include <rondo/rondo.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <random>
#include <span>
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

/// The arrays of a batch, and the loops over it.
class by_hand {
   public:
    by_hand(std::size_t batch, inputs_of<matrix_memory> const& x, float const* dy)
        : batch_(batch), x_(x), dy_(dy), now_(batch * entries), y_(steps * batch * h_count * r_count)
    {
    }
    void infer()
    {
        std::fill(now_.begin(), now_.end(), 0.0F);
        for (std::size_t i = 0; i < steps * batch_; ++i) {
            float* const C = now_.data() + i % batch_ * entries;
            step_by_hand(data(i), C, C, y_.data() + i * h_count * r_count);
        }
    }
    void train()
    {
        all_.resize((steps + 1) * batch_ * entries);
        std::fill_n(all_.begin(), batch_ * entries, 0.0F);
        for (std::size_t i = 0; i < steps * batch_; ++i) {
            step_by_hand(data(i), at(i), at(i + batch_), y_.data() + i * h_count * r_count);
        }
        std::fill(now_.begin(), now_.end(), 0.0F);
        gradients_.resize(steps * batch_ * (h_count + h_count * (r_count + 2 * c_count)));
        for (std::size_t i = steps * batch_; i-- > 0;) {
            float* const g = gradients_.data() + i * (h_count + h_count * (r_count + 2 * c_count));
            step_back_by_hand(
                data(i), dy_ + i * h_count * r_count, at(i), at(i + batch_),
                now_.data() + i % batch_ * entries,
                {g, g + h_count, g + h_count * (1 + r_count), g + h_count * (1 + r_count + c_count)});
        }
    }
   private:
    [[nodiscard]] step_data data(std::size_t i) const
    {
        return {x_["f"_s].data() + i * h_count, x_["v"_s].data() + i * h_count * r_count,
                x_["k"_s].data() + i * h_count * c_count, x_["q"_s].data() + i * h_count * c_count};
    }
    float* at(std::size_t i) { return all_.data() + i * entries; }

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

/// The fastest of several rounds, in microseconds for one step of one sequence.
struct times {
    double hand = 1e9;
    double ours = 1e9;

    template <class Hand, class Ours>
    void measure(std::size_t batch, Hand const& by_hand, Ours const& by_rondo)
    {
        auto const of_step = static_cast<double>(steps * batch);
        hand = std::min(hand, microseconds(by_hand) / of_step);
        ours = std::min(ours, microseconds(by_rondo) / of_step);
    }
    void print(char const* what, std::size_t batch) const
    {
        // An inference reads a matrix and writes it.
        double const bytes = 2 * entries * sizeof(float);
        std::printf("| %-9s | %5zu | %9.2f | %9.2f | %5.2f | %8.1f |\n", what, batch, hand, ours, ours / hand,
                    bytes / ours * 1e-3);
    }
};

void compare(std::size_t batch, int rounds)
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
    model<matrix_memory> m{heads{h_count}, rows{r_count}, columns{c_count}};
    bptt run{m, {.input_gradient = true}};
    stream live{m, batch};
    by_hand hand(batch, x, dy.data());
    times infer;
    times train;
    times streamed;
    for (int i = 0; i < rounds; ++i) {
        infer.measure(
            batch, [&] { hand.infer(); }, [&] { run.infer(x); });
        streamed.measure(
            batch, [&] { hand.infer(); },
            [&] {
                auto const at = [&](auto& array, std::size_t t) {
                    std::size_t const size = array.size() / steps;
                    return std::span<float const>(array.data() + t * size, size);
                };
                live.reset();
                for (std::size_t t = 0; t < steps; ++t) {
                    live.step(named("f"_s = at(x["f"_s], t), "v"_s = at(x["v"_s], t), "k"_s = at(x["k"_s], t),
                                    "q"_s = at(x["q"_s], t)));
                }
            });
        train.measure(
            batch, [&] { hand.train(); },
            [&] {
                run.forward(x);
                run.backward(dy);
            });
    }
    infer.print("inference", batch);
    streamed.print("stream", batch);
    train.print("training", batch);
}

}  // namespace

int main()
{
    std::printf(
        "| Run       | Batch | By hand   | Rondo     | Ratio | GB/s     |\n"
        "|-----------|-------|-----------|-----------|-------|----------|\n");
    compare(1, 40);
    compare(32, 6);
    std::printf(
        "\nMicroseconds for one step of one sequence. A step of inference reads and writes 64 KiB.\n");
}
