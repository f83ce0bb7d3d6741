#pragma once
/// @file
/// Writes the stages down: what each evaluates, multiplies, loads and stores, and in which order.

#include <rondo/pass/form_stages.hpp>

namespace rondo {

namespace detail {

/// Fills a schedule from a staging.
class layout {
   public:
    constexpr layout(program const& p, recurrence_structure const& r, staging const& s,
                     static_vector<node_id, max_nodes> const& kept)
        : p_(p), r_(r), s_(s), kept_(kept)
    {
        out_.home.fill(no_array);
        accumulator_of_.fill(no_node);
    }

    constexpr schedule run()
    {
        order_stages();
        for (stage_key const& k : keys_) {
            gather_accumulators(k);
        }
        // From the last stage to the first: what a stage needs, earlier ones must store.
        needed_ = s_.stored;
        for (std::size_t i = keys_.size(); i-- > 0;) {
            need_of_stage(keys_[i]);
        }
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            assign_home(i);
        }
        for (stage_key const& k : keys_) {
            write_tile_stage(k);
        }
        write_gradient_stages();
        return out_;
    }

   private:
    static constexpr std::size_t at(node_id i) { return static_cast<std::size_t>(i); }
    constexpr node const& get(node_id i) const { return p_.nodes[i]; }
    constexpr stage_key const& key(node_id i) const { return s_.key[at(i)]; }
    constexpr bool leaf(node_id i) const { return is_leaf(get(i).code); }
    /// A node that belongs to one stage: neither a leaf nor floating.
    constexpr bool anchored(node_id i) const
    {
        return !leaf(i) && !s_.floats[at(i)] && get(i).code != op::outer;
    }

    /// Calls `f(value, array, state)` for all that must be stored whatever the stages are; `state`
    /// is -1 unless a new state is stored.
    template <class F>
    constexpr void for_each_store(F&& f) const
    {
        for (std::size_t k = 0; k < p_.states.size(); ++k) {
            node_id const v = p_.states[k].to;
            auto const index = static_cast<std::int16_t>(k);
            f(v, array{storage::carried_out, index, get(v).shape.rows}, static_cast<int>(k));
        }
        for (std::size_t k = 0; k < kept_.size(); ++k) {
            node_id const v = kept_[k];
            f(v, array{storage::remembered, static_cast<std::int16_t>(k), get(v).shape.rows}, -1);
        }
        for (yielded const& y : p_.results) {
            if (y.what != role::parameter_gradient) {
                storage const kind =
                    y.what == role::output ? storage::output : storage::input_gradient;
                f(y.value, array{kind, 0, get(y.value).shape.rows}, -1);
            }
        }
    }

    /// The stage that copies a leaf to where it is stored.
    constexpr stage_key key_of_copy(node_id i, int state) const
    {
        stage_key k{r_.places[at(i)], 0, get(i).shape.rows};
        if (state >= 0 && r_.is_loop[static_cast<std::size_t>(state)]) {
            k.where = {r_.turn_of[static_cast<std::size_t>(state)], true};
        }
        return k;
    }

    constexpr void order_stages()
    {
        static_vector<stage_key, 96> found{};
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            if (anchored(i)) {
                found.push_back_once(key(i));
            }
        }
        for_each_store([&](node_id value, array, int state) {
            if (leaf(value)) {
                found.push_back_once(key_of_copy(value, state));
            }
        });
        auto const earlier = [](stage_key const& a, stage_key const& b) {
            if (a.where != b.where) {
                return a.where.before(b.where);
            }
            return a.level != b.level ? a.level < b.level : a.dim < b.dim;
        };
        while (keys_.size() < found.size()) {
            stage_key const* first = nullptr;
            for (stage_key const& k : found) {
                if (!keys_.contains(k) && (first == nullptr || earlier(k, *first))) {
                    first = &k;
                }
            }
            keys_.push_back(*first);
        }
    }

    // Sums of products ------------------------------------------------------------------------

    constexpr bool opens(node_id i, stage_key const& k) const
    {
        return accumulator_of_[at(i)] != no_node && key(i) == k && uses_[at(i)] == 1 &&
               !s_.stored[at(i)];
    }
    /// Whether a value is a vector in memory when the stage begins.
    constexpr bool ready(node_id i, stage_key const& k) const
    {
        if (get(i).shape.is_scalar()) {
            return false;
        }
        bool const in_array = leaf(i) && get(i).code != op::constant;
        return in_array || (anchored(i) && key(i) != k);
    }

