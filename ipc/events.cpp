#include "ipc/events.h"

#include "ipc/date.h"

namespace settings::ipc {
namespace {

/// A client that lost the connection may come back soon: whoever listens on a Unix socket is either
/// there or about to be. A proxy in between is asked to pass each event on at once (nginx,
/// ngx_http_proxy_module, X-Accel-Buffering).
constexpr std::string_view head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
    "X-Accel-Buffering: no\r\nConnection: close\r\nDate: ";
constexpr std::string_view first_line = "\r\n\r\nretry: 1000\n";

std::string frame_of(std::string_view event, std::string const& id_line, std::string_view data) {
    std::string frame = "event: ";
    frame += event;
    frame += id_line + "\ndata: ";
    frame += data;
    frame += "\n\n";
    return frame;
}

}  // namespace

void render_stream_head(std::string& text, Tag cursor) {
    text = head;
    text += http_date_now();
    text += first_line;
    text += "id: " + text_of(cursor) + "\n\n";
}

std::string event_frame(std::string_view event, Tag id, std::string_view data) {
    return frame_of(event, "\nid: " + text_of(id), data);
}

std::string event_frame(std::string_view event, std::string_view data) {
    return frame_of(event, "", data);
}

std::string heartbeat_frame(Tag cursor) { return ": alive\nid: " + text_of(cursor) + "\n\n"; }

}  // namespace settings::ipc
