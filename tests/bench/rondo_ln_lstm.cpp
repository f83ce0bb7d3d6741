#include "cells.hpp"
#include "rondo_cell.hpp"

namespace rondo::bench {
cell_entry const ln_lstm_entry = entry_of<ln_lstm, small_hidden>;
}
