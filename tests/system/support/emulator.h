#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "settings/status.h"
#include "tests/support/process.h"

namespace settings::system_test {

using client::Json;

/// One request that the emulator has seen.
struct Seen {
    std::string method;
    Json body;
    Json status;  ///< a number, or a word when there was no whole answer
    std::string target;
    std::chrono::milliseconds time;  ///< on the server's wall clock
};

void PrintTo(Seen const& seen, std::ostream* stream);

/// The emulator as a process of its own, steered through its admin endpoints.
class Emulator {
  public:
    /// Starts it, with its CA in `folder`, which is made if need be; returns once it serves.
    explicit Emulator(std::filesystem::path folder, std::vector<std::string> options = {});

    void kill();
    /// Starts it anew on the same port with the same CA. Documents, faults and tokens are new.
    void start();

    [[nodiscard]] std::string url() const { return text("url"); }
    [[nodiscard]] std::filesystem::path ca() const { return text("ca"); }
    [[nodiscard]] std::string token() const { return text("token"); }
    /// Of the same pair; good for one renewal.
    [[nodiscard]] std::string refresh_token() const { return text("refreshToken"); }
    static constexpr char const* email = "demo@flashback.tech";
    static constexpr char const* password = "demo";
    /// A token that is good for so long from now; negative is past.
    [[nodiscard]] std::string mint(int life_seconds, std::string const& user = email) const;

    [[nodiscard]] Json document(std::string const& user = email) const;
    void set_document(Json const& document, std::string const& user = email) const;

    /// What its owner has set up, or what an organization demands; as the emulator's page says.
    void set_account(Json const& account, std::string const& user = email) const;
    void set_organization(std::string const& name, Json const& organization) const;
    [[nodiscard]] Json organization(std::string const& name) const;
    /// What the owner sees: code, mail, devices.
    [[nodiscard]] Json account(std::string const& user = email) const;

    /// Whether connections get anywhere; the fault script is not asked.
    void set_online(bool online) const;

    void set_faults(std::string const& script) const;
    /// How many statements of the script are not used up yet.
    [[nodiscard]] int faults_left() const;

    /// Since the start, or since forget_requests().
    [[nodiscard]] std::vector<Seen> requests() const;
    [[nodiscard]] std::vector<Seen> writes() const;
    /// Those for one target.
    [[nodiscard]] std::vector<Seen> requests_for(std::string const& target) const;
    /// The methods of requests(), in order: "GET PUT".
    [[nodiscard]] std::string methods() const;
    /// The targets of requests(), in order.
    [[nodiscard]] std::vector<std::string> targets() const;
    void forget_requests() const;

  private:
    [[nodiscard]] std::string text(char const* member) const;
    Json call(std::string const& method, std::string const& target,
              std::string const& body = {}) const;

    std::filesystem::path folder_;
    std::vector<std::string> options_;
    std::optional<Process> process_;
    Json announced_;
};

}  // namespace settings::system_test
