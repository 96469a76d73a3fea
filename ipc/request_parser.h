#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "ipc/routes.h"

namespace settings::ipc {

inline constexpr std::size_t header_bytes_limit = 16'384;  ///< request line and fields

/// The bytes of one request that outlive the read buffer. Kept by the session from one request to
/// the next, so that their memory is used again.
struct RequestText {
    struct Field {
        std::string value;
        bool present = false;

        void clear();
        [[nodiscard]] std::optional<std::string_view> view() const;
    };

    std::string method;
    std::string target;
    std::string body;
    Field host;
    Field if_match;
    Field if_none_match;
    Field content_encoding;
    Field prefer;
    Field last_event_id;
    Field user_agent;

    /// Empties all of it. Gives the memory of a large body back.
    void clear();
};

/// Parses one HTTP/1 request, strictly: whatever two readers could read in two ways is refused.
///
/// Beast's grammar underneath, without its container of fields: what the routes need is copied out,
/// the rest is dropped. On top of Beast 1.81 it refuses folded lines, every repeated
/// Content-Length, Transfer-Encoding or Host, any transfer coding but "chunked", control bytes in
/// chunk extensions, and trailers (RFC 9112, 5.2, 6.1, 6.3, 7.1). Use one object for one request.
class RequestParser final : private boost::beast::http::basic_parser<true> {
  public:
    enum class State { header, body, complete, refused };

    /// `text` is emptied, filled, and must outlive this.
    explicit RequestParser(RequestText& text);

    /// Parses from the front of `bytes`, up to the end of the header or of the request. Returns how
    /// many bytes it is done with; the others must come again, with more behind them.
    std::size_t take(std::string_view bytes);

    /// Refuses the request for a reason of the caller's, such as a time-out.
    void refuse(unsigned status, std::string message);

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] bool started() const { return got_some(); }
    [[nodiscard]] bool is_http_1_0() const { return http_1_0_; }
    [[nodiscard]] bool expects_continue() const { return expects_continue_; }
    /// Whether the client lets the connection live on. Asks for a complete header.
    [[nodiscard]] bool keeps_alive() const { return keep_alive(); }

    /// The request; asks for State::complete.
    [[nodiscard]] Request request() const;
    /// Why not; asks for State::refused.
    [[nodiscard]] Reply refusal() const;

  private:
    using Code = boost::beast::error_code;
    using Text = boost::beast::string_view;

    void on_request_impl(boost::beast::http::verb, Text method, Text target, int version,
                         Code&) override;
    void on_response_impl(int, Text, int, Code&) override {}
    void on_field_impl(boost::beast::http::field name, Text name_text, Text value,
                       Code& error) override;
    void on_header_impl(Code& error) override;
    void on_body_init_impl(boost::optional<std::uint64_t> const&, Code&) override {}
    std::size_t on_body_impl(Text body, Code&) override;
    void on_chunk_header_impl(std::uint64_t size, Text extensions, Code& error) override;
    std::size_t on_chunk_body_impl(std::uint64_t, Text body, Code&) override;
    void on_finish_impl(Code&) override { state_ = State::complete; }

    void refuse(Code& error, unsigned status, std::string message);
    void keep_once(RequestText::Field& field, Text name, Text value, Code& error);
    void keep_list(RequestText::Field& field, Text value);
    void keep_unknown(Text name, Text value, Code& error);
    void expect(Text value, Code& error);
    [[nodiscard]] bool is_folded(Text name, Text value) const;
    void translate(Code const& error);
    [[nodiscard]] bool is_between_chunks() const;
    [[nodiscard]] std::string_view size_line_in(std::string_view bytes) const;
    [[nodiscard]] std::size_t pass_over_empty_line(std::string_view bytes);
    void check_header(std::size_t used, std::string_view rest);
    void refuse_large_header();

    RequestText& text_;
    std::string_view input_;  ///< rest of the input of the take() that runs
    State state_ = State::header;
    std::size_t header_bytes_ = 0;
    std::size_t extension_bytes_ = 0;
    std::uint64_t chunk_bytes_left_ = 0;  ///< of the chunk that is being read
    bool http_1_0_ = false;
    bool has_origin_ = false;
    bool is_cross_site_ = false;
    bool has_length_ = false;
    bool has_coding_ = false;
    bool expects_continue_ = false;
    unsigned refused_status_ = 0;
    std::string refused_because_;
};

}  // namespace settings::ipc
