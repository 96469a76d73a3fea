#include "tests/systemd/service.h"

#include <boost/algorithm/string/trim.hpp>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "tests/support/eventually.h"

namespace settings::systemd_test {
namespace {

namespace fs = std::filesystem;

std::string runtime_folder(User const& user) { return "/run/user/" + std::to_string(user.uid); }

void write_as(User const& user, fs::path const& file, std::string const& text) {
    Acting const acting{user};
    fs::create_directories(file.parent_path());
    write_text(file, text);
}

}  // namespace

Service::Service(User user, User administrator, std::string name)
    : user_{std::move(user)}, administrator_{std::move(administrator)}, name_{std::move(name)} {}

Service Service::of_person(std::string const& name) {
    auto const user = make_user(name);
    Service made{user, user, "settingsd"};
    made.socket_ = runtime_folder(user) + "/settingsd/socket";
    made.store_ = user.home / ".local/state/settingsd";
    made.config_ = user.home / ".config/settingsd/config.toml";
    made.overrides_ = user.home / ".config/systemd/user/settingsd.service.d";
    auto const of_user = "_UID=" + std::to_string(user.uid);
    made.journal_ = {"_SYSTEMD_USER_UNIT=settingsd.service", of_user, "+",
                     "USER_UNIT=settingsd.service", of_user};
    return made;
}

Service Service::of_system(std::string const& name) {
    Service made{make_user(name), make_user("root"), "settingsd@" + name};
    made.socket_ = "/run/settingsd/" + name + "/socket";
    made.store_ = "/var/lib/settingsd/" + name;
    made.config_ = "/etc/settingsd/config.toml";
    made.overrides_ = "/etc/systemd/system/" + made.name_ + ".service.d";
    made.journal_ = {"--unit=" + made.name_ + ".service"};
    return made;
}

std::string Service::systemctl(Words const& words) const {
    Words all{"systemctl"};
    if (administrator_.uid != 0)
        all = command_of(
            administrator_,
            {"env", "XDG_RUNTIME_DIR=" + runtime_folder(administrator_), "systemctl", "--user"});
    all.insert(all.end(), words.begin(), words.end());
    return output_of(all);
}

std::string Service::show(std::string const& unit, std::string const& property) const {
    return boost::algorithm::trim_copy(
        systemctl({"show", "--value", "--property=" + property, unit}));
}

std::string Service::property(std::string const& name) const {
    return show(name_ + ".service", name);
}

std::string Service::socket_property(std::string const& name) const {
    return show(name_ + ".socket", name);
}

Service::Moment Service::moment() const {
    std::istringstream told{
        systemctl({"show", "--property=ActiveState,MainPID", name_ + ".service"})};
    Moment moment;
    for (std::string line; std::getline(told, line);) {
        auto const value = line.substr(line.find('=') + 1);
        if (line.starts_with("ActiveState=")) moment.state = value;
        if (line.starts_with("MainPID=")) moment.pid = std::stoi(value);
    }
    return moment;
}

int Service::pid() const {
    auto const now = moment();
    if (now.pid == 0) throw std::runtime_error{name_ + " is " + now.state + ", without a process"};
    return now.pid;
}

int Service::await_successor_of(int former) const {
    Moment now;
    eventually("another daemon is ready", [&] {
        now = moment();
        return now.state == "active" && now.pid != 0 && now.pid != former;
    });
    return now.pid;
}

void Service::await_listening() const {
    expect_eventually([this] { return socket_property("SubState"); }, "listening");
}

void Service::override_with(std::string const& lines) const {
    write_as(administrator_, overrides_ / "test.conf", lines);
    systemctl({"daemon-reload"});
}

void Service::configure(std::string const& lines) const {
    write_as(administrator_, config_,
             "sync.debounce_seconds = 0.05\n"
             "sync.debounce_cap_seconds = 0.2\n"
             "sync.backoff_floor_seconds = 0.01\n"
             "sync.backoff_base_seconds = 0.05\n"
             "sync.backoff_cap_seconds = 0.1\n"
             "sync.budget_interval_seconds = 0.01\n" +
                 lines);
}

std::string Service::log(Words const& options) const {
    output_of({"journalctl", "--sync"});
    Words all{"journalctl", "--quiet", "--output=cat"};
    all.insert(all.end(), options.begin(), options.end());
    all.insert(all.end(), journal_.begin(), journal_.end());
    return output_of(all);
}

client::Status Service::status() const {
    return ask([](Client& client) { return client.status(); });
}

Json Service::document() const {
    return ask([](Client& client) { return client.document(); });
}

client::Revision Service::patch(Json const& partial) const {
    return ask([&](Client& client) { return client.patch(partial); });
}

void PrintTo(Service const& service, std::ostream* stream) { *stream << service.name(); }

}  // namespace settings::systemd_test
