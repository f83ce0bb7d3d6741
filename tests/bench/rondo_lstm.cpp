#include "rondo_cell.hpp"

#include <rondo/cell/lstm.hpp>

namespace rondo::bench {
cell_entry const lstm_entry = entry_of<lstm<>>;
}
