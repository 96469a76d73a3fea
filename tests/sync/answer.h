#pragma once

#include <string>
#include <utility>

#include "sync/engine/reply.h"

namespace settings::sync {

/// An answer of the server.
inline Answer answer(unsigned status, std::string body, std::string type = "application/json") {
    Answer made;
    made.status = status;
    made.content_type = std::move(type);
    made.body = std::move(body);
    return made;
}

}  // namespace settings::sync
