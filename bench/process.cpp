#include "bench/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include "bench/load.h"

namespace settings::bench {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// The number after `name` in a file of /proc; 0 when it may not be read.
std::int64_t number_in(fs::path const& file, std::string const& name) {
    std::ifstream stream{file};
    for (std::string word; stream >> word;) {
        std::int64_t number = 0;
        if (word == name && stream >> number) return number;
    }
    return 0;
}

double mebibytes(std::int64_t kibibytes) { return static_cast<double>(kibibytes) / 1024; }

/// What runs between fork and exec: only calls that are safe there.
[[noreturn]] void become(char* const* arguments, char const* log, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    int const file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    dup2(file, STDERR_FILENO);
    execv(arguments[0], arguments);
    _exit(127);
}

}  // namespace

Process::Process(fs::path const& program, fs::path folder, Stock stock)
    : folder_{std::move(folder)} {
    for (auto const* part : {"store", "run", "credentials"}) {
        fs::create_directories(folder_ / part);
        fs::permissions(folder_ / part, fs::perms::owner_all);
    }
    fill_store(folder_ / "store/settings.db", stock);
    write_config(retention_of(stock));
    start(program);
    wait_until_it_answers();
    reuse_write_ahead_log(stock);
}

Process::~Process() {
    kill(pid_, SIGTERM);
    for (int waited = 0; waited < 500; ++waited) {
        if (waitpid(pid_, nullptr, WNOHANG) == pid_) return;
        std::this_thread::sleep_for(10ms);
    }
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

void Process::write_config(store::Retention kept) const {
    std::ofstream{folder_ / "config.toml"}
        << "server.url = \"https://127.0.0.1:1\"\n"
        << "credentials.token_file = " << folder_ / "credentials/none" << '\n'
        << "store.directory = " << folder_ / "store" << '\n'
        << "store.journal_revisions = " << kept.revisions << '\n'
        << "store.journal_bytes = " << kept.bytes << '\n'
        << "socket.path = " << socket() << '\n'
        << "log.level = \"error\"\n";
}

void Process::start(fs::path const& program) {
    std::string path = program.native();
    std::string option = "--config";
    std::string config = folder_ / "config.toml";
    std::string const log = folder_ / "log";
    char* const arguments[] = {path.data(), option.data(), config.data(), nullptr};
    pid_t const parent = getpid();
    pid_ = fork();
    if (pid_ < 0) throw std::system_error{errno, std::generic_category(), "fork"};
    if (pid_ == 0) become(arguments, log.c_str(), parent);
}

void Process::wait_until_it_answers() {
    LoadOptions once{.socket = socket(), .requests = 1, .time = 5s};
    for (int tries = 0; tries < 1'000; ++tries) {
        try {
            if (run_load(once).errors == 0) return;
        } catch (std::system_error const&) {
            // Not listening yet.
        }
        if (waitpid(pid_, nullptr, WNOHANG) == pid_) break;
        std::this_thread::sleep_for(20ms);
    }
    std::ifstream log{folder_ / "log"};
    std::string const said{std::istreambuf_iterator{log}, {}};
    throw std::runtime_error{"settingsd did not start: " + said};
}

/// While the write-ahead log grows, each flush is one of the file system's journal as well. That
/// ends with the first checkpoint, after 1,000 pages: so begin there.
void Process::reuse_write_ahead_log(Stock stock) const {
    LoadOptions const edits{.socket = socket(),
                            .mode = Mode::put,
                            .requests = 500,
                            .time = 30s,
                            .keys = std::max<std::int64_t>(stock.keys, 1)};
    if (run_load(edits).errors > 0) throw std::runtime_error{"settingsd does not take edits"};
}

/// SQLite counts its transactions in the second word of the shared WAL index, "iChange"
/// (sqlite.org/walformat.html, 2.2): the one place where commits can be seen from outside.
std::uint32_t Process::commits() const {
    std::ifstream index{folder_ / "store/settings.db-shm", std::ios::binary};
    std::uint32_t count = 0;
    constexpr int offset = 8;
    if (!index.seekg(offset) || !index.read(reinterpret_cast<char*>(&count), sizeof count))
        throw std::runtime_error{"the store has no WAL index"};
    return count;
}

std::int64_t Process::wakeups() const {
    std::int64_t count = 0;
    for (auto const& thread : fs::directory_iterator{"/proc/" + std::to_string(pid_) + "/task"})
        count += number_in(thread.path() / "status", "voluntary_ctxt_switches:");
    return count;
}

Memory Process::memory() const {
    fs::path const folder = "/proc/" + std::to_string(pid_);
    auto const rollup = folder / "smaps_rollup";
    auto const unshared = number_in(rollup, "Private_Clean:") + number_in(rollup, "Private_Dirty:");
    return {mebibytes(number_in(folder / "status", "VmRSS:")), mebibytes(number_in(rollup, "Pss:")),
            mebibytes(unshared)};
}

}  // namespace settings::bench
