#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <system_error>
#include <vector>

#include "daemon/config.h"
#include "daemon/daemon.h"
#include "daemon/log.h"
#include "daemon/ownership.h"
#include "daemon/systemd.h"
#include "ipc/refusal.h"
#include "model/printable.h"
#include "os/file_name.h"
#include "os/streams.h"
#include "store/schema.h"

namespace {

using namespace settings::daemon;

// Exit codes that systemd is told not to restart on (sysexits.h).
constexpr int exit_wrong_usage = 64;        // EX_USAGE
constexpr int exit_already_running = 75;    // EX_TEMPFAIL
constexpr int exit_bad_configuration = 78;  // EX_CONFIG

struct Arguments {
    std::string config_file;
    bool check_config = false;
};

void describe(CLI::App& app, Arguments& arguments) {
    app.description(
        "Keeps the settings of local apps durable, shares them over a Unix socket, and syncs them "
        "with a Flashback account.");
    app.add_option(
           "--config", arguments.config_file,
           "The only configuration file to read (default: ~/.config/settingsd/config.toml, and "
           "/etc/settingsd/config.toml below it)")
        ->check(settings::os::wrong_with_file_name);
    app.add_flag("--check-config", arguments.check_config,
                 "Say whether the configuration is right, and exit");
    app.set_version_flag("--version", "settingsd " SETTINGSD_VERSION);
}

Config load(Arguments const& arguments) {
    bool const is_named = !arguments.config_file.empty();
    auto const files = is_named ? std::vector{std::filesystem::path{arguments.config_file}}
                                : default_config_files();
    // The file names a command to run. To check it runs nothing. The machine's own is root's
    // affair.
    if (!arguments.check_config) refuse_what_is_anothers("the configuration", files.front());
    return load_config(files, is_named);
}

/// Begins anew as the same process, so that systemd and whoever waits at the socket notice nothing.
/// A thread that is stuck in libc goes with the old program.
[[noreturn]] void start_over(char** words, Daemon const& daemon) {
    systemd::pass_on(daemon.kept_socket(), daemon.is_socket_own());
    execv("/proc/self/exe", words);
    throw std::system_error{errno, std::generic_category(), "settingsd cannot start over"};
}

int serve(Arguments const& arguments, systemd::Sockets const& sockets, char** words) {
    Config const config = load(arguments);
    if (arguments.check_config) {
        config.check_files();
        std::puts("the configuration is right");
        return 0;
    }
    refuse_what_is_anothers("the store", config.store_directory);
    if (sockets.numbers.empty() || sockets.are_own)
        refuse_what_is_anothers("the socket", config.socket_path);
    set_up_log(config.log_level);
    Daemon daemon{config, sockets, [arguments] { return load(arguments); }};
    if (daemon.run() == Daemon::End::to_start_over) start_over(words, daemon);
    // All is written and answered. A name lookup may still be stuck in libc, in a thread that
    // cannot be cancelled and that the loop's destructor would wait for.
    std::_Exit(0);
}

/// To the service manager, too: of a process that ends at once the journal may not know any more
/// which unit it was, and then `systemctl status` shows no line of it.
int complain(std::exception const& error, int status) {
    systemd::notify_status(error.what());
    std::fprintf(stderr, "settingsd: %s\n", settings::printable(error.what()).c_str());
    return status;
}

/// For what only a person can mend: clients that wait at a socket already hear it too.
int give_up(std::exception const& error, systemd::Sockets const& sockets, int status) {
    for (int const socket : sockets.numbers) settings::ipc::turn_away(socket, error.what());
    return complain(error, status);
}

/// What is only told ends nothing: a log whose reader has left, a terminal that is another job's or
/// closes before SIGHUP means "read the configuration again". A file that may not grow is an error
/// of the write. A token command has all of these as usual.
void ignore_signals() {
    for (int const signal : {SIGPIPE, SIGXFSZ, SIGTTIN, SIGTTOU, SIGHUP})
        std::signal(signal, SIG_IGN);
}

}  // namespace

int main(int argc, char** argv) {
    settings::os::open_missing_streams(O_RDWR);
    ignore_signals();
    // Nobody else's business: not our files, not a core dump with a token in it.
    umask(077);
    prctl(PR_SET_DUMPABLE, 0);
    // A token command is dumpable again; this one it inherits.
    rlimit const no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);

    CLI::App app;
    Arguments arguments;
    describe(app, arguments);
    auto const sockets = systemd::take_sockets();
    try {
        app.parse(argc, argv);
        return serve(arguments, sockets, argv);
    } catch (CLI::Success const& asked) {
        return app.exit(asked);  // prints the help, or the version
    } catch (CLI::ParseError const& error) {
        return give_up(error, sockets, exit_wrong_usage);
    } catch (ConfigError const& error) {
        return give_up(error, sockets, exit_bad_configuration);
    } catch (settings::store::UnusableStore const& error) {
        return give_up(error, sockets, exit_bad_configuration);
    } catch (AlreadyRunning const& error) {
        return give_up(error, sockets, exit_already_running);
    } catch (std::exception const& error) {
        return complain(error, 1);
    }
}
