#include "hand.hpp"

#include "hand_layer.hpp"

#include <memory>

namespace rondo::bench {
namespace {

template <class Gates>
contestants variants(problem const& p, gate_names const& names)
{
    contestants all;
    all.push_back(std::make_unique<hand_layer<Gates, matmul_product>>(p, names, "matmul"));
    if (p.sizes.batch == 1) {
        all.push_back(std::make_unique<hand_layer<Gates, row_product>>(p, names, "loops"));
    }
    return all;
}

}  // namespace

contestants hand_contestants(problem const& p)
{
    omp_set_num_threads(p.threads);
    switch (p.cell) {
        case cell_kind::lstm: return variants<hand::lstm>(p, lstm_gates);
        case cell_kind::gru: return variants<hand::gru>(p, gru_gates);
        case cell_kind::custom: return variants<hand::custom>(p, custom_gates);
        default: break;
    }
    return {};
}

}  // namespace rondo::bench
