#include "rondo_cell.hpp"

#include <rondo/cell/gru_reset_after.hpp>

namespace rondo::bench {
cell_entry const gru_head_entry = entry_of<read_out<gru_reset_after<>, output>, 4, 8, 16, 24, small_hidden>;
}
