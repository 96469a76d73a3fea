/// Has each disk call of a daemon at work fail once, in each way, and looks what became of its
/// promises. See docs/reliability.md.

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "settings/client.h"
#include "tests/crash/faulty_disk.h"
#include "tests/support/eventually.h"
#include "tests/support/process.h"
#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"

namespace settings::crash {
namespace {

constexpr std::size_t shown_faults = 5;
constexpr int killed_by_us = 128 + SIGKILL;

struct Case {
    std::uint64_t call = 0;
    Kind kind = Kind::none;
    Fault fault = Fault::none;
    bool lasts = false;
};

char const* name_of(Kind kind) {
    switch (kind) {
        case Kind::open: return "open";
        case Kind::write: return "write";
        case Kind::flush: return "flush";
        case Kind::resize: return "truncate";
        case Kind::rename: return "rename";
        case Kind::unlink: return "unlink";
        case Kind::map: return "mmap";
        case Kind::none: break;
    }
    return "call";
}

char const* name_of(Fault fault) {
    switch (fault) {
        case Fault::io_error: return "EIO";
        case Fault::no_space: return "ENOSPC";
        case Fault::read_only: return "EROFS";
        case Fault::no_descriptors: return "EMFILE";
        case Fault::cut_short: return "cut short";
        case Fault::lies: return "a lie";
        case Fault::killed: return "a kill";
        case Fault::none: break;
    }
    return "nothing";
}

std::string name_of(Case const& one) {
    return "call " + std::to_string(one.call) + ", " + name_of(one.kind) + ", comes to " +
           name_of(one.fault) + (one.lasts ? " from then on" : "");
}

/// What a test shares with the library in front of the daemon's C library.
class Steering {
  public:
    explicit Steering(std::filesystem::path file) : file_{std::move(file)} {
        int const opened = open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        bool const is_there = opened >= 0 && ftruncate(opened, sizeof(Control)) == 0;
        void* const place =
            mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, opened, 0);
        close(opened);
        if (!is_there || place == MAP_FAILED)
            throw std::runtime_error{"cannot map " + file_.string()};
        control_ = static_cast<Control*>(place);
    }
    Steering(Steering const&) = delete;
    Steering& operator=(Steering const&) = delete;
    ~Steering() { munmap(control_, sizeof(Control)); }

    void aim(Case const& one, std::filesystem::path const& folder) {
        std::strncpy(control_->folder.data(), folder.c_str(), control_->folder.size() - 1);
        control_->at = one.call;
        control_->fault = one.fault;
        control_->lasts = one.lasts;
    }

    [[nodiscard]] std::filesystem::path const& file() const { return file_; }
    [[nodiscard]] Control const& control() const { return *control_; }

  private:
    std::filesystem::path file_;
    Control* control_ = nullptr;
};

/// A fault of the daemon's; the text is for a person.
class Fail : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Two keys of each edit have its number as their value, so that a half one shows.
class Trial {
  public:
    explicit Trial(Case const& one) : case_{one}, steering_{folder_ / "control"} {
        write_text(folder_ / "config.toml", "store.directory = \"" + (folder_ / "state").string() +
                                                "\"\nsocket.path = \"" + socket().string() +
                                                "\"\nserver.url = \"https://localhost:1\"\n");
        steering_.aim(one, folder_ / "state");
    }

    /// Throws Fail.
    void run() {
        for (int lives = 0; lives < 2; ++lives) live(/*faulty=*/true);
        if (not_saved_.contains(live(/*faulty=*/false)))
            throw Fail{"an edit is there that was told not to be saved"};
    }

    [[nodiscard]] std::vector<Kind> calls() const {
        auto const& control = steering_.control();
        auto const count = std::min<std::size_t>(control.calls, Control::kinds_known);
        return {control.kinds.begin(), control.kinds.begin() + static_cast<std::ptrdiff_t>(count)};
    }

  private:
    [[nodiscard]] std::filesystem::path socket() const { return folder_ / "run/socket"; }
    [[nodiscard]] std::string log() const { return read_text(folder_ / "log"); }

    /// From a start to a stop, with some edits between. Returns the values at the beginning.
    int live(bool faulty) {
        Process daemon{words(faulty), {folder_ / "log", folder_ / "log"}};
        if (!await_service(daemon)) {
            expect_good_end(daemon, faulty);
            return -1;
        }
        auto const values = read(daemon);
        for (int edits = 0; edits < 3; ++edits) edit(faulty);
        if (!daemon.has_ended()) read(daemon);
        if (!daemon.has_ended()) daemon.send(SIGTERM);
        expect_good_end(daemon, faulty);
        return values;
    }

    [[nodiscard]] std::vector<std::string> words(bool faulty) const {
        std::vector<std::string> words{program("settingsd"), "--config", folder_ / "config.toml"};
        if (!faulty) return words;
        words.insert(words.begin(), {"env", "LD_PRELOAD=" + program("libfaulty-disk.so"),
                                     "FAULTY_DISK=" + steering_.file().string()});
        return words;
    }

    /// False when the daemon ends instead.
    bool await_service(Process& daemon) const {
        bool is_there = false;
        eventually("settingsd serves or ends", [&] {
            is_there = Client{socket()}.status().has_value();
            return is_there || daemon.has_ended();
        });
        return is_there;
    }

