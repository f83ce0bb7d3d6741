#include "rondo_cell.hpp"

#include <rondo/cell/gru_reset_after.hpp>

namespace rondo::bench {
cell_entry const gru_entry = entry_of<gru_reset_after<>, 4, 8, 16, 24, small_hidden>;
}
