#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace settings::ipc {

/// A client that sends and receives bytes, nothing more. Blocks; a wait of 20 s fails the test.
class Client {
  public:
    explicit Client(std::filesystem::path const& path);
    ~Client();
    Client(Client const&) = delete;
    Client& operator=(Client const&) = delete;

    /// Sends all of it: true; or as much as the server takes before it closes.
    bool send(std::string_view bytes);
    /// Ends our side of the stream.
    void finish_sending();

    /// One reply: its head, and as many bytes as its Content-Length says. What has come when the
    /// server closes first.
    std::string receive();
    /// What comes until the server closes.
    std::string receive_all();
    /// What comes up to and with the first `end`; all of it when the server closes first.
    std::string receive_until(std::string_view end);

  private:
    bool receive_more();

    int fd_;
    std::string received_;
};

/// A reply, or the head of a stream, without its Date, which is another one each second.
std::string without_date(std::string reply);

/// The body of one reply.
std::string body_of(std::string const& reply);

}  // namespace settings::ipc
