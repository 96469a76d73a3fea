#include "daemon/daemon.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <exception>
#include <stdexcept>
#include <utility>
#include <vector>

#include "daemon/configuration.h"
#include "daemon/guests.h"
#include "daemon/log.h"
#include "os/descriptor_limit.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

/// For requests in hand when the daemon is told to stop.
constexpr std::chrono::seconds grace{2};

/// With fewer there would be a daemon that turns every app away.
std::size_t enough_descriptors() {
    constexpr std::size_t needed = 64;
    auto const allowed = os::raise_descriptor_limit();
    if (allowed < needed)
        throw ConfigError{"settingsd may have " + std::to_string(allowed) +
                          " files open and needs " + std::to_string(needed) +
                          "; raise LimitNOFILE= in its unit, or ulimit -n"};
    return allowed;
}

std::vector<std::filesystem::path> watched_files(Config const& config, Listener const& listener) {
    std::vector<std::filesystem::path> files;
    for (auto const& file : token_files(config)) files.push_back(file.path);
    if (!listener.path().empty()) files.push_back(listener.path());
    return files;
}

ipc::Server::Options server_options(Config const& config, std::size_t descriptors) {
    ipc::Server::Options options;
    options.admission = admission_of(config);
    options.descriptors = descriptors;
    options.report = [](std::string const& sentence) { spdlog::error("{}", sentence); };
    return options;
}

}  // namespace

Daemon::Daemon(Config config, systemd::Sockets const& sockets, Reload reload)
    : config_{std::move(config)},
      reload_{std::move(reload)},
      descriptors_{enough_descriptors()},
      storage_{config_, [this](std::function<void()> task) { asio::post(loop_, std::move(task)); },
               [this](store::Commit const& commit) { publish(commit); },
               [this](std::string const& why) { start_over(why); }},
      syncing_{loop_.get_executor(), worker_, config_, storage_},
      overview_{storage_.view,
                storage_.reader,
                storage_.writer,
                syncing_.driver,
                [this] { return syncing_.account.identity(); },
                config_.server_url,
                config_.store_directory.string()},
      service_{loop_.get_executor(),
               storage_.view,
               storage_.reader,
               storage_.writer,
               syncing_.driver,
               syncing_.account,
               syncing_.walker,
               syncing_.organization,
               overview_,
               worker_},
      listener_{sockets, config_.socket_path, through_for(config_)},
      publication_{config_.snapshot, listener_.path(), storage_.view, worker_},
      server_{loop_.get_executor(), listener_.take().release(), service_,
              server_options(config_, descriptors_)},
      file_watch_{loop_.get_executor(), watched_files(config_, listener_),
                  [this] { look_at_files(); }},
      hangup_{loop_, SIGHUP},
      told_to_end_{loop_, fcntl(ending_.descriptor(), F_DUPFD_CLOEXEC, 0)} {
    overview_.set_guests(config_.allow, config_.allow_read);
    tell_configuration(config_);
}

Daemon::~Daemon() = default;

Daemon::End Daemon::run() {
    server_.start();
    spawn(syncing_.driver.run());
    spawn(file_watch_.run());
    spawn(syncing_.network_watch.run());
    spawn(syncing_.resume_watch.run());
    spawn(reload_when_told());
    spawn(end_when_told());
    spawn(report_status());
    asio::post(loop_, [this] { publication_.publish_whole(); });
    if (storage_.unwritable) spawn(wait_for_disk());
    if (auto const period = systemd::watchdog_period()) {
        watchdog_.emplace(loop_.get_executor(), storage_.writer, *period, systemd::notify_watchdog);
        spawn(watchdog_->run());
    }
    spdlog::info("serving {} settings at revision {} on {}; syncing with {}", storage_.view.size(),
                 storage_.view.revision(), server_.path(), config_.server_url);
    systemd::notify_ready();
    loop_.run();

    // Both threads finish what they have in hand; a last turn of the loop answers those who wait
    // for it.
    storage_.writer.stop();
    worker_.stop();
    loop_.restart();
    loop_.poll();
    publication_.end();
    if (is_store_ruined_)
        storage_.close_for_recovery();
    else
        storage_.close();
    spdlog::info("stopped at revision {}", storage_.view.revision());
    return is_store_ruined_ && !is_told_to_end_ ? End::to_start_over : End::told_to;
}

/// What ends with an exception ends the daemon: it surfaces in run().
void Daemon::spawn(asio::awaitable<void> task) {
    asio::co_spawn(loop_, std::move(task), [](std::exception_ptr const& cause) {
        if (cause) std::rethrow_exception(cause);
    });
}

