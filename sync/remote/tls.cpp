#include "sync/remote/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <boost/asio/ssl/error.hpp>
#include <cstdlib>

#include "sync/remote/portal.h"

namespace settings::sync {

using boost::system::error_code;

namespace {

/// What is no regular file, such as a pipe, may have no end, and nothing else goes on until it
/// comes. One that is not there is OpenSSL's to name.
bool is_irregular(std::filesystem::path const& file) {
    std::error_code none;
    auto const found = status(file, none);
    return exists(found) && !is_regular_file(found);
}

/// Trusts the system's authorities, each read when a certificate names it (by its hash, see
/// openssl-rehash(1)): to parse the whole bundle takes OpenSSL 3 some 40 ms, in which the loop
/// would serve nobody. A bundle that the environment names is parsed all the same.
void trust_system(SSL_CTX* context) {
    SSL_CTX_set_default_verify_dir(context);
    auto const* const bundle = std::getenv(X509_get_default_cert_file_env());
    if (bundle != nullptr && !is_irregular(bundle)) SSL_CTX_set_default_verify_file(context);
}

/// Has OpenSSL check the certificate's address, or host name (RFC 6125), which the server is then
/// told as well (RFC 6066, 3: never an address). OpenSSL's own check, unlike a callback, leaves a
/// verdict that says what is wrong.
void expect_host(SSL* stream, std::string const& host) {
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(stream), host.c_str()) == 1) return;
    SSL_set_hostflags(stream, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(stream, host.c_str());
    SSL_set_tlsext_host_name(stream, host.c_str());
}

/// The alerts by which a server says that our certificate is missing or not to its liking (RFC
/// 8446, 6.2). TLS 1.2 has no word for a missing one but that the handshake failed.
constexpr std::array alerts_on_our_certificate{
    SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE,
    SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,       SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
    SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED,   SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
    SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,   SSL_R_TLSV1_ALERT_UNKNOWN_CA};

/// What OpenSSL makes of an answer in plain text.
constexpr std::array signs_of_no_tls{SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST,
                                     SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_UNKNOWN_PROTOCOL};

bool is_among(auto const& reasons, int reason) {
    return std::ranges::find(reasons, reason) != reasons.end();
}

/// Where a context remembers its Tls. The place for an application's data is taken by Asio.
int place_of_tls() {
    static int const place = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return place;
}

std::string unusable(std::string const& what, std::filesystem::path const& file,
                     std::string const& why) {
    return "cannot use the " + what + " in " + file.string() + ": " + why +
           "; put it there, or correct its name in the configuration";
}

std::optional<std::string> refuse_irregular(std::string const& what,
                                            std::filesystem::path const& file) {
    if (!is_irregular(file)) return std::nullopt;
    return unusable(what, file, "it is no regular file");
}

/// Whether everybody on this machine may read the file. One that is not there is OpenSSL's to name.
bool is_open_to_all(std::filesystem::path const& file) {
    std::error_code error;
    auto const mode = status(file, error).permissions();
    return !error && (mode & std::filesystem::perms::others_read) != std::filesystem::perms::none;
}

/// Both files are PEM (RFC 7468). A key with a passphrase is refused: nobody is there to be asked.
std::optional<std::string> show(boost::asio::ssl::context& context, Tls::Files const& files) {
    error_code error;
    context.set_password_callback([](auto&&...) { return std::string{}; }, error);
    if (auto wrong = refuse_irregular("client certificate", files.certificate)) return wrong;
    context.use_certificate_chain_file(files.certificate.string(), error);
    if (error) return unusable("client certificate", files.certificate, error.message());
    auto const& key = files.key.empty() ? files.certificate : files.key;
    if (is_open_to_all(key))
        return "everybody may read the key in " + key.string() + ": chmod 600 " + key.string();
    if (auto wrong = refuse_irregular("key of the client certificate", key)) return wrong;
    context.use_private_key_file(key.string(), boost::asio::ssl::context::pem, error);
    if (error) return unusable("key of the client certificate", key, error.message());
    // A server that asks for certificates, and was not told in which context a session is good,
    // breaks off with whoever resumes one (SSL_CTX_set_session_id_context(3)).
    SSL_CTX_set_session_cache_mode(context.native_handle(), SSL_SESS_CACHE_OFF);
    return std::nullopt;
}

}  // namespace

void Tls::FreeSession::operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }

Tls::Tls() {
    auto* const context = context_.native_handle();
    context_.set_verify_mode(boost::asio::ssl::verify_peer);
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_ex_data(context, place_of_tls(), this);
    SSL_CTX_set_session_cache_mode(context,
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    SSL_CTX_sess_set_new_cb(context, keep_session);
}

/// A connection may outlive this, and its context with it.
Tls::~Tls() { SSL_CTX_set_ex_data(context_.native_handle(), place_of_tls(), nullptr); }

/// Keeps a copy: OpenSSL bars a session from use when its connection breaks off (SSL_free(3)),
/// which is how a network goes away.
int Tls::keep_session(SSL* stream, SSL_SESSION* session) {
    auto* const self =
        static_cast<Tls*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(stream), place_of_tls()));
    if (self != nullptr) self->session_.reset(SSL_SESSION_dup(session));
    return 0;  // the session itself stays OpenSSL's
}

std::optional<std::string> Tls::load(Files const& files) {
    if (loaded_) return std::nullopt;
    if (auto wrong = refuse_irregular("certificates", files.authorities)) return wrong;
    error_code error;
    if (files.authorities.empty())
        trust_system(context_.native_handle());
    else
        context_.load_verify_file(files.authorities.string(), error);
    if (error) return unusable("certificates", files.authorities, error.message());
    if (!files.certificate.empty())
        if (auto wrong = show(context_, files)) return wrong;
    loaded_ = true;
    return std::nullopt;
}

std::string Tls::explain(error_code const& error) {
    if (error.category() != boost::asio::error::get_ssl_category()) return error.message();
    auto const reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
    if (is_among(alerts_on_our_certificate, reason))
        return error.message() +
               "; does the server ask for a client certificate? See server.client_certificate";
    if (is_among(signs_of_no_tls, reason))
        return error.message() + "; who answers speaks no TLS: " + a_portal;
    return error.message();
}

std::string Tls::explain_verdict(long verdict) {
    std::string const text = X509_verify_cert_error_string(verdict);
    switch (verdict) {
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH: return text + "; " + a_portal;
        case X509_V_ERR_CERT_NOT_YET_VALID:
        case X509_V_ERR_CERT_HAS_EXPIRED: return text + "; is the clock of this machine right?";
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
            return text + "; the authority of a company has to be in the system's store, or in " +
                   "server.ca_file; else, " + a_portal;
        default: return text;
    }
}

void Tls::prepare(SSL* stream, std::string const& host) {
    expect_host(stream, host);
    if (!session_) return;
    // A copy, too, for the connection that uses it may break off as well.
    std::unique_ptr<SSL_SESSION, FreeSession> const last{SSL_SESSION_dup(session_.get())};
    SSL_set_session(stream, last.get());
    // A server gives a new ticket with each connection of TLS 1.3, and keeps to the old one before.
    if (SSL_SESSION_get_protocol_version(session_.get()) == TLS1_3_VERSION) session_.reset();
}

}  // namespace settings::sync
