#pragma once
/// @file
/// Words that the library uses internally, or may use later, and that a user may use as well.

/// Expands @p X for each word. The formatter would put each on a line of its own.
// clang-format off
#define WORDS(X) \
    X(apply) X(array) X(backward_pass) X(batch) X(binding) X(buffer) X(carry) X(cell) X(check) X(chunk) \
    X(chunk_rows) X(clusters) X(code) X(compiled) X(context) X(copy_states) X(cost) X(costs) \
    X(count_operations) X(counts) X(detail) X(differentiate) X(edge) X(emit_schedule) X(epilogue) \
    X(evaluate) X(exec) X(executable) X(execute) X(extents) X(factor) X(features) X(fill_randomly) \
    X(first_row) X(forward_pass) X(frame) X(full_length) X(fuse_stages) X(gather) X(graph) X(history) \
    X(internal) X(interpreter) X(ir) X(kernel) X(lane) X(lang) X(lanes) X(layer) X(layer_interface) \
    X(length_of) X(lengths) X(literal) X(load_states) X(machine) X(members) X(members_of) X(memory) \
    X(microkernel) X(names) X(node) X(number) X(op) X(operand) X(origin) X(pack) X(packed_sequence) \
    X(packing) X(panel) X(panel_run) X(panels) X(parameter) X(parameter_info) X(part) X(parts) X(pass) \
    X(peephole) X(phase) X(pipeline) X(plan) X(plan_segments) X(prefetch) X(product) X(program) \
    X(program_result) X(range) X(recorder) X(recurrence) X(reference) X(register_count) X(replace_file) \
    X(require) X(resize_states) X(role) X(rounds) X(row_counts) X(row_stage) X(rows) X(run) X(run_record) \
    X(run_rows) X(saved_values) X(scan) X(schedule) X(section) X(segment) X(sequence) X(share) X(shape) \
    X(shapes_agree) X(sign) X(signature) X(simd) X(simplify) X(sizes) X(span_of) X(stage) X(state) \
    X(state_view) X(states) X(static_vector) X(step) X(step_by_step) X(steps) X(storage) X(store) \
    X(store_states) X(store_values) X(stretch) X(symbol) X(tile) X(tile_stage) X(timeline) X(time_plan) \
    X(time_span) X(trace) X(traced_step) X(type_list) X(type_name) X(unit) X(unroll) X(update) X(value) \
    X(verify) X(vector) X(voices) X(walk) X(wider) X(width) X(window) X(with_location) X(work) \
    X(work_item) X(workspace) X(zero_tail)
// clang-format on
