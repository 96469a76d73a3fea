#include <fcntl.h>
#include <systemd/sd-daemon.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <string>

#include "model/printable.h"
#include "notify/desktop.h"
#include "notify/news.h"
#include "os/file_name.h"
#include "os/seconds.h"
#include "os/streams.h"
#include "settings/client.h"

namespace settings::notify {
namespace {

// Exit codes that systemd is told not to restart on (sysexits.h).
constexpr int exit_wrong_usage = 64;  // EX_USAGE
constexpr int exit_no_bus = 69;       // EX_UNAVAILABLE

struct Arguments {
    std::string socket = client::default_socket();
    double look_every = 30;  ///< seconds
};

std::string wrong_with_pause(std::string const& text) {
    return os::wrong_with_seconds(text, 0.01, 3'600);
}

void describe(CLI::App& app, Arguments& arguments) {
    app.description(
        "Tells you on the desktop when the sync of your settings needs you. \"settingsctl notify "
        "on\" has it run in your sessions.");
    app.add_option("--socket", arguments.socket,
                   "Where the daemon listens, if not at $SETTINGSD_SOCKET")
        ->type_name("PATH")
        ->check(os::wrong_with_file_name);
    app.add_option("--look-every", arguments.look_every,
                   "How often to ask the daemon; 30 unless told")
        ->type_name("SECONDS")
        ->check(wrong_with_pause);
    app.set_version_flag("--version", "settingsd-notify " SETTINGSD_VERSION);
}

void log(std::string const& sentence) {
    std::fputs(("settingsd-notify: " + printable(sentence) + '\n').c_str(), stderr);
}

/// What keeps a person from being told: in the log once, and not again while it stays so.
class Trouble {
  public:
    void meet(std::string const& sentence) {
        if (sentence != logged_) log(sentence);
        logged_ = sentence;
    }
    void leave() { logged_.clear(); }

  private:
    std::string logged_;
};

/// Tells the person what the daemon has to say.
class Teller {
  public:
    Teller(client::Client& daemon, Desktop& desktop) : daemon_{daemon}, desktop_{desktop} {}

    /// Asks once. A daemon that does not answer, or a desktop that shows nothing, is asked again
    /// the next time.
    void look() {
        auto const status = daemon_.status();
        if (!status) return trouble_.meet(status.error().message());
        news_.hear(*status);
        for (auto const matter : news_.take_ended()) desktop_.take_away(matter);
        for (auto const& notification : news_.untold())
            if (!show(notification)) return;
        trouble_.leave();
    }

  private:
    bool show(Notification const& notification) {
        auto const why_not = desktop_.show(notification);
        if (!why_not.empty()) {
            trouble_.meet("the desktop does not show \"" + notification.title + "\": " + why_not);
            return false;
        }
        news_.told(notification);
        return true;
    }

    client::Client& daemon_;
    Desktop& desktop_;
    News news_;
    Trouble trouble_;
};

[[noreturn]] void run(Arguments const& arguments) {
    Desktop desktop;
    sd_notify(/*unset_environment=*/1, "READY=1");
    client::Client daemon{arguments.socket,
                          client::Options{}.app_name("settingsd-notify/" SETTINGSD_VERSION)};
    Teller teller{daemon, desktop};
    auto const pause = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::duration<double>{arguments.look_every});
    for (;; desktop.wait(pause)) teller.look();
}

int complain(std::exception const& error, int status) {
    log(error.what());
    return status;
}

}  // namespace
}  // namespace settings::notify

int main(int argc, char** argv) {
    using namespace settings::notify;
    settings::os::open_missing_streams(O_RDWR);
    Arguments arguments;
    CLI::App app;
    describe(app, arguments);
    try {
        app.parse(argc, argv);
        run(arguments);
    } catch (CLI::Success const& asked) {
        return app.exit(asked);  // prints the help, or the version
    } catch (CLI::ParseError const& error) {
        return complain(error, exit_wrong_usage);
    } catch (NoBus const& error) {
        return complain(error, exit_no_bus);
    } catch (std::exception const& error) {
        return complain(error, 1);
    }
}
