#include "onednn.hpp"

#include "gates.hpp"
#include "onednn_memory.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>

namespace rondo::bench {
namespace {

using dnnl::memory;
using arguments = std::unordered_map<int, memory>;

/// A memory format of the weights, forward and backward; gradients have the same format.
struct weight_format {
    char const* name;
    tag forward;
    tag backward;
};
constexpr std::array formats{weight_format{"any", tag::any, tag::any},
                             weight_format{"plain", tag::ldigo, tag::ldgoi}};

/// A layer, forward and, for a gradient, backward. In a stream it is a layer of one step, whose
/// old and new states are swapped from step to step.
class onednn_layer final : public local_contestant {
   public:
    onednn_layer(problem const& p, weight_format format)
        : local_contestant("onednn", format.name),
          problem_(p),
          is_lstm_(p.cell == cell_kind::lstm),
          gates_(is_lstm_ ? lstm_gates : gru_gates),
          batch_(static_cast<long>(p.sizes.batch)),
          inputs_(static_cast<long>(p.sizes.inputs)),
          hidden_(static_cast<long>(p.sizes.hidden))
    {
        omp_set_num_threads(p.threads);
        long const steps = p.mode == mode_kind::stream ? 1 : static_cast<long>(p.sizes.steps);
        x_ = layout_of({steps, batch_, inputs_}, tag::tnc);
        y_ = layout_of({steps, batch_, hidden_}, tag::tnc);
        state_ = layout_of({1, 1, batch_, hidden_}, tag::ldnc);
        bias_ = layout_of({1, 1, static_cast<long>(gates_.bias.size()), hidden_}, tag::ldgo);
        if (is_lstm_) {
            build<dnnl::lstm_forward, dnnl::lstm_backward>(format, state_, state_);
        } else {
            build<dnnl::lbr_gru_forward, dnnl::lbr_gru_backward>(format, state_);
        }
        if (p.mode == mode_kind::stream) {
            turned_ = forward_;
            std::swap(turned_[DNNL_ARG_SRC_ITER], turned_[DNNL_ARG_DST_ITER]);
            if (is_lstm_) {
                std::swap(turned_[DNNL_ARG_SRC_ITER_C], turned_[DNNL_ARG_DST_ITER_C]);
            }
        }
    }

    tensors results() override
    {
        memory const& y = forward_.at(DNNL_ARG_DST_LAYER);
        if (problem_.mode == mode_kind::stream) {
            numbers all;
            step_through([&] {
                line().wait();
                all.insert(all.end(), data(y), data(y) + batch_ * hidden_);
            });
            return {{"y", std::move(all)}};
        }
        once();
        tensors found{{"y", copied(y)}};
        if (problem_.mode == mode_kind::train) {
            found["d x"] = copied(backward_.at(DNNL_ARG_DIFF_SRC_LAYER));
            found["d h0"] = copied(backward_.at(DNNL_ARG_DIFF_SRC_ITER));
            if (is_lstm_) {
                found["d c0"] = copied(backward_.at(DNNL_ARG_DIFF_SRC_ITER_C));
            }
            take_apart(found, DNNL_ARG_DIFF_WEIGHTS_LAYER, gates_.input, inputs_);
            take_apart(found, DNNL_ARG_DIFF_WEIGHTS_ITER, gates_.recurrent, hidden_);
            unstack(found, "d ", gates_.bias, data(backward_.at(DNNL_ARG_DIFF_BIAS)), problem_.sizes.hidden,
                    1);
        }
        return found;
    }

   private:
    [[nodiscard]] layout weights(long columns, tag order) const
    {
        return layout_of({1, 1, columns, static_cast<long>(gates_.input.size()), hidden_}, order);
    }
    [[nodiscard]] memory stacked(std::vector<std::string> const& names, long columns) const
    {
        return filled(weights(columns, tag::ldigo), stack(problem_, names, problem_.sizes.hidden));
    }

