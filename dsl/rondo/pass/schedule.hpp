#pragma once
/// @file
/// A scheduled program: sections, stages, and the arrays that they read and write.
///
/// A *stage* is one pass over rows (batch entries, in a time-parallel phase those of all steps) and
/// blocks of features: matrix products that share their blocks, then all elementwise work that
/// needs nothing else, done on a tile while it is in registers and L1. With a weight that is a matrix for
/// each head, it does that head by head. A *matrix stage* has a shape of two dimensions or three, and no
/// products: one pass over the entries of matrices computes them and reduces them. Values that two stages
/// exchange are in an *array* of shape (time, batch, feature). A *section* is a range of stages that run
/// together: a loop over the steps, or a phase over all steps at once.

#include <rondo/pass/recurrence.hpp>

#include <cstdint>
#include <stdexcept>

namespace rondo::inline RONDO_ISA::ir_internal {

/// Where an array comes from and how long its values last.
enum class storage : std::uint8_t {
    input,           ///< a sequence of the caller's
    output,          ///< a sequence handed to the caller
    output_adjoint,  ///< the caller's derivative with respect to an output
    input_gradient,  ///< handed to the caller
    carried_in,      ///< a state (backwards, its adjoint) as the step finds it
    carried_out,     ///< a state (backwards, its adjoint) as the step leaves it
    old_state,       ///< backwards: a forward state as the step found it
    new_state,       ///< backwards: a forward state as the step left it
    saved,           ///< a forward value for the backward step
    span,            ///< crosses from one section to another: lives for a span of steps
    step,            ///< crosses from one stage of a step to the next
    parameter,       ///< a bias or another parameter that is used entry by entry: no time, no batch
    kept,            ///< computed from such parameters once for a run: no time, no batch
    per_sequence,    ///< computed by the prologue, once for each sequence: no time
};

/// An array of shape (time, batch, feature) that stages exchange.
struct array {
    storage kind = storage::span;  ///< where it comes from
    std::int16_t index = 0;        ///< which input, output, state, saved value, parameter or temporary
    extents shape{};               ///< of the features of a row