    constexpr void gather_accumulators(stage_key const& k)
    {
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            if (!anchored(i) || key(i) != k) {
                continue;
            }
            node const& n = get(i);
            if (is_product(n.code)) {
                start_of_[at(i)] = no_node;
                accumulator_of_[at(i)] = i;
            } else if (n.code == op::add) {
                node_id const a = n.a;
                node_id const b = n.b;
                if (opens(a, k) && opens(b, k) &&
                    (start_of_[at(a)] == no_node || start_of_[at(b)] == no_node)) {
                    join(i, start_of_[at(a)] == no_node ? start_of_[at(b)] : start_of_[at(a)]);
                } else if (opens(a, k) && start_of_[at(a)] == no_node && ready(b, k)) {
                    join(i, b);
                } else if (opens(b, k) && start_of_[at(b)] == no_node && ready(a, k)) {
                    join(i, a);
                }
            }
        }
    }
    /// Makes the addition @p i the root of the accumulators that it adds.
    constexpr void join(node_id i, node_id start)
    {
        start_of_[at(i)] = start;
        accumulator_of_[at(i)] = i;
        for_each_operand(p_.nodes, i, [&](node_id o) {
            if (o != start && accumulator_of_[at(o)] == o) {
                accumulator_of_[at(o)] = i;
            }
        });
    }
    constexpr bool is_accumulator(node_id i) const { return accumulator_of_[at(i)] == i; }
    constexpr node_id root_of(node_id product) const
    {
        node_id r = product;
        while (accumulator_of_[at(r)] != r) {
            r = accumulator_of_[at(r)];
        }
        return r;
    }

    // What each stage works out ---------------------------------------------------------------

    /// Marks in @p set what must be evaluated or loaded in stage @p k to have @p i.
    constexpr void close(node_id i, stage_key const& k, per_node<bool>& set) const
    {
        if (set[at(i)]) {
            return;
        }
        set[at(i)] = true;
        bool const here = anchored(i) && key(i) == k && get(i).code != op::sum;
        if ((here && !is_accumulator(i)) || (!leaf(i) && s_.floats[at(i)])) {
            for_each_operand(p_.nodes, i, [&](node_id o) { close(o, k, set); });
        }
    }

    /// What stage @p k evaluates, given which of its nodes others need.
    constexpr per_node<bool> work_of(stage_key const& k) const
    {
        per_node<bool> set{};
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            if (!anchored(i) || key(i) != k || !needed_[at(i)]) {
                continue;
            }
            if (get(i).code == op::sum) {
                close(get(i).a, k, set);
            } else {
                close(i, k, set);
            }
        }
        for_each_store([&](node_id value, array, int state) {
            if (leaf(value) && key_of_copy(value, state) == k) {
                set[at(value)] = true;
            }
        });
        return set;
    }

    constexpr void need_of_stage(stage_key const& k)
    {
        if (k == keys_[keys_.size() - 1]) {
            // Gradients of vectors are added up after the last stage, from what is in arrays.
            per_node<bool> set{};
            for (yielded const& y : p_.results) {
                if (y.what == role::parameter_gradient && get(y.value).code != op::outer) {
                    close(y.value, after_all, set);
                }
            }
            need_from_earlier(set, after_all);
        }
        per_node<bool> const set = work_of(k);
        need_from_earlier(set, k);
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            if (set[at(i)] && is_accumulator(i) && key(i) == k && start_of_[at(i)] != no_node) {
                needed_[at(start_of_[at(i)])] = true;
            }
        }
    }
    constexpr void need_from_earlier(per_node<bool> const& set, stage_key const& k)
    {
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            if (set[at(i)] && anchored(i) && (key(i) != k || get(i).code == op::sum)) {
                needed_[at(i)] = true;
            }
        }
    }

    // Arrays ----------------------------------------------------------------------------------

    constexpr void assign_home(node_id i)
    {
        node const& n = get(i);
        dimension_id const dim = n.shape.rows;
        auto const is = [&](storage kind, int index) {
            out_.home[at(i)] =
                out_.array_number({kind, static_cast<std::int16_t>(index), dim});
        };
        switch (n.code) {
            case op::input: return is(storage::input, 0);
            case op::output_adjoint: return is(storage::output_adjoint, 0);
            case op::new_state: return is(storage::new_state, n.index);
            case op::remembered: return is(storage::remembered, n.index);
            case op::state_adjoint: return is(storage::carried_in, n.index);
            case op::state:
                return is(carries_states() ? storage::carried_in : storage::old_state, n.index);
            case op::parameter:
                return n.shape.is_matrix() ? void() : is(storage::parameter, n.index);
            default: break;
        }
        if (!anchored(i) || !needed_[at(i)]) {
            return;
        }
        for (std::size_t k = 0; k < p_.states.size(); ++k) {
            if (p_.states[k].to == i) {
                return is(storage::carried_out, static_cast<int>(k));
            }
        }
        if (int const k = kept_.find(i); k >= 0) {
            return is(storage::remembered, k);
        }
        bool const stays = key(i).where.in_loop && !leaves(i, key(i).where);
        is(stays ? storage::step : storage::span, temporaries_++);
    }
    constexpr bool carries_states() const
    {
        return !p_.states.empty() && get(p_.states[0].from).code == op::state;
    }
    /// Whether a value of @p loop is read outside it, perhaps through floating nodes.
    constexpr bool leaves(node_id i, place loop) const
    {
        bool out = is_gradient(i);
        for (node_id u = static_cast<node_id>(i + 1); u < p_.nodes.size() && !out; ++u) {
            if (get(u).a == i || get(u).b == i) {
                out = get(u).code == op::outer || (anchored(u) && key(u).where != loop) ||
                      (s_.floats[at(u)] && leaves(u, loop));
            }
        }
        return out;
    }
    constexpr bool is_gradient(node_id i) const
    {
        for (yielded const& y : p_.results) {
            if (y.what == role::parameter_gradient && y.value == i) {
                return true;
            }
        }
        return false;
    }

    // Writing ---------------------------------------------------------------------------------

    constexpr origin origin_of(node_id i, stage_key const& k) const
    {
        op const code = get(i).code;
        if (leaf(i)) {
            bool const is_number = code == op::constant || code == op::extent;
            return is_number ? origin::operation : origin::memory;
        }
        if (anchored(i) && (key(i) != k || code == op::sum)) {
            return origin::memory;
        }
        return anchored(i) && is_accumulator(i) ? origin::products : origin::operation;
    }

    constexpr range write_work(per_node<bool> const& set, stage_key const& k)
    {
        range r{static_cast<std::int16_t>(out_.work.size()), 0};
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            if (set[at(i)]) {
                out_.work.push_back({i, origin_of(i, k)});
            }
        }
        r.end = static_cast<std::int16_t>(out_.work.size());
        return r;
    }

    constexpr void write_tile_stage(stage_key const& k)
    {
        per_node<bool> const set = work_of(k);
        stage out{.kind = stage_kind::tile, .where = k.where, .level = k.level, .dim = k.dim};
        out.work = write_work(set, k);
        write_products(k, set, out);

        out.stores.begin = static_cast<std::int16_t>(out_.stores.size());
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            if (anchored(i) && key(i) == k && needed_[at(i)]) {
                out_.stores.push_back({i, out_.home[at(i)]});
            }
        }
        for_each_store([&](node_id value, array to, int state) {
            bool const here = leaf(value) ? key_of_copy(value, state) == k : key(value) == k;
            array_id const number = out_.array_number(to);
            if (here && (leaf(value) || out_.home[at(value)] != number)) {
                out_.stores.push_back({value, number});
            }
        });
        out.stores.end = static_cast<std::int16_t>(out_.stores.size());
        if (out.stores.size() > 0) {
            out_.stages.push_back(out);
        }
    }

    constexpr void write_products(stage_key const& k, per_node<bool> const& set, stage& out)
    {
        out.accumulators.begin = static_cast<std::int16_t>(out_.accumulators.size());
        per_node<int> number{};
        for (node_id i = 0; i < p_.nodes.size(); ++i) {
            if (set[at(i)] && anchored(i) && key(i) == k && is_accumulator(i)) {
                number[at(i)] = static_cast<int>(out_.accumulators.size()) - out.accumulators.begin;
                out_.accumulators.push_back({i, start_of_[at(i)]});
            }
        }
        out.accumulators.end = static_cast<std::int16_t>(out_.accumulators.size());

        // One segment for each operand, unless an accumulator takes two products with it.
        per_node<bool> written{};
        out.segments.begin = static_cast<std::int16_t>(out_.segments.size());
        for (node_id first = 0; first < p_.nodes.size(); ++first) {
            if (!belongs(first, k, set) || written[at(first)]) {
                continue;
            }
            segment s{.operand = out_.home[at(get(first).b)]};
            s.factors.begin = static_cast<std::int16_t>(out_.factors.size());
            per_node<bool> taken{};
            for (node_id root = 0; root < p_.nodes.size(); ++root) {
                for (node_id i = first; i < p_.nodes.size() && !taken[at(root)]; ++i) {
                    if (belongs(i, k, set) && !written[at(i)] && get(i).b == get(first).b &&
                        root_of(i) == root) {
                        taken[at(root)] = written[at(i)] = true;
                        out_.factors.push_back({get(get(i).a).index,
                                                get(i).code == op::transposed_product,
                                                static_cast<std::int16_t>(number[at(root)])});
                    }
                }
            }
            s.factors.end = static_cast<std::int16_t>(out_.factors.size());
            out_.segments.push_back(s);
        }
        out.segments.end = static_cast<std::int16_t>(out_.segments.size());
    }
    constexpr bool belongs(node_id i, stage_key const& k, per_node<bool> const& set) const
    {
        return is_product(get(i).code) && key(i) == k && set[at(root_of(i))];
    }

    constexpr void write_gradient_stages()
    {
        stage outer{.kind = stage_kind::outer, .where = {r_.loops, false}};
        outer.parts.begin = static_cast<std::int16_t>(out_.parts.size());
        for (yielded const& y : p_.results) {
            node const& n = get(y.value);
            if (y.what == role::parameter_gradient && n.code == op::outer) {
                out_.parts.push_back({.parameter = y.index,
                                      .left = out_.home[at(n.a)],
                                      .right = out_.home[at(n.b)]});
            }
        }
        outer.parts.end = static_cast<std::int16_t>(out_.parts.size());
        if (outer.parts.size() > 0) {
            out_.stages.push_back(outer);
        }
        for (dimension_id dim = 0; dim < static_cast<dimension_id>(max_dimensions); ++dim) {
            write_accumulate_stage(dim);
        }
    }

    constexpr void write_accumulate_stage(dimension_id dim)
    {
        stage out{.kind = stage_kind::accumulate, .where = {r_.loops, false}, .dim = dim};
        per_node<bool> set{};
        out.parts.begin = static_cast<std::int16_t>(out_.parts.size());
        for (yielded const& y : p_.results) {
            if (y.what == role::parameter_gradient && get(y.value).code != op::outer &&
                get(y.value).shape.rows == dim) {
                close(y.value, after_all, set);
                out_.parts.push_back({.parameter = y.index, .value = y.value});
            }
        }
        out.parts.end = static_cast<std::int16_t>(out_.parts.size());
        if (out.parts.size() > 0) {
            out.work = write_work(set, after_all);
            out_.stages.push_back(out);
        }
    }

    static constexpr stage_key after_all{.where = {127, false}, .level = 127};

    program const& p_;
    recurrence_structure const& r_;
    staging const& s_;
    static_vector<node_id, max_nodes> const& kept_;
    per_node<int> uses_ = count_uses(p_);
    static_vector<stage_key, 96> keys_{};
    per_node<node_id> accumulator_of_{};  // the root it is summed into; itself if a root
    per_node<node_id> start_of_{};
    per_node<bool> needed_{};
    int temporaries_ = 0;
    schedule out_{};
};

}  // namespace detail

/// Schedules @p p. What it computes and in which order is all in the result; the program is only
/// needed to know what each node is.
///
/// Afterwards: every array is written by one stage and read only by later ones (or later steps,
/// where it carries a state); every result and new state is stored; the operand of every product
/// stands in an array.
constexpr schedule lay_out(program const& p, recurrence_structure const& r, staging const& s,
                           static_vector<node_id, max_nodes> const& kept)
{
    return detail::layout(p, r, s, kept).run();
}

}  // namespace rondo
