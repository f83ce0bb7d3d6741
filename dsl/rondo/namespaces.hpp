#pragma once
/// @file
/// The namespaces of the library: what a user names is in `rondo`, the rest in one namespace for each layer.
///
/// After `using namespace rondo;` a user's own dimension or cell may be called `kernel`, `graph` or
/// `context`, so nothing that is not for users may have such a name in `rondo`, namespaces included. Hence
/// the suffix. The namespace named by RONDO_ISA keeps units apart that are compiled for different instruction
/// sets.

#include <rondo/macros.hpp>

namespace rondo::inline RONDO_ISA {

/// Graphs and passes: the intermediate representation of a step, and what is done with it.
namespace ir_internal {
}

/// What stands behind the language: shapes, members, tracing.
namespace lang_internal {
using namespace ir_internal;
}
namespace ir_internal {
using namespace lang_internal;  // the pipeline starts from a cell
}

/// What stands behind the cells of the library.
namespace cell_internal {
using namespace lang_internal;
}

/// Registers, panels, stages.
namespace kernel_internal {
using namespace ir_internal;
using namespace lang_internal;
}  // namespace kernel_internal

/// Memory, time, and the passes forward and backward.
namespace exec_internal {
using namespace ir_internal;
using namespace lang_internal;
using namespace kernel_internal;
}  // namespace exec_internal

/// What stands behind layers.
namespace stack_internal {
using namespace exec_internal;
}

/// What stands behind losses and optimisers.
namespace train_internal {
using namespace exec_internal;
}

/// What stands behind the gradient check.
namespace check_internal {
using namespace exec_internal;
using namespace stack_internal;
}  // namespace check_internal

/// What stands behind files.
namespace io_internal {
using namespace exec_internal;
}

}  // namespace rondo::inline RONDO_ISA
