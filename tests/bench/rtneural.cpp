// Compiled once for each back end. A macro gives each its own namespace, and each is a shared library that
// exports one function, so that their Eigen and xsimd are not mixed with others.

#include "rtneural.hpp"

#include "small_stream.hpp"

#include <RTNeural/RTNeural.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace rondo::bench {
namespace {

using RTNEURAL_NAMESPACE::DenseT;
using RTNEURAL_NAMESPACE::GRULayerT;
using RTNEURAL_NAMESPACE::LSTMLayerT;
using RTNEURAL_NAMESPACE::ModelT;

/// @p Net is a layer alone, or with a dense layer of one output.
template <class Net, int Hidden>
class rtneural_model {
   public:
    explicit rtneural_model(problem const& p)
    {
        keras_weights const w(p);
        auto& layer = net_.template get<0>();
        layer.setWVals(w.W);
        layer.setUVals(w.U);
        if constexpr (requires { layer.setBVals(w.b); }) {
            layer.setBVals(w.b);
        } else {
            auto const inner = w.b.end() - Hidden;
            std::vector<numbers> both{{w.b.begin(), inner}, numbers(std::size_t{3} * Hidden)};
            std::copy(inner, w.b.end(), both[1].end() - Hidden);
            layer.setBVals(both);
        }
        if constexpr (Net::output_size == 1) {
            auto& dense = net_.template get<1>();
            dense.setWeights(std::vector<numbers>{w.V});
            dense.setBias(&w.d);
        }
        net_.reset();
    }
    void reset() { net_.reset(); }
    float const* step(float x)
    {
        net_.forward(&x);
        return net_.getOutputs();
    }

   private:
    Net net_;
};

template <int Hidden>
using lstm_layer = LSTMLayerT<float, 1, Hidden>;
template <int Hidden>
using gru_layer = GRULayerT<float, 1, Hidden>;
template <template <int> class Layer, int Hidden>
using alone = rtneural_model<ModelT<float, 1, Hidden, Layer<Hidden>>, Hidden>;
template <template <int> class Layer, int Hidden>
using with_head = rtneural_model<ModelT<float, 1, 1, Layer<Hidden>, DenseT<float, Hidden, 1>>, Hidden>;

template <std::size_t Hidden>
using lstm_model = alone<lstm_layer, static_cast<int>(Hidden)>;
template <std::size_t Hidden>
using gru_model = alone<gru_layer, static_cast<int>(Hidden)>;
template <std::size_t Hidden>
using lstm_head = with_head<lstm_layer, static_cast<int>(Hidden)>;
template <std::size_t Hidden>
using gru_head = with_head<gru_layer, static_cast<int>(Hidden)>;

template <template <std::size_t> class Model>
contestants of_size(problem const& p)
{
    return small_stream_of<Model, 4, 8, 16, 24, small_hidden>("rtneural", RONDO_BENCH_VARIANT, p);
}

}  // namespace

[[gnu::visibility("default")]] contestants RONDO_BENCH_ENTRY(problem const& p)
{
    if (!is_small_stream(p)) {
        return {};
    }
    switch (p.cell) {
        case cell_kind::lstm: return of_size<lstm_model>(p);
        case cell_kind::gru: return of_size<gru_model>(p);
        case cell_kind::lstm_head: return of_size<lstm_head>(p);
        case cell_kind::gru_head: return of_size<gru_head>(p);
        default: return {};
    }
}

}  // namespace rondo::bench
