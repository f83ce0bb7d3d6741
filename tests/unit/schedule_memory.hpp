#pragma once
/// @file
/// The arrays that the schedule interpreter reads and writes.
///
/// It is strict where kernels would silently read garbage: reading an array before it is written or writing
/// an entry twice throws std::logic_error.

#include "sequence.hpp"

#include <rondo/pass/schedule.hpp>

#include <cmath>
#include <cstddef>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// The direction of time: the order in which loops visit the steps.
enum class direction { forward, backward };

/// The arrays of a schedule, step by step.
class schedule_memory {
   public:
    schedule_memory(schedule const& s, sizes const& size, std::size_t steps, direction way)
        : s_(s), size_(size), steps_(steps), way_(way)
    {
    }

    std::vector<value> parameters{};
    std::vector<value>
        carried{};  ///< the states before the first step in the direction of time, oldest first
    std::vector<std::size_t> delays{};  ///< over how many steps each state is carried

    /// Sets an array of the caller or of the other schedule.
    void provide(storage kind, int index, std::vector<value> by_step)
    {
        memory_[{kind, index}] = std::move(by_step);
    }
    /// The values of an array after the run; empty if no stage wrote it.
    std::vector<value> written(storage kind, int index) const
    {
        auto const found = memory_.find({kind, index});
        return found == memory_.end() ? std::vector<value>{} : found->second;
    }

   protected:
    using array_key = std::pair<storage, int>;

    [[noreturn]] static void fail(std::string const& why) { throw std::logic_error(why); }
    static std::string named(node_id i) { return "node " + std::to_string(i); }

    array const& array_of(array_id a) const
    {
        if (a < 0 || a >= s_.arrays.size()) {
            fail("an array is not in the schedule's list");
        }
        return s_.arrays[a];
    }

    array_id buffer_of(node_id i) const { return s_.buffer[i]; }

    value const& read(array_id id, std::size_t t) const
    {
        array const& a = array_of(id);
        storage kind = a.kind;
        if (kind == storage::parameter) {
            return parameters.at(static_cast<std::size_t>(a.index));
        }
        if (kind == storage::kept || kind == storage::per_sequence) {
            t = 0;
        }
        if (kind == storage::carried_in) {
            auto const k = static_cast<std::size_t>(a.index);
            std::size_t const ago = way_ == direction::forward ? t : steps_ - 1 - t;
            if (ago < delays.at(k)) {
                std::size_t const step = way_ == direction::forward ? t : delays[k] - 1 - ago;
                return first_[{id, step}] = of_step(carried.at(k), step, size_.entries(a.shape));
            }
            kind = storage::carried_out;
            t = way_ == direction::forward ? t - delays[k] : t + delays[k];
        }
        auto const found = memory_.find({kind, a.index});
        if (found == memory_.end() || found->second.at(t).empty()) {
            fail("array " + std::to_string(id) + " is read before it is written");
        }
        if (found->second[t].size() != size_.entries(a.shape)) {
            fail("array " + std::to_string(id) + " has another dimension than its values");
        }
        return found->second[t];
    }

    void write(array_id id, stage_id stage, std::size_t t, value v)
    {
        array const& a = array_of(id);
        bool const writable = a.kind == storage::output || a.kind == storage::input_gradient ||
                              a.kind == storage::carried_out || a.kind == storage::saved ||
                              a.kind == storage::span || a.kind == storage::step ||
                              (a.kind == storage::kept && t == 0);
        if (!writable || v.size() != size_.entries(a.shape)) {
            fail("array " + std::to_string(id) + " cannot take this value");
        }
        auto const writer = writer_.try_emplace(id, stage).first;
        std::vector<value>& to = memory_[{a.kind, a.index}];
        to.resize(steps_);
        if (writer->second != stage || !to[t].empty()) {
            fail("array " + std::to_string(id) + " is written twice");
        }
        to[t] = std::move(v);
    }

    void forget_step_arrays()
    {
        for (auto& [where, by_step] : memory_) {
            if (where.first == storage::step) {
                by_step.assign(steps_, {});
            }
        }
    }

    /// The number of the symbol in array @p id.
    std::size_t symbol(array_id id, std::size_t t) const
    {
        array const& a = array_of(id);
        auto const found = memory_.find({a.kind, a.index});
        if (a.kind != storage::input || found == memory_.end() || found->second.at(t).size() != 1) {
            fail("array " + std::to_string(id) + " has no symbols");
        }
        return static_cast<std::size_t>(std::lround(found->second[t][0]));
    }

    schedule const& s_;
    sizes const& size_;
    std::size_t steps_;
    direction way_;
    std::map<array_key, std::vector<value>> memory_{};
    mutable std::map<std::pair<array_id, std::size_t>, value> first_{};  // parts of `carried`
    std::map<array_id, stage_id> writer_{};
};

}  // namespace rondo::test
