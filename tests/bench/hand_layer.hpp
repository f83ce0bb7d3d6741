#pragma once
/// @file
/// A recurrent layer as an engineer would write it with a matrix product and a compiler that
/// vectorises: one product for the inputs of all steps, one for the state in each step, loops for
/// elementwise work, and the gradients of weights as one product each at the end.

#include "contestant.hpp"
#include "hand_gates.hpp"
#include "hand_parameters.hpp"
#include "hand_products.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

namespace rondo::bench {

/// @p Gates is a cell of hand_gates.hpp; @p StepProduct performs the products of a
/// step. Packing of weights is not timed, except in a window after each update.
template <class Gates, class StepProduct>
class hand_layer final : public local_contestant {
   public:
    hand_layer(problem const& p, gate_names const& names, std::string const& variant)
        : local_contestant("hand", variant),
          problem_(p),
          names_(names),
          initial_(p, names),
          weights_(p, names),
          gradient_(p, names)
    {
        std::ranges::copy(p.arguments.at("h0"), h_.begin());
        if (!is_gru) {
            std::ranges::copy(p.arguments.at("c0"), c_.begin());
        }
    }

    tensors results() override
    {
        restore();
        if (problem_.mode == mode_kind::stream) {
            numbers y;
            stream([&](float const* h) { y.insert(y.end(), h, h + batch_ * hidden_); });
            return {{"y", std::move(y)}};
        }
        once();
        tensors found{{"y", {h_.begin() + batch_ * hidden_, h_.end()}}};
        if (trains(problem_.mode)) {
            found["d x"] = {dx_.begin(), dx_.end()};
            found["d h0"] = {dh_.begin(), dh_.end()};
            if (!is_gru) {
                found["d c0"] = {dc_.begin(), dc_.end()};
            }
            gradient_.copy_to(found, "d ", names_, problem_.sizes);
        }
        if (problem_.mode == mode_kind::window) {
            weights_.copy_to(found, "new ", names_, problem_.sizes);
        }
        return found;
    }

   private:
    static constexpr bool is_gru = std::is_same_v<Gates, hand::gru>;

    void once() override
    {
        if (problem_.mode == mode_kind::stream) {
            return stream([](float const*) {});
        }
        forward();
        if (trains(problem_.mode)) {
            backward();
        }
        if (problem_.mode == mode_kind::window) {
            weights_.with(gradient_, [](floats& w, floats const& d) {
                for (std::size_t i = 0; i < w.size(); ++i) {
                    w[i] -= static_cast<float>(problem::rate) * d[i];
                }
            });
            repack();
        }
    }
    void restore() override
    {
        if (problem_.mode == mode_kind::window) {
            weights_.with(initial_, [](floats& w, floats const& i) { std::ranges::copy(i, w.begin()); });
            repack();
        }
    }
    void repack()
    {
        input_product_.repack();
        step_.repack();
        step_back_.repack();
        input_back_.repack();
    }

    void forward()
    {
        input_product_(x_.data(), gates_.data());
        for (long t = 0; t < steps_; ++t) {
            step(t, gates_.data() + t * batch_ * all_gates_);
        }
    }
    /// Runs step by step, as if the next input were not available yet; calls `f(output)` after each step.
    template <class F>
    void stream(F&& f)
    {
        for (long t = 0; t < steps_; ++t) {
            input_step_(x_.data() + t * batch_ * inputs_, gates_.data());
            step(t, gates_.data());
            f(h_.data() + (t + 1) * batch_ * hidden_);
        }
    }
    /// Step @p t; @p gates has the products with the input.
    void step(long t, float* gates)
    {
        step_(h_.data() + t * batch_ * hidden_, is_gru ? recurrent_.data() : gates);
        for (long b = 0; b < batch_; ++b) {
            Gates::forward(row_of(t, b, gates));
        }
    }

