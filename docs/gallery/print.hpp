#pragma once
/// @file
/// Writes the drawings of a cell to files for the gallery.

#include <rondo/pass/drawing.hpp>
#include <rondo/pass/recurrence_of.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

/// Writes `NAME_forward.txt`, `.dot` and `.tex`, these three for `backward`, and `NAME.facts`, the numbers
/// in the page and the kind of the recurrence.
template <class Cell>
void print_cell(std::filesystem::path const& folder, std::string const& name,
                std::vector<std::string> const& states)
{
    auto const write = [&](std::string const& suffix, std::string const& text) {
        std::ofstream file(folder / (name + suffix));
        file.exceptions(std::ios::failbit | std::ios::badbit);
        file << text;
    };
    auto const write_all = [&](std::string const& step, rondo::drawing const& d) {
        write(step + ".txt", d.text);
        write(step + ".dot", d.dot);
        write(step + ".tex", d.latex);
    };
    write_all("_forward", rondo::draw_forward<Cell>(states));
    write_all("_backward", rondo::draw_backward<Cell>(states));
    using compiled = rondo::ir_internal::compiled<Cell>;
    auto const stages_in_loops = [](rondo::ir_internal::schedule const& s) {
        return std::count_if(s.stages.begin(), s.stages.end(),
                             [](rondo::ir_internal::stage const& one) { return one.where.is_loop; });
    };
    std::string facts{};
    auto const add = [&](auto number) { facts += std::to_string(number) + " "; };
    add(compiled::forward.nodes.size());
    add(stages_in_loops(compiled::forward_schedule));
    add(compiled::reverse.saved.size());
    add(compiled::backward.nodes.size());
    add(stages_in_loops(compiled::backward_schedule));
    facts += rondo::name_of(rondo::recurrence_of<Cell>);
    write(".facts", facts);
}
