#pragma once
/// @file
/// Writes the stages down: what each evaluates, multiplies, loads and stores.

#include <rondo/pass/assign_buffers.hpp>
#include <rondo/pass/fuse_accumulations.hpp>
#include <rondo/pass/recurrence_kind.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// Fills a schedule.
class layout {
   public:
    constexpr layout(program const& p, recurrence_structure const& r, staging const& s,
                     stage_order const& order, accumulations const& sums)
        : p_(p), r_(r), s_(s), order_(order), sums_(sums), needed_(s.readable)
    {
    }

    constexpr schedule run()
    {
        // From the last stage to the first: what a stage needs, earlier ones must store.
        gather_gradients();
        std::array<range, max_stages> work{};
        for (stage_id k = order_.keys.size(); k-- > 0;) {
            work[static_cast<std::size_t>(k)] = work_of(k);
        }
        kinds_ = classify_recurrences(p_, r_);
        homes_ = assign_buffers(p_, s_, order_, needed_);
        out_.arrays = homes_.arrays;
        out_.home = homes_.of;
        for (stage_id k = 0; k < order_.keys.size(); ++k) {
            write_stage(k, work[static_cast<std::size_t>(k)]);
        }
        write_gradient_stages();
        return out_;
    }

   private:
    constexpr node const& get(node_id i) const { return p_.nodes[i]; }

    // What each stage works out ---------------------------------------------------------------

    /// How stage @p stage, or with no_stage one after all others, comes by a value.
    constexpr origin origin_of(node_id i, stage_id stage) const
    {
        op const code = get(i).opcode;
        if (is_leaf(code)) {
            bool const is_number = code == op::constant || code == op::extent;
            return is_number ? origin::operation : origin::memory;
        }
        stage_id const own = order_.of(i);
        if (own != no_stage && (own != stage || code == op::sum)) {
            return origin::memory;
        }
        return sums_.is_root(i) ? origin::products : origin::operation;
    }
    /// Appends to the work of a stage what it takes to have @p i, unless it is there already.
    constexpr void close(node_id i, stage_id stage)
    {
        if (seen_[i] == closure_) {
            return;
        }
        seen_[i] = closure_;
        origin const from = origin_of(i, stage);
        if (from == origin::operation) {
            for_each_operand(p_.nodes, i, [&](node_id o) { close(o, stage); });
        } else if (from == origin::memory) {
            needed_[i] = true;
        } else if (node_id const start = sums_.start[i]; start != no_node) {
            needed_[start] = true;
        }
        out_.work.push_back({i, from});
    }
    constexpr range work_of(stage_id stage)
    {
        ++closure_;
        range r{out_.work.size(), 0};
        auto const work_out = [&](node_id i) { close(get(i).opcode == op::sum ? get(i).a : i, stage); };
        order_.for_each_node(stage, [&](node_id i) {
            if (needed_[i]) {
                work_out(i);
            }
        });
        for (required_store const& s : order_.stores) {
            if (s.stage == stage) {
                work_out(s.value);
            }
        }
        r.end = out_.work.size();
        return r;
    }

    // Writing ---------------------------------------------------------------------------------

    /// Whether a turn must run step by step, and has neither products nor reductions in its loop.
    constexpr bool is_scan(std::int8_t turn) const
    {
        for (std::size_t k = 0; k < p_.states.size(); ++k) {
            if (r_.loop_of[k] == turn) {
                return r_.is_loop[k] && kinds_.of_state[k] != recurrence_kind::dense;
            }
        }
        return false;
    }
    constexpr void write_stage(stage_id number, range work)
    {
        stage_key const& k = order_.keys[number];
        auto const products = products_of(number);
        stage_kind const kind = k.where.is_loop && is_scan(k.where.loop) ? stage_kind::scan
                                : products.size() > 0                    ? stage_kind::tile
                                                                         : stage_kind::elementwise;
        stage out{.kind = kind, .where = k.where, .level = k.level, .dim = k.dim, .work = work};
        write_accumulators(products, out);
        write_segments(products, out);

        out.stores.begin = out_.stores.size();
        order_.for_each_node(number, [&](node_id i) {
            if (needed_[i]) {
                out_.stores.push_back({i, out_.home[i]});
            }
        });
        for (std::size_t s = 0; s < order_.stores.size(); ++s) {
            node_id const value = order_.stores[s].value;
            if (order_.stores[s].stage == number && out_.home[value] != homes_.targets[s]) {
                out_.stores.push_back({value, homes_.targets[s]});
            }
        }
        out.stores.end = out_.stores.size();
        if (out.stores.size() > 0) {
            out_.stages.push_back(out);
        }
    }
    using product_list = static_vector<node_id, max_products>;

