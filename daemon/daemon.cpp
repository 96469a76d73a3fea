#include "daemon/daemon.h"

#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdlib>

#include "daemon/log.h"
#include "daemon/state_directory.h"
#include "daemon/systemd.h"
#include "ipc/socket.h"
#include "store/recovery.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

/// For requests in hand when the daemon is told to stop.
constexpr std::chrono::seconds grace{2};

std::filesystem::path default_token_file() { return default_config_file().parent_path() / "token"; }

std::vector<sync::TokenFile> token_files(Config const& config) {
    std::vector<sync::TokenFile> files;
    if (char const* folder = std::getenv("CREDENTIALS_DIRECTORY"); folder != nullptr)
        files.push_back({std::filesystem::path{folder} / "token", /*guarded=*/true});
    files.push_back({config.token_file ? *config.token_file : default_token_file()});
    return files;
}

std::chrono::seconds since_1970() {
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch());
}

sync::Account::Options account_options(Config const& config, DaemonClock const& clock) {
    sync::Account::Options options;
    options.sources.stored = config.store_directory / "credentials.json";
    options.sources.files = token_files(config);
    options.sources.command = !config.token_command.empty();
    options.clocks = {[clock] { return clock.now(); }, since_1970};
    options.token_command = config.token_command;
    return options;
}

store::Lock lock_store(std::filesystem::path const& folder) {
    prepare_state_directory(folder);
    auto lock = store::Lock::take(folder);
    if (!lock) throw AlreadyRunning{lock.error().message()};
    return std::move(*lock);
}

/// As many as there may be descriptors, but for those that store, sync and log need.
std::size_t allowed_connections() {
    constexpr rlim_t kept_back = 64;
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    auto const left = limit.rlim_cur > 2 * kept_back ? limit.rlim_cur - kept_back : kept_back;
    return std::min<std::size_t>(ipc::Server::Options{}.connections, left);
}

/// What stands in the way of a socket stays there until a person changes something: no reason to
/// be started again and again. What the system does not have just now may be there the next time.
int listening_socket(std::vector<int> const& passed, std::filesystem::path const& path) {
    try {
        if (passed.empty()) return ipc::listen_on(path);
        if (passed.size() > 1)
            throw ConfigError{
                "more than one socket was passed in; the socket unit must have a "
                "single ListenStream="};
        ipc::check_listening(passed.front());
        ipc::check_private(passed.front());
        return passed.front();
    } catch (std::system_error const&) {
        throw;
    } catch (std::runtime_error const& error) {
        throw ConfigError{error.what()};
    }
}

}  // namespace

Daemon::Daemon(Config config, std::vector<int> const& passed, Reload reload)
    : config_{std::move(config)}, reload_{std::move(reload)}, signals_{loop_} {
    auto const executor = loop_.get_executor();
    lock_.emplace(lock_store(config_.store_directory));
    // SQLite is told to follow no links, and looks at each folder above as well.
    auto const file = std::filesystem::canonical(config_.store_directory) / "settings.db";
    if (auto const happened = store::recover(file)) spdlog::error("{}", *happened);
    store::Writer::Options options;
    options.retention.revisions = config_.journal_revisions;
    writer_.emplace(
        file, [this](std::function<void()> task) { asio::post(loop_, std::move(task)); },
        [this](store::Commit const& commit) { publish(commit); }, options);
    reader_.emplace(file);
    view_.apply(reader_->document());

    start_syncing();
    overview_.emplace(view_, *reader_, *driver_, config_.server_url,
                      config_.store_directory.string());
    service_.emplace(executor, view_, *reader_, *writer_, *driver_, *account_, *overview_);
    ipc::Server::Options serving;
    serving.connections = allowed_connections();
    serving.report = [](std::string const& sentence) { spdlog::error("{}", sentence); };
    server_.emplace(executor, listening_socket(passed, config_.socket_path), *service_, serving);
    for (int const number : {SIGTERM, SIGINT, SIGHUP}) signals_.add(number);
}

Daemon::~Daemon() = default;

