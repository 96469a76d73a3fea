#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include "bench/load.h"
#include "os/seconds.h"

namespace {

using settings::bench::LoadOptions;
using settings::bench::Mode;

void describe(CLI::App& app, LoadOptions& options, double& seconds) {
    std::map<std::string, Mode> const modes{
        {"get", Mode::get}, {"get-one", Mode::get_one}, {"put", Mode::put}, {"mixed", Mode::mixed}};
    app.description("Puts load on a running settingsd and prints one line of JSON.");
    app.add_option("--socket", options.socket, "The daemon's socket")->required();
    app.add_option("--mode", options.mode, "get, get-one, put or mixed (one edit in ten)")
        ->transform(CLI::CheckedTransformer(modes));
    app.add_option("--clients", options.clients, "Connections")->check(CLI::Range(1, 512));
    app.add_option("--requests", options.requests, "End after so many requests in all");
    app.add_option("--seconds", seconds, "End after this time at the latest (default: 10)")
        ->check([](std::string const& text) {
            return settings::os::wrong_with_seconds(text, 0.01, 3'600);
        });
    app.add_option("--keys", options.keys, "Different keys to read or write")
        ->check(CLI::Range(1, 1'000'000));
    app.add_option("--value-bytes", options.value_bytes, "Size of a written value")
        ->check(CLI::Range(17, 65'536));
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app;
    LoadOptions options;
    double seconds = 10;
    describe(app, options, seconds);
    CLI11_PARSE(app, argc, argv);
    options.time = std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1000)};
    try {
        auto const load = settings::bench::run_load(options);
        std::printf(
            "{\"rate\":%.0f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"answers\":%zu,\"errors\":%zu}\n",
            load.rate, load.p50, load.p99, load.answers, load.errors);
        return load.errors == 0 ? 0 : 1;
    } catch (std::exception const& error) {
        std::fprintf(stderr, "settings-load: %s\n", error.what());
        return 1;
    }
}
