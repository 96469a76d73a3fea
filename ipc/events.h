#pragma once

#include <string>
#include <string_view>

#include "model/tag.h"

namespace settings::ipc {

// Server-Sent Events (WHATWG HTML, 9.2). The id of an event names the state of the document up to
// which it tells: where a client that lost its connection goes on.

/// The header of the answer and the first lines of its body, over `text`, whose memory is used
/// again. The body ends with the connection.
void render_stream_head(std::string& text, Tag cursor);

/// One event. `data` is one line.
[[nodiscard]] std::string event_frame(std::string_view event, Tag id, std::string_view data);

/// The same for an event that is no state of the document: it moves no client's place.
[[nodiscard]] std::string event_frame(std::string_view event, std::string_view data);

/// What keeps a quiet stream alive, and its client's place in it: no event.
[[nodiscard]] std::string heartbeat_frame(Tag cursor);

}  // namespace settings::ipc
