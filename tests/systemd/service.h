#pragma once

#include <filesystem>
#include <functional>
#include <ostream>
#include <string>

#include "settings/client.h"
#include "tests/support/eventually.h"
#include "tests/systemd/command.h"
#include "tests/systemd/user.h"

namespace settings::systemd_test {

using client::Json;

/// A settingsd in systemd's care: that of a person, whose own manager runs it, or that of a named
/// user, for whom the system's manager does.
class Service {
  public:
    [[nodiscard]] static Service of_person(std::string const& name);
    [[nodiscard]] static Service of_system(std::string const& name);

    /// Of the units: settingsd, settingsd@kiosk.
    [[nodiscard]] std::string const& name() const { return name_; }
    [[nodiscard]] User const& user() const { return user_; }
    [[nodiscard]] std::filesystem::path const& socket() const { return socket_; }
    [[nodiscard]] std::filesystem::path const& store() const { return store_; }
    [[nodiscard]] std::filesystem::path const& config() const { return config_; }

    /// systemctl(1) with the manager that counts; has to succeed.
    std::string systemctl(Words const& words) const;
    [[nodiscard]] std::string property(std::string const& name) const;
    [[nodiscard]] std::string socket_property(std::string const& name) const;
    /// The daemon's process. Throws std::runtime_error where there is none just now.
    [[nodiscard]] int pid() const;

    /// Waits for the daemon that follows upon process `former`, until it says itself that it is
    /// ready. Returns its process.
    int await_successor_of(int former) const;
    /// Waits until a daemon that could not start is gone, and the next client starts another.
    void await_listening() const;

    /// Puts lines over those of the unit, for the next start.
    void override_with(std::string const& lines) const;
    /// The configuration: quick waits, and these lines.
    void configure(std::string const& lines) const;

    /// What the journal has of the service, and of its manager about it, oldest first; with more of
    /// journalctl(1)'s options.
    [[nodiscard]] std::string log(Words const& options = {}) const;

    /// What `call` gets from a client of the user's. Throws what went wrong.
    template <class Call>
    auto ask(Call call) const {
        return as(user_, [&] {
            Client client = this->client();
            return call(client).value();
        });
    }
    /// As slow machines need it: an app's patience may end before a start does.
    [[nodiscard]] Client client() const {
        return Client{socket_, client::Options{}.timeout(patience)};
    }
    [[nodiscard]] client::Status status() const;
    [[nodiscard]] Json document() const;
    client::Revision patch(Json const& partial) const;

  private:
    /// What systemd says at one moment: asked for one by one, these may be of two daemons.
    struct Moment {
        std::string state;
        int pid = 0;  ///< 0 between two daemons
    };

    Service(User user, User administrator, std::string name);

    [[nodiscard]] Moment moment() const;
    [[nodiscard]] std::string show(std::string const& unit, std::string const& property) const;

    User user_;
    User administrator_;  ///< who may steer and configure it
    std::string name_;
    std::filesystem::path socket_, store_, config_, overrides_;
    Words journal_;  ///< what selects its lines
};

void PrintTo(Service const& service, std::ostream* stream);

}  // namespace settings::systemd_test
