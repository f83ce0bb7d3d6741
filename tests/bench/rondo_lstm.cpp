#include "rondo_cell.hpp"

#include <rondo/cell/lstm.hpp>

namespace rondo::bench {
cell_entry const lstm_entry = entry_of<lstm<>, 4, 8, 16, 24, small_hidden>;
}
