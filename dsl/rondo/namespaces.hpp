#pragma once
/// @file
/// The namespaces of the library: what a user names is in `rondo`, the rest in one namespace for each layer.
///
/// After `using namespace rondo;` a user's own dimension or cell may be called `kernel`, `graph` or
/// `context`. So only what is for users may have a plain name in `rondo`. That includes the names of
/// namespaces, which is why internal ones have a suffix. The inline namespace that RONDO_ISA names separates
/// translation units that are compiled for different instruction sets.

#include <rondo/macros.hpp>

namespace rondo::inline RONDO_ISA {

/// Graphs and passes: the intermediate representation of a step and its transformations.
namespace ir_internal {
}

/// Internals of the language: shapes, members, tracing.
namespace lang_internal {
using namespace ir_internal;
}
namespace ir_internal {
using namespace lang_internal;  // the pipeline starts from a cell
}

/// Internals of the library's cells.
namespace cell_internal {
using namespace lang_internal;
}

/// Vector registers, panels, microkernels, stages.
namespace kernel_internal {
using namespace ir_internal;
using namespace lang_internal;
}  // namespace kernel_internal

/// Workspaces, chunks of time, the forward and the backward pass.
namespace exec_internal {
using namespace ir_internal;
using namespace lang_internal;
using namespace kernel_internal;
}  // namespace exec_internal

/// Internals of layers.
namespace stack_internal {
using namespace exec_internal;
}

/// Internals of losses and optimisers.
namespace train_internal {
using namespace exec_internal;
}

/// Internals of the gradient check.
namespace check_internal {
using namespace exec_internal;
using namespace stack_internal;
}  // namespace check_internal

/// Internals of reading and writing files.
namespace io_internal {
using namespace exec_internal;
}

}  // namespace rondo::inline RONDO_ISA
