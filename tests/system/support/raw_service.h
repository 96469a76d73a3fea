#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "settings/client.h"

namespace settings::system_test {

using client::Json;

/// One request to a RawService.
struct RawCall {
    std::string method;
    std::string head;  ///< request line and fields
    std::string body;
    int number = 0;      ///< how many requests of its method came before it, and itself
    int connection = 0;  ///< number of its connection, from 1
    Json& document;      ///< what the account holds, for the answer to read and to change

    /// What a healthy service does and answers: merges deep, deletes by dotted path.
    [[nodiscard]] std::string healthy() const;
};

/// The service over real TLS, of as many lines as a test wants: whatever bytes its rule makes of a
/// request go out as they are. Has laws of its own, like the emulator.
class RawService {
  public:
    using Rule = std::function<std::string(RawCall const&)>;

    /// Listens on 127.0.0.1, with the certificate of an emulator, which is in the folder
    /// `identity`.
    RawService(std::filesystem::path const& identity, Rule rule);
    RawService(RawService const&) = delete;
    RawService& operator=(RawService const&) = delete;
    ~RawService();

    [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] std::filesystem::path const& ca() const { return ca_; }

    /// Answers by another rule from the next request on.
    void follow(Rule rule);

    /// Sends these bytes on each new connection, before any request was read.
    void greet_with(std::string bytes);

    [[nodiscard]] Json document();
    void set_document(Json document);

    /// The methods of all requests, in order: "GET PUT".
    [[nodiscard]] std::string methods();
    /// The heads of all requests, in order.
    [[nodiscard]] std::vector<std::string> heads();
    [[nodiscard]] int connections();
    /// Handshakes with certificate and signature, and those that went on with an earlier session.
    [[nodiscard]] int full_handshakes();
    [[nodiscard]] int resumptions();

    /// Gives no tickets and knows no session, as a server that offers no resumption.
    void remember_no_sessions();

  private:
    struct Free {
        void operator()(SSL* stream) const { SSL_free(stream); }
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    using Stream = std::unique_ptr<SSL, Free>;

    void accept();
    void attend(int socket, int number);
    void count_handshake(bool is_resumption);
    void converse(SSL* stream, int number);
    [[nodiscard]] std::string answer(std::string head, std::string body, int connection);

    std::filesystem::path ca_;
    std::unique_ptr<SSL_CTX, Free> context_;
    int listener_ = -1;
    int port_ = 0;

    std::mutex mutex_;  ///< over what follows
    Rule rule_;
    std::string greeting_;
    Json document_ = Json::object();
    std::map<std::string, int> counts_;
    std::vector<std::string> heads_;
    std::string methods_;
    int full_handshakes_ = 0;
    int resumptions_ = 0;
    std::vector<int> sockets_;
    std::vector<std::thread> threads_;

    std::thread acceptor_;
};

/// The bytes of a whole response. `fields` are whole lines, each with its CR LF.
[[nodiscard]] std::string response(int status, std::string const& body,
                                   std::string const& fields = {},
                                   std::string const& type = "application/json");

}  // namespace settings::system_test
