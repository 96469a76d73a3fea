#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "ipc/request_parser.h"
#include "model/json.h"
#include "tests/fuzz/reference_http.h"
#include "tests/fuzz/targets.h"

namespace settings::fuzz {
namespace {

using ipc::RequestParser;

/// What a session makes of a stream.
struct Reading {
    std::vector<Message> messages = {};
    bool refused = false;  ///< what comes after them; else it waits for more
};

/// A reply is JSON, whatever bytes it quotes.
void check(ipc::Reply const& reply) {
    if (!reply.body || reply.content_type != "application/json") return;
    expect(parse_json(*reply.body).has_value(), "a reply is JSON");
}

Message answered(RequestParser const& parser) {
    auto const request = parser.request();
    auto const routed = ipc::route(request);
    if (auto const* reply = std::get_if<ipc::Reply>(&routed)) check(*reply);
    return {std::string{request.method}, std::string{request.target}, std::string{request.body}};
}

/// Reads as ipc::Session does, from a socket that gives so many bytes at a time.
class Session {
  public:
    explicit Session(std::size_t piece) : piece_{piece} {}

    Reading read(std::string_view stream) {
        while (parse() && !stream.empty()) {
            auto const room = ipc::header_bytes_limit - buffer_.size();
            expect(room > 0, "a full buffer is parsed or refused");
            auto const count = std::min({piece_, room, stream.size()});
            buffer_ += stream.substr(0, count);
            stream.remove_prefix(count);
        }
        return std::move(reading_);
    }

  private:
    /// False once the request is refused.
    bool parse() {
        while (!buffer_.empty()) {
            auto const used = parser_->take(buffer_);
            expect(used <= buffer_.size(), "only what is there is taken");
            buffer_.erase(0, used);
            if (parser_->state() == RequestParser::State::refused) return refuse();
            bool const complete = parser_->state() == RequestParser::State::complete;
            if (!complete && used == 0) break;
            if (!complete) continue;
            reading_.messages.push_back(answered(*parser_));
            parser_.emplace(text_);
        }
        return true;
    }

    bool refuse() {
        check(parser_->refusal());
        reading_.refused = true;
        return false;
    }

    std::size_t piece_;
    std::string buffer_;
    ipc::RequestText text_;
    std::optional<RequestParser> parser_{std::in_place, text_};
    Reading reading_;
};

}  // namespace

/// Never two readings of one stream: neither by how it was cut, nor by who reads it. The product
/// may refuse more than the reference does.
void request(std::string_view bytes) {
    std::vector<Message> first;
    for (std::size_t const piece : {std::size_t{1}, std::size_t{7}, ipc::header_bytes_limit}) {
        auto const reading = Session{piece}.read(bytes);
        if (piece == 1) first = reading.messages;
        expect(reading.messages == first, "it does not matter how a stream is cut");
        auto rest = bytes;
        for (auto const& message : reading.messages)
            expect(take_message(rest) == message, "a request is what RFC 9112 says it is");
        expect(reading.refused || !take_message(rest), "whoever is done is answered");
    }
}

}  // namespace settings::fuzz
