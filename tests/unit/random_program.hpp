#pragma once
/// @file
/// Random steps: programs that the language could have recorded, and many that nobody would write.
///
/// Several dimensions, one to three inputs, at most one of which is a symbol, one to four states, matrices,
/// vectors and scalars as parameters; new states that are leaves or one value, carried over up to four steps;
/// one to three arbitrary outputs. With matrices, all of these have up to three dimensions. New states have
/// the bounds of old ones, so that a step can be unrolled. A seed determines the program on every machine.

#include "random_matrices.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// Builds one random step.
class program_generator {
   public:
    explicit program_generator(unsigned seed, bool has_matrices = false)
        : random_(seed), has_matrices_(has_matrices)
    {
    }

    sample_program make()
    {
        choose_shapes();
        add_leaves();
        if (layered_) {
            // States become visible one after the other, so that they form many components.
            for (std::size_t const k : shuffled(out_.states.size())) {
                add_state(k);
                add_work(3 + random_.below(7));
                next_[k] = choose_next(k);
                if (random_.chance(0.2)) {
                    values_.hide(old_[k]);  // later nodes use what was computed from it
                }
            }
        } else {
            for (std::size_t k = 0; k < out_.states.size(); ++k) {
                add_state(k);
            }
            add_work(6 + random_.below(30));
            for (std::size_t k = 0; k < out_.states.size(); ++k) {
                next_[k] = choose_next(k);
            }
        }
        add_work(random_.below(5));
        for (std::size_t k = 0; k < out_.states.size(); ++k) {
            int const delay = random_.chance(0.25) ? 2 + static_cast<int>(random_.below(3)) : 1;
            out_.step.states.push_back({old_[k], next_[k], delay});
        }
        std::size_t const outputs = 1 + (random_.chance(0.4) ? random_.below(3) : 0);
        for (std::size_t k = 0; k < outputs; ++k) {
            out_.step.results.push_back({role::output, static_cast<std::int16_t>(k), choose_output(k)});
        }
        out_.step.nodes = values_.nodes();
        return out_;
    }

   private:
    std::vector<std::size_t> shuffled(std::size_t n)
    {
        std::vector<std::size_t> order(n);
        for (std::size_t i = 0; i < n; ++i) {
            order[i] = i;
            std::swap(order[i], order[random_.below(i + 1)]);
        }
        return order;
    }

    void add_work(std::size_t count)
    {
        if (has_matrices_) {
            values_.add_matrix_work(count);
        } else {
            values_.add_work(count);
        }
    }