    void backward()
    {
        for (floats* const m : {&dh_, &dc_, &gradient_.b, &gradient_.p_i, &gradient_.p_o}) {
            std::ranges::fill(*m, 0.0F);
        }
        // The gradient of the products with the state; for the GRU's candidate it differs from that with x.
        float* const d_recurrent = is_gru ? d_recurrent_.data() : d_gates_.data();
        for (long t = steps_ - 1; t >= 0; --t) {
            for (long b = 0; b < batch_; ++b) {
                long const number = t * batch_ + b;
                Gates::backward(row_of(t, b, gates_.data() + t * batch_ * all_gates_),
                                {dy_.data() + number * hidden_, d_gates_.data() + number * all_gates_,
                                 d_recurrent + number * all_gates_, dh_.data() + b * hidden_,
                                 dc_.data() + b * hidden_, gradient_.p_i.data(), gradient_.p_o.data()});
            }
            step_back_(d_recurrent + t * batch_ * all_gates_, dh_.data());
        }
        input_back_(d_gates_.data(), dx_.data());
        input_weights_(x_.data(), d_gates_.data(), gradient_.W.data());
        state_weights_(h_.data(), d_recurrent, gradient_.U.data());
        for (long number = 0; number < steps_ * batch_; ++number) {
            add(gradient_.b.data(), d_gates_.data() + number * all_gates_, all_gates_);
            if (is_gru) {
                add(gradient_.b.data() + all_gates_, d_recurrent + number * all_gates_ + 2 * hidden_,
                    hidden_);
            }
        }
    }
    static void add(float* __restrict sum, float const* __restrict v, long n)
    {
        for (long j = 0; j < n; ++j) {
            sum[j] += v[j];
        }
    }

    hand::row row_of(long t, long b, float* gates)
    {
        long const old = (t * batch_ + b) * hidden_;
        long const fresh = old + batch_ * hidden_;
        return {hidden_,           gates + b * all_gates_, recurrent_.data() + b * all_gates_,
                weights_.b.data(), weights_.p_i.data(),    weights_.p_o.data(),
                h_.data() + old,   c_.data() + old,        h_.data() + fresh,
                c_.data() + fresh, kept_.data() + old};
    }
    static floats room(long entries) { return floats(static_cast<std::size_t>(entries)); }

    problem const& problem_;
    gate_names const& names_;
    long steps_ = static_cast<long>(problem_.sizes.steps);
    long batch_ = static_cast<long>(problem_.sizes.batch);
    long inputs_ = static_cast<long>(problem_.sizes.inputs);
    long hidden_ = static_cast<long>(problem_.sizes.hidden);
    long all_gates_ = static_cast<long>(names_.input.size()) * hidden_;
    long rows_ = steps_ * batch_;

    hand_parameters initial_;
    hand_parameters weights_;
    hand_parameters gradient_;
    floats x_ = aligned(problem_.arguments.at("x"));
    floats dy_ = aligned(problem_.arguments.at("dy"));
    floats gates_ = room(rows_ * all_gates_);
    floats recurrent_ = room(batch_ * all_gates_);
    floats h_ = room((rows_ + batch_) * hidden_);
    floats c_ = room((rows_ + batch_) * hidden_);
    floats kept_ = room(rows_ * hidden_);
    floats d_gates_ = room(trains(problem_.mode) ? rows_ * all_gates_ : 0);
    floats d_recurrent_ = room(trains(problem_.mode) && is_gru ? rows_ * all_gates_ : 0);
    floats dh_ = room(batch_ * hidden_);
    floats dc_ = room(batch_ * hidden_);
    floats dx_ = room(rows_ * inputs_);

    matmul_product input_product_{{rows_, inputs_, all_gates_}, {}, weights_.W.data()};
    StepProduct input_step_{{batch_, inputs_, all_gates_}, {}, weights_.W.data()};
    StepProduct step_{{batch_, hidden_, all_gates_}, {.adds = !is_gru}, weights_.U.data()};
    StepProduct step_back_{
        {batch_, all_gates_, hidden_}, {.right_transposed = true, .adds = true}, weights_.U.data()};
    matmul_product input_back_{{rows_, all_gates_, inputs_}, {.right_transposed = true}, weights_.W.data()};
    matmul_product input_weights_{{inputs_, rows_, all_gates_}, {.left_transposed = true}, nullptr};
    matmul_product state_weights_{{hidden_, rows_, all_gates_}, {.left_transposed = true}, nullptr};
};

}  // namespace rondo::bench
