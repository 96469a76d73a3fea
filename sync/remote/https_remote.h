#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "sync/engine/reply.h"
#include "sync/remote/name_lookup.h"

namespace settings::sync {

/// The service over HTTPS. Keeps its connection between calls; for one thread, one call at a time.
///
/// TLS 1.2 or newer, certificate and host name checked, redirects not followed, answers bounded.
class HttpsRemote {
  public:
    struct Options {
        std::string host;
        std::string port = "443";
        std::string prefix;             ///< before every target; no slash at its end
        std::filesystem::path ca_file;  ///< trusted instead of the system's, unless empty
        std::string user_agent;
        Time connect_within = std::chrono::seconds{10};  ///< name lookup; and again, TCP and TLS
        Time answer_within = std::chrono::seconds{30};   ///< one request and its whole answer
    };

    /// Why a CA file cannot be used now; nothing when it can.
    [[nodiscard]] static std::optional<std::string> check_ca_file(
        std::filesystem::path const& ca_file);

    HttpsRemote(boost::asio::any_io_executor executor, Options options);
    ~HttpsRemote();

    using Outcome = std::variant<Answer, Failure>;

    /// Sends one request. Failures: offline and untrusted, when nothing was sent; otherwise
    /// unknown_outcome. The token goes into the Authorization header and nowhere else; an empty
    /// one is left out.
    [[nodiscard]] boost::asio::awaitable<Outcome> call(Request request, std::string token);

    /// Another remote to the same server, with the same trust and a connection of its own. A
    /// `limit` holds for connecting and for the answer, in place of those in the options.
    [[nodiscard]] std::unique_ptr<HttpsRemote> sibling(std::optional<Time> limit = {}) const;

    /// Whether the kernel knows a way to one of the addresses that this or a sibling found last.
    /// Asks the kernel alone: nothing is sent. True while no address is known, and while they are
    /// in doubt.
    [[nodiscard]] bool is_routable() const;

    /// Another network may know the host by other addresses: until the next lookup has ended, well
    /// or badly, the known ones do not count.
    void doubt_addresses();

    /// Takes over the addresses that another remote to the same server knows, as ones in doubt.
    void know_addresses_of(HttpsRemote const& other);

    [[nodiscard]] std::string const& host() const { return options_.host; }

    /// Drops the connection, because the network changed; the next call looks up the name again and
    /// connects anew. A call under way, whatever it waits for, ends at once: with the answer if all
    /// of it has come, else with unknown_outcome when the request may be on its way, and with
    /// offline when not.
    void disconnect();

  private:
    class Connection;
    enum class Call { none, under_way, cut_off };
    struct Trust;
    struct Known;

    HttpsRemote(boost::asio::any_io_executor executor, Options options,
                std::shared_ptr<Known> known);

    [[nodiscard]] boost::asio::awaitable<Outcome> attempt(Request const& request,
                                                          std::string const& token);
    [[nodiscard]] boost::asio::awaitable<std::optional<Failure>> connect();
    [[nodiscard]] boost::asio::awaitable<std::optional<Failure>> reach(
        NameLookup::Endpoints endpoints);
    [[nodiscard]] boost::asio::awaitable<std::optional<Failure>> secure();
    [[nodiscard]] boost::asio::awaitable<Outcome> exchange(Request const& request,
                                                           std::string const& token);
    [[nodiscard]] bool cut_off() const { return call_ == Call::cut_off; }
    [[nodiscard]] Failure failure(Fault fault, std::string message) const;

    boost::asio::any_io_executor executor_;
    Options options_;
    NameLookup lookup_;
    std::unique_ptr<Connection> connection_;
    Call call_ = Call::none;
    bool was_closed_ = false;       ///< the server closed before the first byte of the last answer
    std::shared_ptr<Known> known_;  ///< shared with all siblings
};

}  // namespace settings::sync
