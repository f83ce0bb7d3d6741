// Compiled once for each set of functions. Each is a shared library that exports one function, because they
// define the same names.

#include "neuralaudio.hpp"

#include "small_stream.hpp"

#include <NeuralAudio/LSTM.h>

#include <cstddef>
#include <utility>

namespace rondo::bench {
namespace {

NeuralAudio::LSTMLayerDef layer_of(keras_weights const& w)
{
    NeuralAudio::LSTMLayerDef layer;
    for (auto const& [from, to] : {std::pair{&w.W, &layer.InputWeights}, {&w.U, &layer.HiddenWeights}}) {
        for (numbers const& row : *from) {
            to->insert(to->end(), row.begin(), row.end());
        }
    }
    layer.BiasWeights = w.b;
    return layer;
}

/// An LSTM alone.
template <std::size_t Hidden>
class lstm_model {
   public:
    explicit lstm_model(problem const& p) : weights_(layer_of(keras_weights(p))) { reset(); }
    void reset() { layer_.SetWeights(weights_); }
    float const* step(float x)
    {
        layer_.Process(&x);
        output_ = layer_.GetHiddenState();
        return output_.data();
    }

   private:
    NeuralAudio::LSTMLayerDef weights_;
    NeuralAudio::LSTMLayerT<1, static_cast<int>(Hidden)> layer_;
    Eigen::Vector<float, static_cast<int>(Hidden)> output_;
};

/// An LSTM with a dense layer of one output.
template <std::size_t Hidden>
class lstm_head {
   public:
    explicit lstm_head(problem const& p)
    {
        keras_weights const w(p);
        weights_ = {{layer_of(w)}, w.V, w.d};
        reset();
    }
    void reset() { net_.SetWeights(weights_); }
    float const* step(float x)
    {
        net_.Process(&x, &y_, 1);
        return &y_;
    }

   private:
    NeuralAudio::LSTMDef weights_;
    NeuralAudio::LSTMModelT<1, static_cast<int>(Hidden)> net_;
    float y_ = 0;
};

template <template <std::size_t> class Model>
contestants of_size(problem const& p)
{
    return small_stream_of<Model, 4, 8, 16, 24, small_hidden>(RONDO_BENCH_PEER, "", p, RONDO_BENCH_TOLERANCE);
}

}  // namespace

[[gnu::visibility("default")]] contestants RONDO_BENCH_ENTRY(problem const& p)
{
    if (!is_small_stream(p)) {
        return {};
    }
    switch (p.cell) {
        case cell_kind::lstm: return of_size<lstm_model>(p);
        case cell_kind::lstm_head: return of_size<lstm_head>(p);
        default: return {};
    }
}

}  // namespace rondo::bench
