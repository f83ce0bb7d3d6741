#pragma once
/// @file
/// Writes the stages of a schedule: the products, work, stores and gradients of each.

#include <rondo/pass/assign_buffers.hpp>
#include <rondo/pass/list_work.hpp>
#include <rondo/pass/move_into_loops.hpp>
#include <rondo/pass/recurrence_kind.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// Fills a schedule.
class schedule_builder {
   public:
    constexpr schedule_builder(program const& p, recurrence_structure const& r, stage_order const& order,
                               accumulations const& sums, stage_work const& work,
                               buffer_assignment const& buffers)
        : p_(p), r_(r), order_(order), sums_(sums), work_(work), buffers_(buffers)
    {
    }

    constexpr schedule run()
    {
        out_.arrays = buffers_.arrays;
        out_.buffer = buffers_.of;
        out_.work = work_.items;
        out_.parts = work_.parts;
        kinds_ = classify_recurrences(p_, r_);
        for (stage_id k = 0; k < order_.keys.size(); ++k) {
            write_stage(k);
        }
        write_gradient_stages();
        return out_;
    }

   private:
    using product_list = static_vector<node_id, max_products, std::size_t, too_many_products>;

    constexpr node const& get(node_id i) const { return p_.nodes[i]; }

    /// Whether a loop must run step by step, and has neither products nor reductions nor matrices.
    constexpr bool is_scan(position where) const
    {
        for (std::size_t k = 0; k < p_.states.size(); ++k) {
            if (r_.loop_of[k] == where.loop) {
                return where.is_loop && r_.is_loop[k] && kinds_.of_state[k] != recurrence_kind::dense &&
                       matrix_rank(p_, r_, where.loop) == 0;
            }
        }
        return false;
    }
    constexpr void write_stage(stage_id number)
    {
        stage_key const& k = order_.keys[number];
        auto const products = products_of(number);
        stage_kind const kind = is_scan(k.where)      ? stage_kind::scan
                                : products.size() > 0 ? stage_kind::tile
                                                      : stage_kind::elementwise;
        stage out{.kind = kind,
                  .where = k.where,
                  .level = k.level,
                  .is_once = k.is_once,
                  .shape = k.shape,
                  .work = work_.of[number]};
        write_accumulators(products, out);
        write_segments(products, out);
        write_stores(number, out);
        if (out.stores.size() > 0) {
            out_.stages.push_back(out);
        }
    }
    constexpr void write_stores(stage_id number, stage& out)
    {
        out.stores.begin = out_.stores.size();
        order_.for_each_node(number, [&](node_id i) {
            if (work_.is_needed[i]) {
                out_.stores.push_back({i, out_.buffer[i]});
            }
        });
        for (std::size_t s = 0; s < order_.stores.size(); ++s) {
            node_id const value = order_.stores[s].value;
            if (order_.stores[s].stage == number && out_.buffer[value] != buffers_.targets[s]) {
                out_.stores.push_back({value, buffers_.targets[s]});
            }
        }
        out.stores.end = out_.stores.size();
    }