    template <class Forward, class Backward, class... State>
    void build(weight_format format, State const&... state)
    {
        bool const train = problem_.mode == mode_kind::train;
        auto const kind = train ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
        auto const direction = dnnl::rnn_direction::unidirectional_left2right;
        layout const W = weights(inputs_, format.forward);
        layout const U = weights(hidden_, format.forward);
        typename Forward::primitive_desc const forward(
            typename Forward::desc(kind, direction, x_, state..., W, U, bias_, y_, state...), cpu());
        auto const& given = problem_.arguments;
        memory const w = stacked(gates_.input, inputs_);
        memory const u = stacked(gates_.recurrent, hidden_);
        numbers const x(given.at("x").begin(),
                        given.at("x").begin() + static_cast<std::ptrdiff_t>(x_.get_size() / 4));
        forward_ = {{DNNL_ARG_SRC_LAYER, filled(x_, x)},
                    {DNNL_ARG_SRC_ITER, filled(state_, given.at("h0"))},
                    {DNNL_ARG_WEIGHTS_LAYER, reordered(w, forward.weights_layer_desc())},
                    {DNNL_ARG_WEIGHTS_ITER, reordered(u, forward.weights_iter_desc())},
                    {DNNL_ARG_BIAS, filled(bias_, stack(problem_, gates_.bias, problem_.sizes.hidden))},
                    {DNNL_ARG_DST_LAYER, zeros(y_)},
                    {DNNL_ARG_DST_ITER, zeros(state_)}};
        if (is_lstm_) {
            forward_[DNNL_ARG_SRC_ITER_C] = filled(state_, given.at("c0"));
            forward_[DNNL_ARG_DST_ITER_C] = zeros(state_);
        }
        forward_step_ = Forward(forward);
        if (!train) {
            return;
        }
        forward_[DNNL_ARG_WORKSPACE] = memory(forward.workspace_desc(), cpu());

        layout const Wb = weights(inputs_, format.backward);
        layout const Ub = weights(hidden_, format.backward);
        typename Backward::primitive_desc const backward(
            typename Backward::desc(dnnl::prop_kind::backward, direction, x_, state..., Wb, Ub, bias_, y_,
                                    state..., x_, state..., W, U, bias_, y_, state...),
            cpu(), forward);
        backward_ = forward_;
        backward_[DNNL_ARG_WEIGHTS_LAYER] = reordered(w, backward.weights_layer_desc());
        backward_[DNNL_ARG_WEIGHTS_ITER] = reordered(u, backward.weights_iter_desc());
        backward_[DNNL_ARG_DIFF_SRC_LAYER] = zeros(x_);
        backward_[DNNL_ARG_DIFF_SRC_ITER] = zeros(state_);
        backward_[DNNL_ARG_DIFF_WEIGHTS_LAYER] = zeros(backward.diff_weights_layer_desc());
        backward_[DNNL_ARG_DIFF_WEIGHTS_ITER] = zeros(backward.diff_weights_iter_desc());
        backward_[DNNL_ARG_DIFF_BIAS] = zeros(bias_);
        backward_[DNNL_ARG_DIFF_DST_LAYER] = filled(y_, given.at("dy"));
        backward_[DNNL_ARG_DIFF_DST_ITER] = zeros(state_);
        if (is_lstm_) {
            backward_[DNNL_ARG_DIFF_SRC_ITER_C] = zeros(state_);
            backward_[DNNL_ARG_DIFF_DST_ITER_C] = zeros(state_);
        }
        backward_step_ = Backward(backward);
    }

    void once() override
    {
        if (problem_.mode == mode_kind::stream) {
            step_through([] {});
            line().wait();
            return;
        }
        forward_step_.execute(line(), forward_);
        if (problem_.mode == mode_kind::train) {
            // oneDNN adds to these.
            fill_zero(backward_.at(DNNL_ARG_DIFF_WEIGHTS_LAYER));
            fill_zero(backward_.at(DNNL_ARG_DIFF_WEIGHTS_ITER));
            fill_zero(backward_.at(DNNL_ARG_DIFF_BIAS));
            backward_step_.execute(line(), backward_);
        }
        line().wait();
    }

    template <class F>
    void step_through(F&& after)
    {
        auto& given = problem_.arguments.at("x");
        for (std::size_t t = 0; t < problem_.sizes.steps; ++t) {
            arguments& now = t % 2 == 0 ? forward_ : turned_;
            now.at(DNNL_ARG_SRC_LAYER)
                .set_data_handle(const_cast<float*>(given.data()) +  // only read
                                 t * problem_.sizes.batch * problem_.sizes.inputs);
            forward_step_.execute(line(), now);
            after();
        }
    }

    static numbers copied(memory const& m)
    {
        return {data(m), data(m) + m.get_desc().get_size() / sizeof(float)};
    }
    void take_apart(tensors& to, int what, std::vector<std::string> const& names, long columns) const
    {
        memory const plain = reordered(backward_.at(what), weights(columns, tag::ldigo));
        unstack(to, "d ", names, data(plain), problem_.sizes.hidden, static_cast<std::size_t>(columns));
    }

    problem const& problem_;
    bool is_lstm_;
    gate_names const& gates_;
    long batch_;
    long inputs_;
    long hidden_;
    layout x_, y_, state_, bias_;
    dnnl::primitive forward_step_, backward_step_;
    arguments forward_, backward_, turned_;
};

}  // namespace

contestants onednn_contestants(problem const& p)
{
    contestants all;
    bool const has = p.cell == cell_kind::lstm || p.cell == cell_kind::gru;
    if (has && p.mode != mode_kind::window) {
        for (auto const& format : formats) {
            try {
                all.push_back(std::make_unique<onednn_layer>(p, format));
            } catch (dnnl::error const& e) {
                if (e.status != dnnl_unimplemented) {
                    throw;
                }
            }
        }
    }
    return all;
}

}  // namespace rondo::bench