    friend constexpr bool operator==(array, array) = default;
};

/// An array, by its index in the schedule's list.
using array_id = std::int16_t;
/// No array.
inline constexpr array_id no_array = -1;

/// A stage, by its place in the order of execution.
using stage_id = std::int8_t;
/// No stage.
inline constexpr stage_id no_stage = -1;

/// @name Capacities
/// A schedule is a constant, so its lists have room for the largest step that the compiler accepts: one of
/// max_nodes nodes. A four-layer LSTM with its gradient fills about a fifth of each. A step that needs more
/// does not compile, see static_vector::push_back().
/// @{
inline constexpr std::size_t max_stages = 96;           ///< stages; a stage_id counts to 127
inline constexpr std::size_t max_arrays = 256;          ///< arrays: leaves, states, results, temporaries
inline constexpr std::size_t max_products = 256;        ///< products, and so accumulators and segments
inline constexpr std::size_t max_work_items = 4096;     ///< values of all stages; inlined ones count in each
inline constexpr std::size_t max_stores = 512;          ///< stores; a value can be stored twice
inline constexpr std::size_t max_gradient_parts = 256;  ///< parts of gradients
/// @}

/// Reports that the table of stages is full.
struct too_many_stages {
    static_assert(max_stages == 96, "the sentence states the size");
    /// @throws std::length_error if @p is_full.
    static constexpr void check(bool is_full)
    {
        if (is_full) {
            throw std::length_error("rondo: a step has more than 96 stages");
        }
    }
};

/// Reports that the table of arrays is full.
struct too_many_arrays {
    static_assert(max_arrays == 256, "the sentence states the size");
    /// @throws std::length_error if @p is_full.
    static constexpr void check(bool is_full)
    {
        if (is_full) {
            throw std::length_error("rondo: a step has more than 256 arrays");
        }
    }
};

/// Reports that the table of products is full.
struct too_many_products {
    static_assert(max_products == 256, "the sentence states the size");
    /// @throws std::length_error if @p is_full.
    static constexpr void check(bool is_full)
    {
        if (is_full) {
            throw std::length_error("rondo: a step has more than 256 products");
        }
    }
};

/// An entry of one of the schedule's lists, by its index.
using entry_id = std::int16_t;

/// A range of entries in one of the schedule's lists.
struct range {
    entry_id begin = 0;  ///< the first entry
    entry_id end = 0;    ///< one past the last entry
    /// The number of entries.
    [[nodiscard]] constexpr int size() const noexcept { return end - begin; }
};

/// A sum of matrix products, which can start from a vector in memory.
struct accumulator {
    node_id root = no_node;   ///< the node whose value is the complete sum
    node_id start = no_node;  ///< the node it starts from; zero if there is none
};

/// One matrix in the products of a segment.
struct factor {
    std::int16_t parameter = 0;  ///< which matrix
    bool transposed = false;     ///< multiplied as Wᵀ
    std::int16_t into = 0;       ///< the accumulator, counted within the stage
};

/// Products of several matrices with one array.
struct segment {
    array_id operand = no_array;  ///< the vectors that are multiplied
    range factors{};              ///< the matrices
};

/// How a stage obtains a value.
enum class origin : std::uint8_t {
    memory,     ///< loads it
    products,   ///< has it in an accumulator
    operation,  ///< computes it from other values
    elsewhere,  ///< loads it from other positions, where it computes a joined vector, a part of one, or a
                ///< transposed or renamed value
};

/// Whether node @p n is work of a matrix stage: entry by entry on a matrix, or a reduction of one.
constexpr bool is_matrix_work(graph const& g, node const& n)
{
    return is_elementwise(n.opcode) || rearranges(n.opcode) ? n.shape.is_matrix()
           : is_row_operation(n.opcode)                     ? g[n.a].shape.is_matrix()
                                                            : false;
}

/// The shape of the stage that does the work of node @p n.
constexpr extents work_shape(graph const& g, node const& n)
{
    return is_row_operation(n.opcode) ? g[n.a].shape : n.shape;
}

/// A value that a stage works with.
struct work_item {
    node_id value = no_node;          ///< the node
    origin from = origin::operation;  ///< constants and extents count as operations
};

/// A value that a stage writes.
struct store {
    node_id value = no_node;  ///< the node
    array_id to = no_array;   ///< where it is written
};

/// A part of a parameter's gradient: the sum over rows of `value`, or of the outer product of two
/// arrays, one of which may be one-hot. Or a part of the gradient of a per-sequence value: the sum over
/// steps.
struct gradient_part {
    std::int16_t parameter = 0;   ///< whose gradient it is: the index of a parameter or per-sequence value
    node_id value = no_node;      ///< of a vector or scalar
    array_id left = no_array;     ///< of a matrix: along its rows
    array_id right = no_array;    ///< of a matrix: along its columns
    array_id symbols = no_array;  ///< of a matrix: the numbers of the rows or columns that `left` is added to
    bool of_row = false;          ///< with symbols: `left` is added to a row, else to a column
};

/// The kind of work of a stage.
enum class stage_kind : std::uint8_t {
    tile,             ///< products row by row, and elementwise work on their sums; of matrices, head by head
    elementwise,      ///< elementwise work alone, row by row, with reductions along the row
    scan,             ///< elementwise work, step by step: a whole loop that is not dense
    bias_gradient,    ///< elementwise work added up over rows: gradients of vectors
    weight_gradient,  ///< products over rows: gradients of matrices
    symbol_gradient,  ///< vectors scattered to the rows or columns that were looked up
    per_sequence_gradient,  ///< elementwise work added up over the steps of each sequence
};

/// One pass over rows and blocks of features.
struct stage {
    stage_kind kind = stage_kind::tile;  ///< kind of work
    position where{};                    ///< loop or phase
    std::int8_t level = 0;               ///< within its loop or phase
    bool is_once = false;                ///< computes kept values, once for a run
    extents shape{};                     ///< of the features of a row
    range accumulators{};                ///< sums of products
    range segments{};                    ///< the products
    range work{};                        ///< in an order of evaluation
    range stores{};                      ///< of a reduction along a row, the value is its node
    range parts{};                       ///< of gradients

