#pragma once

#include <openssl/types.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace settings::sync {

/// What the TLS connections to one server share: whom this machine trusts, which certificate it
/// shows, and the session that the last connection left.
///
/// A session spares the next handshake its certificates and signatures (RFC 8446, 2.2; RFC 5077).
/// Only the server that was checked can resume it. A ticket of TLS 1.3 is offered once, as RFC
/// 8446, C.4 asks for. Sessions live in memory alone. A server that does not know it makes a whole
/// handshake.
class Tls {
  public:
    struct Files {
        std::filesystem::path authorities = {};  ///< trusted instead of the system's, unless empty
        std::filesystem::path certificate = {};  ///< shown to a server that asks; none when empty
        std::filesystem::path key = {};          ///< the certificate's; in its own file when empty
    };

    Tls();
    ~Tls();
    Tls(Tls const&) = delete;
    Tls& operator=(Tls const&) = delete;

    /// Loads the files, once. Not before there is something to connect to: a file may come later,
    /// with a disk or a network, and the settings are served until then all the same. Returns
    /// nothing, or why a file cannot be used.
    [[nodiscard]] std::optional<std::string> load(Files const& files);

    /// Has a new connection make sure that the other side is `host`, and resume the last session.
    void prepare(SSL* stream, std::string const& host);

    /// What an error says to a person; of a server that refused our certificate, or speaks no TLS,
    /// with what to do.
    [[nodiscard]] static std::string explain(boost::system::error_code const& error);

    /// The same for a verdict on the server's certificate (SSL_get_verify_result(3)).
    [[nodiscard]] static std::string explain_verdict(long verdict);

    [[nodiscard]] boost::asio::ssl::context& context() { return context_; }

  private:
    struct FreeSession {
        void operator()(SSL_SESSION* session) const;
    };

    static int keep_session(SSL* stream, SSL_SESSION* session);

    boost::asio::ssl::context context_{boost::asio::ssl::context::tls_client};
    std::unique_ptr<SSL_SESSION, FreeSession> session_;
    bool loaded_ = false;
};

}  // namespace settings::sync