    /// The products of a stage.
    constexpr product_list products_of(stage_id number) const
    {
        product_list products{};
        order_.for_each_node(number, [&](node_id i) {
            if (is_product(get(i).opcode) && seen_[sums_.root[i]] != 0) {
                products.push_back(i);
            }
        });
        return products;
    }
    /// The first and the last of the operands, in the order of their segments, whose products go into
    /// an accumulator.
    constexpr std::pair<std::ptrdiff_t, std::ptrdiff_t> operands_into(node_id root,
                                                                      product_list const& products) const
    {
        product_list operands{};
        std::pair<std::ptrdiff_t, std::ptrdiff_t> into{-1, -1};
        for (node_id const i : products) {
            operands.push_back_once(get(i).b);
            if (sums_.root[i] == root) {
                into.second = operands.find(get(i).b);
                into.first = into.first < 0 ? into.second : into.first;
            }
        }
        return into;
    }
    /// Accumulators with the same operands stand side by side, so that their factors make one run.
    constexpr void write_accumulators(product_list const& products, stage& out)
    {
        out.accumulators.begin = out_.accumulators.size();
        for (auto w = out.work.begin; w < out.work.end; ++w) {
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
    /// One segment for each operand, unless an accumulator takes two products with it.
    constexpr void write_segments(product_list products, stage& out)
    {
        out.segments.begin = out_.segments.size();
        while (!products.empty()) {
            node_id const operand = get(products[0]).b;
            segment s{.operand = out_.home[operand], .factors = {out_.factors.size(), 0}};
            for (auto a = out.accumulators.begin; a < out.accumulators.end; ++a) {
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

    // Gradients of parameters, after all other stages -------------------------------------------

    /// Works out what stages the gradients of vectors take, one for each dimension.
    constexpr void gather_gradients()
    {
        for (dimension_id dim = 0; dim < static_cast<dimension_id>(max_dimensions); ++dim) {
            stage out{.kind = stage_kind::bias_gradient, .where = {r_.loops, false}, .dim = dim};
            ++closure_;
            out.work.begin = out_.work.size();
            out.parts.begin = out_.parts.size();
            for (program_result const& y : p_.results) {
                if (y.what == role::parameter_gradient && get(y.value).opcode != op::outer &&
                    get(y.value).shape.rows == dim) {
                    close(y.value, no_stage);
                    out_.parts.push_back({.parameter = y.index, .value = y.value});
                }
            }
            out.work.end = out_.work.size();
            out.parts.end = out_.parts.size();
            if (out.parts.size() > 0) {
                gradients_.push_back(out);
            }
        }
    }
    constexpr void write_gradient_stages()
    {
        stage outer{.kind = stage_kind::weight_gradient, .where = {r_.loops, false}};
        outer.parts.begin = out_.parts.size();
        for (program_result const& y : p_.results) {
            node const& n = get(y.value);
            if (y.what == role::parameter_gradient && n.opcode == op::outer) {
                out_.parts.push_back({.parameter = y.index, .left = out_.home[n.a], .right = out_.home[n.b]});
            }
        }
        outer.parts.end = out_.parts.size();
        if (outer.parts.size() > 0) {
            out_.stages.push_back(outer);
        }
        for (stage const& st : gradients_) {
            out_.stages.push_back(st);
        }
    }

    program const& p_;
    recurrence_structure const& r_;
    staging const& s_;
    stage_order const& order_;
    accumulations const& sums_;
    node_map<bool> needed_;  // must be stored by the stage that it belongs to
    node_map<int> seen_{};   // the closure that has had the node last
    int closure_ = 0;        // counts the closures, from one
    buffer_assignment homes_{};
    recurrence_kinds kinds_{};
    static_vector<stage, max_dimensions> gradients_{};  // of vectors
    schedule out_{};
};

}  // namespace detail

/// Schedules @p p. What it computes and in which order is all in the result; the program is only
/// needed to know what each node is.
///
/// Afterwards: every array is written by one stage and read only by later ones (or later steps,
/// where it carries a state); every result and new state is stored; the operand of every product
/// stands in an array; a loop that is not dense is one stage, a scan.
constexpr schedule emit_schedule(program const& p, recurrence_structure const& r, staging const& s,
                                 node_list const& kept)
{
    stage_order const order = order_stages(p, r, s, kept);
    return detail::layout(p, r, s, order, fuse_accumulations(p, s, order)).run();
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
