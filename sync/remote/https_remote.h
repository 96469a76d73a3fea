#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>

#include "sync/remote/dial.h"
#include "sync/remote/name_lookup.h"
#include "sync/remote/proxy.h"
#include "sync/remote/remote.h"
#include "sync/remote/tls.h"
#include "sync/remote/trail.h"

namespace settings::sync {

class Connection;

/// The service over HTTPS. Keeps its connection between calls, for as long as nothing is on it that
/// was not asked for.
///
/// TLS 1.2 or newer, certificate and host name checked, sessions resumed, redirects not followed,
/// answers bounded.
class HttpsRemote : public Remote {
  public:
    struct Options {
        std::string host;
        std::string port = "443";
        std::string prefix;  ///< before every target; no slash at its end
        Tls::Files tls;
        std::optional<Proxy> proxy;  ///< leads to the server; it finds the server's addresses
        std::string user_agent;
        Time connect_within = std::chrono::seconds{10};  ///< name lookup; and again, all until TLS
        Time answer_within = std::chrono::seconds{30};   ///< one request and its whole answer
    };

    HttpsRemote(boost::asio::any_io_executor executor, Options options);
    ~HttpsRemote() override;

    [[nodiscard]] boost::asio::awaitable<Outcome> call(Request request, std::string token) override;
    void disconnect() override;
    [[nodiscard]] std::string const& next_host() const override;
    [[nodiscard]] std::string origin() const override;

    /// Another remote to the same server, with the same trust and a connection of its own. A
    /// `limit` holds for connecting and for the answer, in place of those in the options.
    [[nodiscard]] std::unique_ptr<HttpsRemote> sibling(std::optional<Time> limit = {}) const;

    /// Another remote to the same server that knows nothing of it yet: looks up its name, reads the
    /// files and makes a whole handshake, as the first one did.
    [[nodiscard]] std::unique_ptr<HttpsRemote> newcomer() const;

    /// The steps of the last call, or of the one under way.
    [[nodiscard]] Trail const& trail() const { return trail_; }

    /// Counts the addresses that this or a sibling found last. Asks the kernel alone: nothing is
    /// sent. True while no address is known, and while the known ones are in doubt.
    [[nodiscard]] bool is_routable() const override;
    void doubt_addresses() override;

    /// Takes over the addresses that another remote to the same server knows, as ones in doubt.
    void know_addresses_of(HttpsRemote const& other);

  private:
    enum class Call { none, under_way, cut_off };
    struct Known;

    HttpsRemote(boost::asio::any_io_executor executor, Options options,
                std::shared_ptr<Known> known);

    [[nodiscard]] boost::asio::awaitable<Outcome> attempt(Request const& request,
                                                          std::string const& token);
    [[nodiscard]] boost::asio::awaitable<std::optional<Failure>> connect();
    [[nodiscard]] std::optional<Failure> load();
    [[nodiscard]] boost::asio::awaitable<std::optional<Failure>> reach(
        NameLookup::Endpoints endpoints, Dial::Clock::time_point deadline);
    [[nodiscard]] boost::asio::awaitable<std::optional<Failure>> open_tunnel();
    [[nodiscard]] boost::asio::awaitable<std::optional<Failure>> secure();
    void look_at_certificate();
    [[nodiscard]] boost::asio::awaitable<Outcome> exchange(Request const& request,
                                                           std::string const& token);
    [[nodiscard]] bool cut_off() const { return call_ == Call::cut_off; }
    [[nodiscard]] Failure failure(Fault fault, std::string message) const;
    [[nodiscard]] std::string next() const;

    boost::asio::any_io_executor executor_;
    Options options_;
    NameLookup lookup_;
    Dial dial_;
    std::unique_ptr<Connection> connection_;
    Call call_ = Call::none;
    Trail trail_;
    bool was_closed_ = false;       ///< the server closed before the first byte of the last answer
    std::shared_ptr<Known> known_;  ///< shared with all siblings
};

}  // namespace settings::sync
