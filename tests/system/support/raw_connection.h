#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace settings::system_test {

/// One connection to a Unix socket, for requests that no client library would send.
class RawConnection {
  public:
    /// Throws std::system_error.
    explicit RawConnection(std::filesystem::path const& socket);
    RawConnection(RawConnection const&) = delete;
    RawConnection& operator=(RawConnection const&) = delete;
    ~RawConnection();

    /// Sends what the other side takes; it may close before the end.
    void send(std::string_view bytes) const;

    /// Sends what goes without waiting for the other side to take any of it.
    void send_at_once(std::string_view bytes) const;

    /// Ends our side; the other one may still answer.
    void finish_sending() const;

    /// Reads until the other side closes. Throws std::runtime_error when it stays silent.
    [[nodiscard]] std::string receive_all() const;

    /// Reads until `text` has come; returns all that has. Throws std::runtime_error when it does
    /// not come.
    [[nodiscard]] std::string receive_until(std::string_view text) const;

  private:
    /// Adds what comes next. False once the other side has closed.
    bool receive_more(std::string& received) const;

    int descriptor_;
};

/// An HTTP request that asks for the connection to be closed.
[[nodiscard]] std::string request(std::string const& method, std::string const& target,
                                  std::string const& body = {});

/// One request on a connection of its own, and all that comes back.
[[nodiscard]] std::string exchange(std::filesystem::path const& socket, std::string_view bytes);

/// Behind the header.
[[nodiscard]] std::string body_of(std::string const& response);

}  // namespace settings::system_test
