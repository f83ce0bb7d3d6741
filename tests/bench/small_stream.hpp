#pragma once
/// @file
/// A stream of one voice whose sizes are constants, for peers that are libraries of templates.

#include "contestant.hpp"
#include "gates.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace rondo::bench {

/// Whether peers with constant sizes have a model for a problem: one voice, one input, an LSTM or a GRU.
inline bool is_small_stream(problem const& p)
{
    bool const is_cell = p.cell == cell_kind::lstm || p.cell == cell_kind::gru || has_head(p.cell);
    return is_cell && p.mode == mode_kind::stream && p.sizes.batch == 1 && p.sizes.inputs == small_inputs;
}

/// The weights of a cell in the layout of Keras: a row of all gates for each column.
struct keras_weights {
    using matrix = std::vector<std::vector<float>>;

    explicit keras_weights(problem const& p)
    {
        bool const is_lstm = p.cell == cell_kind::lstm || p.cell == cell_kind::lstm_head;
        gate_names const plain = is_lstm ? lstm_gates : gru_gates;
        gate_names const names = has_head(p.cell) ? inside("cell", plain) : plain;
        W = rows_of(p, names.input);
        U = rows_of(p, names.recurrent);
        b = stack(p, names.bias, p.sizes.hidden);
        if (has_head(p.cell)) {
            V = p.parameters.at("V");
            d = p.parameters.at("b").at(0);
        }
    }

    matrix W, U;
    numbers b;    ///< of the GRU, the bias that the reset gate multiplies comes last
    numbers V{};  ///< of the head
    float d = 0;  ///< its bias

   private:
    static matrix rows_of(problem const& p, std::vector<std::string> const& names)
    {
        numbers const all = stack(p, names, p.sizes.hidden);
        auto const width = static_cast<std::ptrdiff_t>(names.size() * p.sizes.hidden);
        matrix rows;
        for (auto at = all.begin(); at != all.end(); at += width) {
            rows.emplace_back(at, at + width);
        }
        return rows;
    }
};

/// A model that takes a sample and returns its outputs: `reset()` and `step(float)`, a pointer to
/// the outputs.
template <class Model>
class small_stream final : public local_contestant {
   public:
    small_stream(std::string const& peer, std::string const& variant, problem const& p, double tolerance)
        : local_contestant(peer, variant),
          problem_(p),
          tolerance_(tolerance),
          model_(std::make_unique<Model>(p))
    {
    }

    [[nodiscard]] double tolerance() const override { return tolerance_; }
    tensors results() override
    {
        model_->reset();
        numbers y;
        for (float const x : problem_.arguments.at("x")) {
            float const* const now = model_->step(x);
            y.insert(y.end(), now, now + problem_.outputs());
        }
        return {{"y", std::move(y)}};
    }

   private:
    void once() override
    {
        for (float const x : x_) {
            kept_ = *model_->step(x);
        }
    }

    problem const& problem_;
    double tolerance_;
    numbers x_ = problem_.arguments.at("x");
    std::unique_ptr<Model> model_;
    float volatile kept_ = 0;
};

/// The contestant with `Model<Hidden>` of the hidden size of the problem, which must be in @p Hidden.
template <template <std::size_t> class Model, std::size_t... Hidden>
contestants small_stream_of(std::string const& peer, std::string const& variant, problem const& p,
                            double tolerance = 1e-4)
{
    contestants all;
    auto const try_size = [&]<std::size_t H>(std::integral_constant<std::size_t, H>) {
        if (p.sizes.hidden == H) {
            all.push_back(std::make_unique<small_stream<Model<H>>>(peer, variant, p, tolerance));
        }
    };
    (try_size(std::integral_constant<std::size_t, Hidden>()), ...);
    return all;
}

}  // namespace rondo::bench
