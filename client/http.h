#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace settings::client {

// HTTP/1.1 without a socket: what to send, and how to read what comes.

struct Header {
    std::string_view name;
    std::string value;
};

/// One request to the daemon.
struct Request {
    /// What it does when it is carried out, which a lost answer leaves open.
    enum class Effect {
        none,   ///< it only asks
        order,  ///< it changes what the daemon does or keeps besides the settings
        edit,   ///< it changes settings
    };

    std::string_view method;
    std::string target;
    std::string body = {};             ///< JSON; empty for none
    std::vector<Header> headers = {};  ///< besides those that every request has
    bool repeatable = true;            ///< may be sent again when its first answer was lost
    Effect effect = Effect::none;
};

/// One reply, whatever its status.
struct Reply {
    unsigned status = 0;
    std::string etag;  ///< empty when there is none
    std::string body;
    std::string age = {};  ///< seconds; empty when there is none
};

/// The bytes of a request. What cannot stand in a header is left out of the agent's name.
[[nodiscard]] std::string text_of(Request const& request, std::string_view agent);

/// Reads one reply, however it is cut into pieces, and passes over what is said before it ("100
/// Continue").
class ReplyReader {
  public:
    enum class Body {
        bounded,  ///< no larger than any answer
        endless,  ///< for a reader that takes it away as it comes
    };

    explicit ReplyReader(Body body = Body::bounded);
    ~ReplyReader();
    ReplyReader(ReplyReader&&) noexcept;
    ReplyReader& operator=(ReplyReader&&) noexcept;

    /// Takes what came. Returns false when it is not HTTP, or too large; there is no way on from
    /// there.
    [[nodiscard]] bool feed(std::string_view bytes);

    /// The peer closed. Returns false when that cuts the reply short.
    [[nodiscard]] bool close();

    [[nodiscard]] bool has_begun() const;    ///< one byte came
    [[nodiscard]] bool has_head() const;     ///< status and header came
    [[nodiscard]] bool is_done() const;      ///< all of it came
    [[nodiscard]] bool is_reusable() const;  ///< the connection may serve another request

    [[nodiscard]] unsigned status() const;
    [[nodiscard]] std::string_view content_type() const;

    /// What there is of the body and was not taken yet. So a body without end can be read.
    [[nodiscard]] std::string take_body();

    /// The whole reply, once it is done.
    [[nodiscard]] Reply take();

  private:
    class Parser;

    void pass_over_interim();

    Body body_;
    std::unique_ptr<Parser> parser_;
    bool had_interim_ = false;
};

}  // namespace settings::client