    void choose_shapes()
    {
        std::vector<std::size_t> named(dimensions_);
        for (std::size_t& n : named) {
            n = 1 + random_.below(4);
        }
        for (std::size_t count = random_.chance(0.5) ? 1 + random_.below(2) : 0; count > 0; --count) {
            std::size_t const first = random_.below(named.size());
            std::size_t const last = random_.below(named.size());
            named.push_back(named[first] + named[last]);
            joins_.push_back({static_cast<dimension_id>(named.size()), static_cast<dimension_id>(first + 1),
                              static_cast<dimension_id>(last + 1)});
        }
        dimensions_ = named.size();
        out_.size = sizes_of(named);
        out_.inputs.resize(1 + (random_.chance(0.4) ? 1 + random_.below(2) : 0));
        for (extents& x : out_.inputs) {
            x = random_.chance(0.1) ? extents{} : random_shape(0.3);
        }
        out_.is_symbol.assign(out_.inputs.size(), false);
        if (std::size_t const k = random_.below(out_.inputs.size()); random_.chance(0.3)) {
            out_.is_symbol[k] = out_.inputs[k].rank() == 1;
        }
        out_.states.resize(1 + random_.below(4));
        for (extents& s : out_.states) {
            s = random_.chance(0.15) ? extents{} : random_shape(0.6);
        }
        old_.assign(out_.states.size(), no_node);
        next_.assign(out_.states.size(), no_node);
        out_.parameters.resize(2 + random_.below(6));
        for (extents& p : out_.parameters) {
            p = values_.random_vector_shape();
            if (random_.chance(0.6)) {
                p.dims[1] = values_.random_vector_shape().rows();
                if (dimension_id const d = values_.random_vector_shape().rows();
                    has_matrices_ && random_.chance(0.5) && !p.has(d)) {
                    p = {d, p.dims[0], p.dims[1]};
                }
            } else if (random_.chance(0.3)) {
                p = {};
            } else if (has_matrices_) {
                p = random_shape(0.7);
            }
        }
    }
    /// The shape of a vector, or with some probability, if there are matrices, of one.
    extents random_shape(double probability)
    {
        bool const is_matrix = has_matrices_ && random_.chance(probability);
        return is_matrix ? values_.random_matrix_shape() : values_.random_vector_shape();
    }
    void add_leaves()
    {
        for (std::size_t k = 0; k < out_.inputs.size(); ++k) {
            if (out_.is_symbol[k]) {
                values_.add_symbol(k, out_.inputs[k]);
            } else {
                values_.add_leaf(op::input, k, out_.inputs[k], {-1, 1});
            }
        }
        for (std::size_t k = 0; k < out_.parameters.size(); ++k) {
            values_.add_leaf(op::parameter, k, out_.parameters[k], {-0.7, 0.7});
            if (has_matrices_ && out_.parameters[k].is_matrix() && random_.chance(0.4)) {
                values_.add_entries(k, out_.parameters[k], {-0.7, 0.7});
            }
        }
        for (double const c : {0.0, 1.0, 2.0, -1.0}) {
            if (random_.chance(0.3)) {
                values_.add_number(c);
            }
        }
        if (random_.chance(0.3)) {
            auto const d = values_.random_vector_shape().rows();
            auto const n = static_cast<double>(out_.size[d]);
            values_.add_leaf(op::extent, static_cast<std::size_t>(d), {}, {n, n});
        }
    }
    void add_state(std::size_t k) { old_[k] = values_.add_leaf(op::state, k, out_.states[k], {-2, 2}); }

    node_id choose_next(std::size_t k)
    {
        extents const shape = out_.states[k];
        auto const fits = [&](node_id i) { return values_.shape_of(i) == shape; };
        if (random_.chance(0.1)) {
            for (node_id const other : next_) {
                if (other != no_node && fits(other)) {
                    return other;  // shares the value of another state
                }
            }
        }
        bool const prefers_work = !random_.chance(0.15);
        node_id const chosen = values_.choose(
            [&](node_id i) { return fits(i) && !(prefers_work && is_leaf(values_.nodes()[i].opcode)); });
        if (chosen == no_node) {
            return random_.chance(0.5) ? old_[k] : values_.squashed(old_[k]);
        }
        return values_.at(chosen).magnitude() <= 2 ? chosen : values_.squashed(chosen);
    }
    node_id choose_output(std::size_t k)
    {
        if (k > 0 && random_.chance(0.2)) {
            return out_.step.results[random_.below(k)].value;  // two outputs that are one value
        }
        return random_.chance(0.2) ? next_[random_.below(next_.size())] : values_.choose_any();
    }

    random_source random_;
    bool has_matrices_;
    std::size_t dimensions_ = (has_matrices_ ? 2 : 1) + random_.below(3);
    bool layered_ = random_.chance(0.5);
    sample_program out_{};
    std::vector<joined_shape> joins_{};
    random_matrices values_{random_, out_.size, dimensions_, joins_};
    std::vector<node_id> old_{};
    std::vector<node_id> next_{};
};

/// The program of a seed, of vectors.
inline sample_program random_program(unsigned seed) { return program_generator(seed).make(); }

/// The program of a seed, of values with up to three dimensions.
inline sample_program random_matrix_program(unsigned seed) { return program_generator(seed, true).make(); }

}  // namespace rondo::test
