// A daemon that does not get on any more is replaced, whatever of it hangs.

#include <signal.h>
#include <time.h>

#include "tests/support/eventually.h"
#include "tests/systemd/guest.h"
#include "tests/systemd/held_thread.h"

namespace settings::systemd_test {
namespace {

using std::chrono::microseconds;
using testing::HasSubstr;
using namespace std::chrono_literals;

/// On the clock that systemd stamps by.
microseconds now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return std::chrono::duration_cast<microseconds>(std::chrono::seconds{time.tv_sec} +
                                                    std::chrono::nanoseconds{time.tv_nsec});
}

/// The daemon of a user who is there for this alone.
class Patient {
  public:
    explicit Patient(std::string const& name) : service_{Service::of_system(name)} {
        service_.systemctl({"start", service_.name() + ".socket", service_.name() + ".service"});
        pid_ = service_.pid();
        since_ = now();
    }

    [[nodiscard]] int pid() const { return pid_; }

    void expect_to_be_replaced() const {
        expect_eventually([&] { return service_.log(); },
                          HasSubstr("Failed with result 'watchdog'"));
        service_.await_successor_of(pid_);
        EXPECT_TRUE(service_.document().is_object());
        // As the unit has it. All times are on systemd's own clock.
        std::chrono::seconds const limit{std::stoi(service_.property("WatchdogUSec"))};
        microseconds const begun{std::stoll(service_.property("ExecMainStartTimestampMonotonic"))};
        EXPECT_LE(begun - since_, limit + 1s);
    }

  private:
    Service service_;
    int pid_;
    microseconds since_;  ///< when it was last known to be well
};

TEST(WatchdogTest, ReplacesADaemonThatHangsWithinItsLimitAndASecond) {
    Patient const stopped{"stopped"};
    kill(stopped.pid(), SIGSTOP);
    Patient const looping{"looping"};
    HeldThread loop{looping.pid(), "settingsd"};
    Patient const writing{"writing"};
    HeldThread writer{writing.pid(), "writer"};

    loop.wait_for_end();
    writer.wait_for_end();

    stopped.expect_to_be_replaced();
    looping.expect_to_be_replaced();
    writing.expect_to_be_replaced();
}

}  // namespace
}  // namespace settings::systemd_test
