#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

// block
