// Gives a target what the corpus has for it, without a fuzzer: what was found once stays mended, in
// each build and under each sanitizer.
//
//   fuzz-replay TARGET FOLDER

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "tests/fuzz/targets.h"

namespace settings::fuzz {
namespace {

using Target = void (*)(std::string_view);

std::map<std::string, Target> const targets{
    {"request", request},
    {"json", json},
    {"path", path},
    {"document", document},
    {"reply", reply},
    {"sse", sse},
    {"configuration", configuration},
    {"assignment", assignment},
    {"time", time},
    {"token", token},
    {"route", route},
    {"store", store},
    {"snapshot", snapshot},
    {"organization", organization},
};

std::string contents_of(std::filesystem::path const& file) {
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

/// Returns how many inputs there were.
int replay(Target target, std::filesystem::path const& folder) {
    int inputs = 0;
    for (auto const& file : std::filesystem::directory_iterator{folder}) {
        std::puts(file.path().c_str());
        std::fflush(stdout);
        target(contents_of(file.path()));
        ++inputs;
    }
    return inputs;
}

}  // namespace
}  // namespace settings::fuzz

int main(int count, char** words) {
    if (count != 3) return 64;
    return settings::fuzz::replay(settings::fuzz::targets.at(words[1]), words[2]) > 0 ? 0 : 1;
}
