// Misuses of models, sizes, parameters, and of what is computed from them.
#include "tiny.hpp"

#include <rondo/io/safetensors.hpp>

#include <cmath>
#include <filesystem>
#include <string>

#include <unistd.h>

using namespace rondo;
using namespace rondo::test;

namespace {

struct one_model {
    model<tiny> m = tiny_model();

    numbers use()
    {
        m = tiny_model();
        states const zero = m.zero_states(2);
        return all_of(m.parameters().flat(), zero[0], zero[1]);
    }
};

model<tiny> other_model() { return model<tiny>{input{features}, hidden{width + 1}}; }

struct one_file {
    static inline int files = 0;
    model<tiny> m = tiny_model();
    std::filesystem::path path =
        std::filesystem::temp_directory_path() /
        ("rondo-misuse-" + std::to_string(::getpid()) + "-" + std::to_string(++files));

    one_file() = default;
    one_file(one_file const&) = delete;
    one_file& operator=(one_file const&) = delete;
    ~one_file() { std::filesystem::remove_all(path); }

    numbers use()
    {
        std::filesystem::remove_all(path);
        save_safetensors(path, tiny_model().parameters());
        m.parameters().fill(0);
        load_safetensors(path, m.parameters());
        return all_of(m.parameters().flat());
    }
};

}  // namespace

TEST_CASE("misuses of models and sizes")
{
    check<one_model>({
        {"a size of zero", [](auto&) { model<tiny>(input{3}, hidden{0}); },
         rejects("dimension 'hidden': expected a size from 1")},
        {"a size that was negative",
         [](auto&) { model<tiny>(input{static_cast<std::size_t>(-1)}, hidden{3}); },
         rejects("dimension 'input': expected a size from 1")},
        {"sizes whose product overflows",
         [](auto&) { model<tiny>(input{std::size_t{1} << 40}, hidden{std::size_t{1} << 40}); },
         rejects("expected at most")},
        {"a model that was moved from is copied",
         [](auto& s) {
             model<tiny> const other = std::move(s.m);
             model<tiny> const copy = s.m;
         },
         throws<std::logic_error>("this model was moved from")},
        {"a model that was moved from is assigned",
         [](auto& s) {
             model<tiny> other = std::move(s.m);
             other = s.m;
         },
         throws<std::logic_error>("this model was moved from")},
        {"a run of a model that was moved from",
         [](auto& s) {
             model<tiny> const other = std::move(s.m);
             bptt run{s.m};
         },
         throws<std::logic_error>("this model was moved from")},
        {"a model that is assigned to itself",
         [](auto& s) {
             auto& same = s.m;
             s.m = same;
             s.m = std::move(same);
             return all_of(s.m.parameters().flat());
         },
         right{[](auto& s) { return all_of(s.m.parameters().flat()); }}},
        {"a model of other sizes without runs",
         [](auto& s) {
             s.m = other_model();
             return all_of(s.m.parameters().flat());
         },
         right{[](auto&) { return all_of(other_model().parameters().flat()); }}},
        {"parameters of other sizes", [](auto& s) { s.m.parameters() = other_model().parameters(); },
         rejects("parameter 'W': expected shape (5, 3); found shape (6, 3)")},
        {"parameters that are assigned to themselves",
         [](auto& s) {
             auto& same = s.m.parameters();
             s.m.parameters() = same;
             return all_of(same.flat());
         },
         right{[](auto& s) { return all_of(s.m.parameters().flat()); }}},
        {"states of no sequence", [](auto& s) { return all_of(s.m.zero_states(0)[0]); },
         right{[](auto&) { return numbers{}; }}},
    });
}

TEST_CASE("misuses of plans and costs")
{
    check<one_model>({
        {"a plan of no steps", [](auto& s) { plan_memory(s.m, 0, 2); },
         rejects("plan_memory: expected at least 1 step and 1 sequence; found 0 and 2")},
        {"a plan of no sequences", [](auto& s) { plan_memory(s.m, 4, 0); }, rejects("found 4 and 0")},
        {"a plan of no lengths", [](auto& s) { plan_memory(s.m, std::vector<int>{}); },
         rejects("plan_memory: expected at least 1 length; found none")},
        {"a budget of a byte", [](auto& s) { plan_memory(s.m, 4, 2, {.memory = 1}); },
         rejects("the memory budget: expected at least")},
    });
}

TEST_CASE("misuses of files of parameters")
{
    check<one_file>({
        {"a file that does not exist", [](auto& s) { load_safetensors(s.path, s.m.parameters()); },
         throws<file_error>("expected a file that can be read")},
        {"a folder is loaded",
         [](auto& s) {
             std::filesystem::create_directory(s.path);
             load_safetensors(s.path, s.m.parameters());
         },
         throws<file_error>("expected a regular file")},
        {"a folder is replaced",
         [](auto& s) {
             std::filesystem::create_directory(s.path);
             save_safetensors(s.path, s.m.parameters());
         },
         throws<file_error>("")},
        {"a file in no folder", [](auto& s) { save_safetensors(s.path / "a", s.m.parameters()); },
         throws<file_error>("")},
        {"a file of other sizes",
         [](auto& s) {
             save_safetensors(s.path, other_model().parameters());
             load_safetensors(s.path, s.m.parameters());
         },
         throws<file_error>("tensor 'U' of F32 (5, 5)")},
        {"a file that is cut off",
         [](auto& s) {
             save_safetensors(s.path, s.m.parameters());
             std::filesystem::resize_file(s.path, std::filesystem::file_size(s.path) - 1);
             load_safetensors(s.path, s.m.parameters());
         },
         throws<file_error>("")},
        {"an empty file",
         [](auto& s) {
             save_safetensors(s.path, s.m.parameters());
             std::filesystem::resize_file(s.path, 0);
             load_safetensors(s.path, s.m.parameters());
         },
         throws<file_error>("")},
        {"metadata that are not text",
         [](auto& s) {
             save_safetensors(s.path, s.m.parameters(), {{"a", "\xFF"}});
         },
         throws<input_error>("UTF-8")},
    });
}