    /// Whether it works head by head: on the matrices and vectors of one entry of its first dimension after
    /// the other.
    [[nodiscard]] constexpr bool is_by_head() const { return kind == stage_kind::tile && shape.is_matrix(); }
    /// Whether it is a matrix stage, or adds up matrices.
    [[nodiscard]] constexpr bool has_matrices() const { return !is_by_head() && shape.is_matrix(); }
    /// Whether it adds up over rows or steps; the other stages work row by row.
    [[nodiscard]] constexpr bool is_reduction() const { return kind >= stage_kind::bias_gradient; }
    /// Whether it adds up over the rows of all sequences, for the gradients of parameters.
    [[nodiscard]] constexpr bool adds_to_parameters() const
    {
        return is_reduction() && kind != stage_kind::per_sequence_gradient;
    }
};

/// Consecutive stages.
struct stage_range {
    stage_id begin = 0;  ///< the first stage
    stage_id end = 0;    ///< one past the last stage
    /// The number of stages.
    [[nodiscard]] constexpr int size() const noexcept { return end - begin; }
};

/// Consecutive stages of a section that go through the rows together.
struct stage_group {
    stage_range stages{};     ///< in the order of execution
    bool is_blocked = false;  ///< a few rows go through all stages before the next few rows do
};

/// How the stages of a section walk over time.
enum class section_kind : std::uint8_t {
    loop,                   ///< step by step
    scan,                   ///< one stage that is a whole loop, sequence by sequence
    phase,                  ///< over the rows of all steps
    reduction,              ///< over the rows of all steps, added up
    once,                   ///< before all steps, one row
    per_sequence_gradient,  ///< over the steps of each sequence, added up
};

/// Stages that run without waiting for other stages in between.
struct section {
    section_kind kind = section_kind::phase;  ///< how it runs
    stage_range stages{};                     ///< the stages
    range groups{};                           ///< the groups into which the stages are divided
};

/// Who reads an array.
struct array_use {
    bool by_rows = false;        ///< a stage that works row by row
    bool by_reductions = false;  ///< a stage that adds up over rows
    /// Whether its values are vectors that only the backward step reads, so that they can be written with
    /// streaming stores.
    bool can_stream = false;
};

/// A scheduled program. It says everything that executing the program needs.
struct schedule {
    static_vector<section, max_stages, entry_id, too_many_stages> sections{};  ///< in the order of execution
    static_vector<stage_group, max_stages, entry_id, too_many_stages> groups{};  ///< of all sections
    static_vector<stage, max_stages, stage_id, too_many_stages> stages{};    ///< in the order of execution
    static_vector<array, max_arrays, array_id, too_many_arrays> arrays{};    ///< read and written by stages
    static_vector<array_use, max_arrays, array_id, too_many_arrays> uses{};  ///< of every array
    static_vector<accumulator, max_products, entry_id, too_many_products> accumulators{};  ///< of all stages
    static_vector<segment, max_products, entry_id, too_many_products>
        segments{};                                                              ///< of all stages: products
    static_vector<factor, max_products, entry_id, too_many_products> factors{};  ///< matrices of the segments
    static_vector<work_item, max_work_items, entry_id> work{};           ///< values to compute or load
    static_vector<store, max_stores, entry_id> stores{};                 ///< values to write
    static_vector<gradient_part, max_gradient_parts, entry_id> parts{};  ///< gradients to add to
    node_map<array_id> buffer{};  ///< where a node's value can be read from, or no_array
    bool is_single_loop = false;  ///< whether one loop or scan is all there is
};

}  // namespace rondo::inline RONDO_ISA::ir_internal
