#include "torch.hpp"

#include "child.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace rondo::bench {
namespace {

using nlohmann::json;

/// A temporary folder, removed by the destructor.
class temporary_folder {
   public:
    temporary_folder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "rondo-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) {
            throw std::runtime_error("cannot make a folder " + pattern);
        }
        path_ = pattern;
    }
    temporary_folder(temporary_folder const&) = delete;
    temporary_folder& operator=(temporary_folder const&) = delete;
    ~temporary_folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::filesystem::path const& path() const { return path_; }

   private:
    std::filesystem::path path_;
};

void write(std::filesystem::path const& path, problem const& p)
{
    json head{{"cell", name(p.cell)},     {"mode", name(p.mode)},    {"threads", p.threads},
              {"rate", problem::rate},    {"steps", p.sizes.steps},  {"batch", p.sizes.batch},
              {"hidden", p.sizes.hidden}, {"tensors", json::array()}};
    tensors all = p.arguments;
    all.insert(p.parameters.begin(), p.parameters.end());
    for (auto const& [called, values] : all) {
        head["tensors"].push_back({called, values.size()});
    }
    std::ofstream file(path, std::ios::binary);
    file << head.dump() << '\n';
    for (auto const& [called, values] : all) {
        file.write(reinterpret_cast<char const*>(values.data()),
                   static_cast<std::streamsize>(values.size() * sizeof(float)));
    }
}

tensors read(std::filesystem::path const& path)
{
    std::ifstream file(path, std::ios::binary);
    std::string line;
    std::getline(file, line);
    json const head = json::parse(line);
    tensors found;
    for (auto const& entry : head["tensors"]) {
        numbers values(entry[1].get<std::size_t>());
        file.read(reinterpret_cast<char*>(values.data()),
                  static_cast<std::streamsize>(values.size() * sizeof(float)));
        found[entry[0].get<std::string>()] = std::move(values);
    }
    return found;
}

/// The interpreter, in the environment in which PyTorch is fastest: its kernels and those of
/// OpenBLAS are for this instruction set even if the environment selects an older one, and malloc does not
/// return memory to the system. Debian's OpenBLAS would select its kernels for a Pentium 4 on a processor
/// that is newer than itself.
std::vector<std::string> command(problem const& p, std::string const& file)
{
    std::string const threads = std::to_string(p.threads);
    std::vector<std::string> words{"env",
                                   "-u",
                                   "OPENBLAS_CORETYPE",
                                   "-u",
                                   "OPENBLAS_L2_SIZE",
                                   "OMP_NUM_THREADS=" + threads,
                                   "OPENBLAS_NUM_THREADS=" + threads,
                                   "MALLOC_MMAP_THRESHOLD_=4294967296",
                                   "MALLOC_TRIM_THRESHOLD_=17179869184",
                                   "MALLOC_TOP_PAD_=268435456"};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) {
        words.insert(words.end(), {"ATEN_CPU_CAPABILITY=avx512", "OPENBLAS_CORETYPE=SkylakeX"});
    } else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        words.emplace_back("OPENBLAS_CORETYPE=Haswell");
    }
#endif
    words.insert(words.end(), {"/usr/bin/python3", RONDO_BENCH_FOLDER "/torch_peer.py", file});
    return words;
}

/// The child and the files that it reads and writes, shared by all variants.
struct torch_process {
    explicit torch_process(problem const& p)
        : file(folder.path() / "problem"), interpreter((write(file, p), command(p, file.string())))
    {
        std::string const line = interpreter.hear();
        if (line.empty()) {
            throw std::runtime_error(p.title() + ": PyTorch failed");
        }
        greeting = json::parse(line);
    }

    temporary_folder folder;
    std::filesystem::path file;
    child interpreter;
    json greeting;
};

/// One variant.
class torch_variant final : public contestant {
   public:
    torch_variant(std::shared_ptr<torch_process> process, std::string const& variant)
        : contestant("torch", variant), process_(std::move(process))
    {
    }

    tensors results() override { return read(process_->file.string() + "." + variant()); }
    elapsed repeat(int calls) override
    {
        process_->interpreter.say(variant() + " " + std::to_string(calls));
        std::istringstream answer(process_->interpreter.hear());
        elapsed e;
        if (!(answer >> e.wall >> e.cpu)) {
            throw std::runtime_error("PyTorch failed in the middle");
        }
        return e;
    }

   private:
    std::shared_ptr<torch_process> process_;
};

/// Prints a warning once.
void warn(std::string const& text)
{
    static std::set<std::string> said;
    if (said.insert(text).second) {
        std::cerr << text << std::endl;
    }
}

}  // namespace

contestants torch_contestants(problem const& p)
{
    if (has_head(p.cell)) {
        return {};
    }
    auto const process = std::make_shared<torch_process>(p);
    contestants all;
    if (process->greeting.contains("missing")) {
        warn("PyTorch is no peer: " + process->greeting["missing"].get<std::string>());
        return all;
    }
    std::string const blas = process->greeting["blas"];
    if (blas.find("openblas") == std::string::npos) {
        warn("PyTorch multiplies matrices with " + blas +
             ", which is slow; libopenblas0-openmp makes it a peer");
    }
    for (auto const& variant : process->greeting["variants"]) {
        all.push_back(std::make_unique<torch_variant>(process, variant));
    }
    return all;
}

}  // namespace rondo::bench