    /// Reads go on whatever the disk does.
    int read(Process& daemon) {
        std::optional<client::Json> document;
        eventually("the settings can be read", [&] {
            if (auto found = Client{socket()}.document()) document = *std::move(found);
            return document || daemon.has_ended();
        });
        if (!document) return -1;
        auto const one = document->value("one", 0), two = document->value("two", 0);
        if (one != two) throw Fail{"half an edit is there: " + document->dump()};
        if (one < saved_) throw Fail{"an edit that was acknowledged is lost: " + document->dump()};
        return one;
    }

    void edit(bool faulty) {
        ++edits_;
        auto const done = Client{socket()}.patch({{"one", edits_}, {"two", edits_}});
        if (done) {
            saved_ = edits_;
            return;
        }
        if (!faulty)
            throw Fail{"an edit is refused after a clean start: " + done.error().message()};
        if (done.error().message().starts_with("not saved")) not_saved_.insert(edits_);
    }

    void expect_good_end(Process& daemon, bool faulty) const {
        int const status = daemon.wait();
        bool const is_killed = faulty && case_.fault == Fault::killed && status == killed_by_us;
        bool const is_refusal = faulty && status < 128;
        if (status != 0 && !is_killed && !is_refusal)
            throw Fail{"settingsd ended with " + std::to_string(status) + ": " + log()};
    }

    TemporaryFolder folder_;
    Case case_;
    Steering steering_;
    int edits_ = 0;
    int saved_ = 0;
    std::set<int> not_saved_;
};

/// In which ways a call may fail that does such a thing.
std::vector<Fault> faults_of(Kind kind) {
    using enum Fault;
    switch (kind) {
        case Kind::open: return {io_error, no_space, read_only, no_descriptors, killed};
        case Kind::write: return {io_error, no_space, cut_short, killed};
        case Kind::rename:
        case Kind::unlink: return {io_error, no_space, read_only, killed};
        default: return {io_error, no_space, killed};
    }
}

std::vector<Case> all_cases() {
    Trial trial{{}};
    trial.run();
    std::vector<Case> cases;
    std::uint64_t number = 0;
    for (auto const kind : trial.calls()) {
        ++number;
        for (auto const fault : faults_of(kind)) {
            cases.push_back({number, kind, fault, false});
            if (fault != Fault::killed) cases.push_back({number, kind, fault, true});
        }
    }
    return cases;
}

/// Tries them on all processors, and tells of the first that went wrong.
class Trials {
  public:
    explicit Trials(std::vector<Case> cases) : cases_{std::move(cases)} {}

    std::size_t run() {
        std::vector<std::thread> threads;
        for (unsigned n = std::max(1U, std::thread::hardware_concurrency()); n > 0; --n)
            threads.emplace_back([this] {
                for (auto next = next_++; next < cases_.size(); next = next_++)
                    try_out(cases_[next]);
            });
        for (auto& thread : threads) thread.join();
        return faulty_;
    }

  private:
    void try_out(Case const& one) {
        try {
            Trial{one}.run();
        } catch (std::exception const& failure) {
            std::lock_guard const lock{mutex_};
            if (++faulty_ <= shown_faults)
                std::printf("  %s: %s\n", name_of(one).c_str(), failure.what());
        }
    }

    std::vector<Case> const cases_;
    std::atomic<std::size_t> next_ = 0;
    std::mutex mutex_;
    std::size_t faulty_ = 0;
};

/// So many of them, evenly spread; 0 for all.
std::vector<Case> sample(std::vector<Case> const& all, std::size_t count, std::size_t seed) {
    if (count == 0 || count >= all.size()) return all;
    std::vector<Case> chosen;
    for (std::size_t n = 0; n < count; ++n)
        chosen.push_back(all[(n * all.size() / count + seed) % all.size()]);
    return chosen;
}

int try_calls(std::vector<Case> const& all, std::vector<Case> const& chosen) {
    auto const faulty = Trials{chosen}.run();
    std::printf("%zu disk calls, %zu of %zu faults tried, %zu went wrong\n",
                static_cast<std::size_t>(all.back().call), chosen.size(), all.size(), faulty);
    return faulty == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace settings::crash

int main(int argc, char** argv) try {
    using namespace settings::crash;
    std::size_t count = 0, seed = 0, only = 0;
    bool is_lying = false;
    CLI::App app{
        "Has each disk call of a daemon at work fail in each way, and looks what became of what it "
        "promised."};
    app.add_option("--faults", count, "how many to try, evenly spread; all of them otherwise");
    app.add_option("--seed", seed, "another one chooses others");
    app.add_option("--call", only, "the faults of this call alone");
    app.add_flag("--disk-lies", is_lying, "writes that are not done, which has to be noticed");
    CLI11_PARSE(app, argc, argv);
    if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", /*overwrite=*/1);
    auto all = all_cases();
    if (is_lying) {
        for (auto& each : all) each.fault = Fault::lies;
        std::erase_if(all,
                      [](auto const& each) { return each.kind != Kind::write || !each.lasts; });
    }
    auto chosen = sample(all, count, seed);
    if (only != 0) std::erase_if(chosen, [&](auto const& each) { return each.call != only; });
    return try_calls(all, chosen);
} catch (std::exception const& failure) {
    std::fprintf(stderr, "disk-calls: %s\n", failure.what());
    return EXIT_FAILURE;
}