    /// The products of a stage.
    constexpr product_list products_of(stage_id number) const
    {
        product_list products{};
        order_.for_each_node(number, [&](node_id i) {
            if (is_multiplied(p_.nodes, i) && work_.is_used[sums_.root[i]]) {
                products.push_back(i);
            }
        });
        return products;
    }
    /// The first and the last of the operands, in the order of their segments, whose products are added to
    /// an accumulator.
    constexpr std::pair<std::ptrdiff_t, std::ptrdiff_t> operands_into(node_id root,
                                                                      product_list const& products) const
    {
        product_list operands{};
        std::pair<std::ptrdiff_t, std::ptrdiff_t> into{-1, -1};
        for (node_id const i : products) {
            auto const operand = static_cast<std::ptrdiff_t>(operands.push_back_once(get(i).b));
            if (sums_.root[i] == root) {
                into = {into.first < 0 ? operand : into.first, operand};
            }
        }
        return into;
    }
    /// Writes the accumulators; those with equal operands are neighbours, so that one call of the
    /// microkernel serves them.
    constexpr void write_accumulators(product_list const& products, stage& out)
    {
        out.accumulators.begin = out_.accumulators.size();
        for (entry_id w = out.work.begin; w < out.work.end; ++w) {
            auto const [i, from] = out_.work[w];
            if (from == origin::products) {
                out_.accumulators.push_back({i, sums_.start[i]});
            }
        }
        out.accumulators.end = out_.accumulators.size();
        auto const key = [&](accumulator const& a) {
            return std::pair{operands_into(a.root, products), a.root};
        };
        std::sort(out_.accumulators.begin() + out.accumulators.begin, out_.accumulators.end(),
                  [&](auto const& a, auto const& b) { return key(a) < key(b); });
    }
    /// Writes one segment for each operand, and another if an accumulator takes two products with it.
    constexpr void write_segments(product_list products, stage& out)
    {
        out.segments.begin = out_.segments.size();
        while (!products.empty()) {
            node_id const operand = get(products[0]).b;
            segment s{.operand = out_.buffer[operand], .factors = {out_.factors.size(), 0}};
            for (entry_id a = out.accumulators.begin; a < out.accumulators.end; ++a) {
                node_id const root = out_.accumulators[a].root;
                for (node_id& i : products) {
                    if (i != no_node && get(i).b == operand && sums_.root[i] == root) {
                        out_.factors.push_back({get(get(i).a).index, get(i).opcode == op::transposed_product,
                                                static_cast<std::int16_t>(a - out.accumulators.begin)});
                        i = no_node;
                        break;
                    }
                }
            }
            s.factors.end = out_.factors.size();
            out_.segments.push_back(s);
            drop_written(products);
        }
        out.segments.end = out_.segments.size();
    }
    static constexpr void drop_written(product_list& products)
    {
        auto const all = products;
        products.clear();
        for (node_id const i : all) {
            if (i != no_node) {
                products.push_back(i);
            }
        }
    }
    /// The part of a matrix's gradient that an outer product adds.
    constexpr gradient_part part_of(program_result const& y) const
    {
        node const& n = get(y.value);
        auto const is_symbol = [&](node_id i) { return get(i).opcode == op::symbol; };
        if (!is_symbol(n.a) && !is_symbol(n.b)) {
            return {.parameter = y.index, .left = out_.buffer[n.a], .right = out_.buffer[n.b]};
        }
        bool const of_row = is_symbol(n.a);
        return {.parameter = y.index,
                .left = out_.buffer[of_row ? n.b : n.a],
                .symbols = out_.buffer[of_row ? n.a : n.b],
                .of_row = of_row};
    }
    /// Writes a stage of the gradients of matrices for which @p fits holds, if there are any.
    template <class Fits>
    constexpr void write_matrix_gradients(stage_kind kind, Fits const& fits)
    {
        stage out{.kind = kind, .where = {r_.loops, false}};
        out.parts.begin = out_.parts.size();
        for (program_result const& y : p_.results) {
            if (y.what == role::parameter_gradient && get(y.value).opcode == op::outer && fits(part_of(y))) {
                out_.parts.push_back(part_of(y));
            }
        }
        out.parts.end = out_.parts.size();
        if (out.parts.size() > 0) {
            out_.stages.push_back(out);
        }
    }
    /// Writes the stages of the parameters' gradients, which come after all others.
    constexpr void write_gradient_stages()
    {
        write_matrix_gradients(stage_kind::weight_gradient,
                               [](gradient_part const& part) { return part.symbols == no_array; });
        write_matrix_gradients(stage_kind::symbol_gradient,
                               [](gradient_part const& part) { return part.symbols != no_array; });
        for (stage const& st : work_.gradients) {
            out_.stages.push_back(st);
        }
    }

    program const& p_;
    recurrence_structure const& r_;
    stage_order const& order_;
    accumulations const& sums_;
    stage_work const& work_;
    buffer_assignment const& buffers_;
    recurrence_kinds kinds_{};
    schedule out_{};
};

}  // namespace detail

/// Writes the stages of @p p, in the order of execution; form_sections() completes the schedule. All that a
/// kernel must know is in the result; the program only says what each node is.
///
/// Afterwards: every array is written by one stage and read only by later ones (or later steps,
/// where it carries a state); every result and new state is stored; the operand of every product
/// is in an array; a loop that is not dense and has no matrix is one stage, a scan; a stage of matrices is
/// elementwise, or adds up gradients.
constexpr schedule emit_schedule(program const& p, recurrence_structure const& r, stage_order const& order,
                                 accumulations const& sums, stage_work const& work,
                                 buffer_assignment const& buffers)
{
    return detail::schedule_builder(p, r, order, sums, work, buffers).run();
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
