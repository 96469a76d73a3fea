#include "tests/system/support/daemon.h"
#include "tests/support/programs.h"

#include <signal.h>

#include <stdexcept>

#include "tests/support/eventually.h"
#include "tests/system/support/raw_connection.h"

namespace settings::system_test {

std::string quoted(std::string const& text) { return '"' + text + '"'; }

Daemon::Daemon(std::filesystem::path folder, Settings const& settings)
    : folder_{std::move(folder)} {
    std::filesystem::create_directories(token_file().parent_path());
    configure(settings);
}

void Daemon::configure(Settings const& settings) {
    Settings all{{"credentials.token_file", quoted(token_file())},
                 {"store.directory", quoted(store())},
                 {"socket.path", quoted(socket())},
                 {"sync.debounce_seconds", "0.05"},
                 {"sync.debounce_cap_seconds", "0.2"},
                 {"sync.backoff_floor_seconds", "0.01"},
                 {"sync.backoff_base_seconds", "0.05"},
                 {"sync.backoff_cap_seconds", "0.1"},
                 {"sync.budget_interval_seconds", "0.01"},
                 {"log.level", quoted("debug")}};
    for (auto const& [name, value] : settings) all[name] = value;
    std::string text;
    for (auto const& [name, value] : all) text += name + " = " + value + '\n';
    write_text(config(), text);
}

std::vector<std::string> Daemon::words() const {
    return {program("settingsd"), "--config", config()};
}

void Daemon::start(std::vector<std::string> starter) {
    auto const own = words();
    starter.insert(starter.end(), own.begin(), own.end());
    process_.emplace(starter, Process::Output{folder_ / "log", folder_ / "log"});
    eventually("settingsd serves", [this] {
        if (process_->has_ended()) throw std::runtime_error{"settingsd ended: " + log()};
        return client().status().has_value();
    });
}

Finished Daemon::start_in_vain(std::vector<std::string> const& options) const {
    auto all = words();
    all.insert(all.end(), options.begin(), options.end());
    return run(all, folder_);
}

int Daemon::stop() {
    process_->send(SIGTERM);
    int const status = process_->wait();
    process_.reset();
    return status;
}

void Daemon::kill() { process_.reset(); }

bool Daemon::is_running() { return process_ && !process_->has_ended(); }

void Daemon::put_token(std::string const& token) {
    auto const fresh = token_file().string() + ".new";
    write_text(fresh, "");
    std::filesystem::permissions(
        fresh, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    write_text(fresh, token + '\n');
    std::filesystem::rename(fresh, token_file());
    tokens_.push_back(token);
}

void Daemon::entrust_what_is_stored() {
    auto const text = read_text(credentials());
    if (text.empty()) return;
    auto const pair = Json::parse(text);
    for (auto const* name : {"accessToken", "refreshToken"})
        if (std::string const token = pair.value(name, ""); !token.empty()) entrust(token);
}

client::Status Daemon::status() {
    auto status = client().status().value();
    told_ += status.answer.dump() + '\n';
    return status;
}

std::vector<std::string> Daemon::places_of(std::string const& text) {
    std::vector<std::string> places;
    auto const look = [&](std::string const& place, std::string const& content) {
        if (content.find(text) != std::string::npos) places.push_back(place);
    };
    if (is_running()) {
        static_cast<void>(status());
        look("metrics", exchange(socket(), request("GET", "/metrics")));
        auto const process = "/proc/" + std::to_string(process_->pid());
        look("cmdline", read_text(process + "/cmdline"));
        look("environ", read_text(process + "/environ"));
    }
    look("status", told_);
    look("log", log());
    std::error_code no_store_yet;
    for (auto const& file : std::filesystem::directory_iterator{store(), no_store_yet})
        if (file.path() != credentials()) look(file.path().filename(), read_text(file.path()));
    return places;
}

}  // namespace settings::system_test