/// What decides about syncing, and what gives it hints.
void Daemon::start_syncing() {
    auto const executor = loop_.get_executor();
    auto const memory = sync::memory_from(reader_->recall().value_or(""));
    DaemonClock const clock{memory.clock};
    sync::HttpsRemote const server{executor, config_.remote()};
    account_.emplace(executor, account_options(config_, clock), server.sibling());
    driver_.emplace(executor, *writer_, *account_, clock, server.sibling(), config_.sync, memory);
    token_watch_.emplace(executor, token_files(config_), [this] { driver_->look_at_token(); });
    network_watch_.emplace(executor, [this](NetworkChange change) {
        driver_->network_changed(change, network_watch_->has_network());
    });
    resume_watch_.emplace(executor, [this] { driver_->woke_up(); });
    driver_->network_changed({}, network_watch_->has_network());
}

void Daemon::run() {
    server_->start();
    spawn(driver_->run());
    spawn(token_watch_->run());
    spawn(network_watch_->run());
    spawn(resume_watch_->run());
    spawn(serve_signals());
    spawn(report_status());
    if (auto const period = systemd::watchdog_period()) {
        watchdog_.emplace(loop_.get_executor(), *writer_, *period, systemd::notify_watchdog);
        spawn(watchdog_->run());
    }
    spdlog::info("serving {} settings at revision {} on {}; syncing with {}", view_.size(),
                 view_.revision(), server_->path(), config_.server_url);
    systemd::notify_ready();
    loop_.run();

    // The writer finishes what it has; a last turn of the loop answers those who wait for it.
    writer_->close();
    loop_.restart();
    loop_.poll();
    spdlog::info("stopped at revision {}", view_.revision());
}

/// What ends with an exception ends the daemon: it surfaces in run().
void Daemon::spawn(asio::awaitable<void> task) {
    asio::co_spawn(loop_, std::move(task), [](std::exception_ptr const& cause) {
        if (cause) std::rethrow_exception(cause);
    });
}

/// The view first, since all others read it. Whoever is woken by the other two runs after this
/// function has returned, so which of the two comes first is seen nowhere.
void Daemon::publish(store::Commit const& commit) {
    view_.apply(commit);
    bool const by_app = std::any_of(commit.changes.begin(), commit.changes.end(),
                                    [](store::LocalChange const& change) { return change.by_app; });
    if (by_app || commit.whole) driver_->edited();
    service_->publish(commit.whole);
}

void Daemon::reload() {
    systemd::notify_reloading();
    try {
        Config const fresh = reload_();
        sync::HttpsRemote const server{loop_.get_executor(), fresh.remote()};
        account_->configure(server.sibling());
        driver_->configure(server.sibling(), fresh.sync);
        set_up_log(fresh.log_level);
        overview_->set_server(fresh.server_url);
        if (fresh.store_directory != config_.store_directory ||
            fresh.socket_path != config_.socket_path || fresh.token_file != config_.token_file ||
            fresh.token_command != config_.token_command ||
            fresh.journal_revisions != config_.journal_revisions)
            spdlog::warn("store, socket and credentials change only with a restart");
        spdlog::info("configuration read again");
    } catch (std::exception const& error) {
        spdlog::error("the configuration stays as it was: {}", error.what());
    }
    systemd::notify_ready();
}

asio::awaitable<void> Daemon::serve_signals() {
    for (;;) {
        int const number = co_await signals_.async_wait(asio::use_awaitable);
        if (number != SIGHUP) break;
        reload();
    }
    systemd::notify_stopping();
    driver_->stop();
    account_->stop();
    co_await server_->stop(grace);
    loop_.stop();
}

/// Keeps the one line of `systemctl status` true.
asio::awaitable<void> Daemon::report_status() {
    std::string told;
    for (;;) {
        auto line = status_line();
        if (line != told) systemd::notify_status(line);
        told = std::move(line);
        co_await driver_->progress().wait_until(loop::Signal::Clock::time_point::max());
    }
}

std::string Daemon::status_line() {
    try {
        return summary(overview_->now());
    } catch (store::SqliteError const& error) {
        return std::string{"the store cannot be read: "} + error.what();
    }
}

}  // namespace settings::daemon
