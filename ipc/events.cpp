#include "ipc/events.h"

namespace settings::ipc {
namespace {

/// A client that lost the connection may come back soon: whoever listens on a Unix socket is either
/// there or about to be. A proxy in between is asked to pass each event on at once (nginx,
/// ngx_http_proxy_module, X-Accel-Buffering).
constexpr std::string_view head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
    "X-Accel-Buffering: no\r\nConnection: close\r\n\r\nretry: 1000\n";

}  // namespace

void render_stream_head(std::string& text, Revision cursor) {
    text = head;
    text += "id: " + std::to_string(cursor) + "\n\n";
}

std::string event_frame(std::string_view event, Revision id, std::string_view data) {
    std::string frame = "event: ";
    frame += event;
    frame += "\nid: " + std::to_string(id) + "\ndata: ";
    frame += data;
    frame += "\n\n";
    return frame;
}

std::string heartbeat_frame(Revision cursor) {
    return ": alive\nid: " + std::to_string(cursor) + "\n\n";
}

}  // namespace settings::ipc
