#include "cli/progress.h"

#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <utility>

#include "cli/layout.h"
#include "model/printable.h"

namespace settings::cli {
namespace {

constexpr auto erase = "\r\033[K";
constexpr std::size_t line_bytes = 76;

/// Whether the time passed without a request to stop.
bool passes(std::chrono::milliseconds time, std::stop_token const& stop) {
    std::mutex mutex;
    std::unique_lock lock{mutex};
    std::condition_variable_any{}.wait_for(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
}

void show(std::stop_token const& stop, std::function<std::string()> const& tell) {
    using namespace std::chrono_literals;
    for (auto wait = 300ms; passes(wait, stop); wait = 1000ms)
        std::fputs((erase + shortened(printable(tell()), line_bytes)).c_str(), stderr);
    std::fputs(erase, stderr);
}

}  // namespace

Progress::Progress(std::function<std::string()> tell) {
    if (isatty(STDERR_FILENO) == 0) return;
    thread_ =
        std::jthread{[tell = std::move(tell)](std::stop_token const& stop) { show(stop, tell); }};
}

Progress::~Progress() = default;

}  // namespace settings::cli
