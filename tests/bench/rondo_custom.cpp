#include "cells.hpp"
#include "rondo_cell.hpp"

namespace rondo::bench {
cell_entry const custom_entry = entry_of<custom, small_hidden>;
}
