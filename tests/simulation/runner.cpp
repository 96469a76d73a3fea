#include "tests/simulation/runner.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <stdexcept>

namespace settings::simulation {
namespace {

using Clock = std::chrono::steady_clock;

/// What a process tells of one seed: a line of text on its pipe. Before the seed only its number,
/// so that whoever reads knows with which one the process died.
std::string line_of(std::uint64_t seed, Outcome const& outcome) {
    auto what = outcome.what;
    std::replace(what.begin(), what.end(), '\n', ' ');
    return std::to_string(seed) + ' ' + std::to_string(outcome.events) + ' ' +
           std::to_string(outcome.edits) + ' ' + what + '\n';
}

void say(int pipe, std::string const& line) {
    for (std::size_t done = 0; done < line.size();) {
        auto const written = write(pipe, line.data() + done, line.size() - done);
        if (written <= 0) _exit(1);
        done += static_cast<std::size_t>(written);
    }
}

[[noreturn]] void work(Campaign const& campaign, unsigned job, int pipe) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    auto plan = campaign.plan;
    for (auto run = std::uint64_t{job}; run < campaign.runs; run += campaign.jobs) {
        plan.seed = campaign.first + run;
        say(pipe, std::to_string(plan.seed) + '\n');
        say(pipe, line_of(plan.seed, simulate(plan)));
    }
    _exit(0);
}

/// One process and what has been read of its pipe.
struct Worker {
    pid_t process = 0;
    int pipe = -1;
    std::string text;
    std::string begun;  ///< the seed that it is at
};

class Runner {
  public:
    Runner(Campaign const& campaign, std::ostream& out) : campaign_{campaign}, out_{out} {}

    bool run() {
        for (unsigned job = 0; job < campaign_.jobs; ++job) start(job);
        while (std::any_of(workers_.begin(), workers_.end(),
                           [](auto const& worker) { return worker.pipe >= 0; })) {
            listen();
            if (broken_ >= campaign_.give_up_after) break;
        }
        stop();
        report("");
        return broken_ == 0;
    }

  private:
    void start(unsigned job) {
        int ends[2];
        if (pipe(ends) != 0) throw std::runtime_error{"no pipe"};
        auto const process = fork();
        if (process == 0) {
            close(ends[0]);
            work(campaign_, job, ends[1]);
        }
        close(ends[1]);
        workers_.push_back({process, ends[0], {}, {}});
    }

    void listen() {
        std::vector<pollfd> polled;
        for (auto const& worker : workers_) polled.push_back({worker.pipe, POLLIN, 0});
        poll(polled.data(), polled.size(), 1'000);
        for (std::size_t i = 0; i < polled.size(); ++i)
            if (polled[i].revents != 0) hear(workers_[i]);
        if (Clock::now() < reported_at_ + std::chrono::seconds{10}) return;
        reported_at_ = Clock::now();
        report("... ");
    }

    void hear(Worker& worker) {
        char buffer[65'536];
        auto const size = read(worker.pipe, buffer, sizeof buffer);
        if (size <= 0) return part(worker);
        worker.text.append(buffer, static_cast<std::size_t>(size));
        for (auto end = worker.text.find('\n'); end != std::string::npos;
             end = worker.text.find('\n')) {
            take(worker, worker.text.substr(0, end));
            worker.text.erase(0, end + 1);
        }
    }

    void take(Worker& worker, std::string const& line) {
        if (worker.begun.empty()) {
            worker.begun = line;
            return;
        }
        worker.begun.clear();
        std::size_t at = 0;
        auto const number = [&] {
            std::size_t used = 0;
            auto const value = std::stoull(line.substr(at), &used);
            at += used + 1;
            return value;
        };
        auto const seed = number();
        events_ += number();
        edits_ += number();
        ++seeds_;
        if (at < line.size()) broke(std::to_string(seed), line.substr(at));
    }

    /// Its pipe is closed: it is done, or died.
    void part(Worker& worker) {
        close(worker.pipe);
        worker.pipe = -1;
        if (!worker.begun.empty()) broke(worker.begun, "the process died: an assertion?");
    }

    void broke(std::string const& seed, std::string const& what) {
        ++broken_;
        out_ << "seed " << seed << " broke: " << what.substr(0, 600) << std::endl;
    }

    void stop() {
        for (auto const& worker : workers_) {
            kill(worker.process, SIGTERM);
            waitpid(worker.process, nullptr, 0);
        }
    }

    void report(char const* prefix) {
        auto const seconds =
            std::max(0.001, std::chrono::duration<double>(Clock::now() - began_).count());
        out_ << prefix << seeds_ << " seeds, " << seeds_ * campaign_.plan.days
             << " simulated days, " << edits_ << " edits, " << broken_ << " broken; "
             << static_cast<long>(seconds) << " s, "
             << static_cast<long>(static_cast<double>(events_) / seconds) << " events/s, "
             << seconds * 1'000 / static_cast<double>(std::max<std::uint64_t>(seeds_, 1))
             << " ms a seed" << std::endl;
    }

    Campaign const& campaign_;
    std::ostream& out_;
    std::vector<Worker> workers_;
    Clock::time_point began_ = Clock::now();
    Clock::time_point reported_at_ = began_;
    std::uint64_t seeds_ = 0;
    std::uint64_t events_ = 0;
    std::uint64_t edits_ = 0;
    std::size_t broken_ = 0;
};

}  // namespace

bool run(Campaign const& campaign, std::ostream& out) { return Runner{campaign, out}.run(); }

}  // namespace settings::simulation