/// The view first, since all others read it, and what apps read without us before anything is told.
/// Whoever is woken by the other two runs after this function has returned, so which of the two
/// comes first is seen nowhere.
void Daemon::publish(store::Commit const& commit) {
    storage_.view.apply(commit);
    publication_.publish(commit);
    std::vector<std::string> edited;
    for (auto const& change : commit.changes)
        if (change.by_app) edited.push_back(change.key);
    if (!edited.empty() || commit.whole) syncing_.driver.edited(edited);
    service_.publish(commit.whole);
}

void Daemon::reload() {
    systemd::notify_reloading();
    try {
        Config const fresh = reload_();
        syncing_.configure(fresh);
        set_up_log(fresh.log_level);
        overview_.set_server(fresh.server_url);
        tell_configuration(fresh);
        if (fresh.store_directory != config_.store_directory ||
            fresh.socket_path != config_.socket_path || fresh.snapshot != config_.snapshot ||
            fresh.allow != config_.allow || fresh.allow_read != config_.allow_read ||
            fresh.token_file != config_.token_file ||
            fresh.token_command != config_.token_command || fresh.journal != config_.journal)
            spdlog::warn("store, socket and credentials change only with a restart");
        spdlog::info("configuration read again");
    } catch (std::exception const& error) {
        spdlog::error("the configuration stays as it was: {}", error.what());
    }
    file_watch_.try_again();
    socket_problem_.clear();  // whoever asks again is told again
    look_at_files();
    systemd::notify_ready();
}

/// Tells whoever asks what is in use, once `read` was read.
void Daemon::tell_configuration(Config const& read) {
    service_.set_configuration(
        configuration_text(config_, read, listener_.path(), listener_.is_passed()));
}

void Daemon::look_at_files() {
    syncing_.driver.look_at_token();
    if (!is_stopping_) look_at_socket();
}

/// Binds the socket anew when its file is gone: whoever removed it did not mean to shut every app
/// out.
void Daemon::look_at_socket() {
    std::string problem;
    try {
        if (auto socket = listener_.replacement()) {
            server_.listen_on(socket->release());
            spdlog::warn("the socket {} was gone, and is there again", server_.path());
        }
    } catch (std::runtime_error const& error) {
        problem = error.what();
    }
    if (!problem.empty() && problem != socket_problem_)
        spdlog::error("apps cannot find the daemon: {}", problem);
    socket_problem_ = problem;
}

asio::awaitable<void> Daemon::reload_when_told() {
    for (;;) {
        co_await hangup_.async_wait(asio::use_awaitable);
        reload();
    }
}

/// A signal that comes too late for this, while the daemon starts over, waits for the program that
/// follows.
asio::awaitable<void> Daemon::end_when_told() {
    co_await told_to_end_.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable);
    static_cast<void>(ending_.take());
    is_told_to_end_ = true;
    systemd::notify_stopping();
    if (!is_stopping_) co_await stop();
}

asio::awaitable<void> Daemon::stop() {
    is_stopping_ = true;
    syncing_.stop();
    co_await server_.stop(grace);
    loop_.stop();
}

/// What is in memory may not be what a salvage finds, so all begins anew.
void Daemon::start_over(std::string const& why) {
    spdlog::error("{}; settingsd starts over", why);
    is_store_ruined_ = true;
    if (is_stopping_) return;
    kept_socket_ = systemd::copy_of(server_.listening());
    spawn(stop());
}

/// Goes on by a new start once the disk can be written again, or cannot for another reason, which
/// wants another deed.
asio::awaitable<void> Daemon::wait_for_disk() {
    constexpr std::chrono::seconds between_looks{2};
    while (storage_.is_disk_as_it_was()) {
        disk_timer_.expires_after(between_looks);
        co_await disk_timer_.async_wait(asio::use_awaitable);
    }
    start_over("the disk is not what it was");
}

/// Keeps the one line of `systemctl status` true.
asio::awaitable<void> Daemon::report_status() {
    std::string told;
    for (;;) {
        auto line = status_line();
        if (line != told) systemd::notify_status(line);
        told = std::move(line);
        co_await syncing_.driver.progress().wait_until(loop::Signal::Clock::time_point::max());
    }
}

std::string Daemon::status_line() {
    try {
        return summary(overview_.now());
    } catch (store::SqliteError const& error) {
        return std::string{"the store cannot be read: "} + error.what();
    }
}

}  // namespace settings::daemon
