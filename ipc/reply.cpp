#include "ipc/reply.h"

#include <utility>

#include "model/printable.h"

namespace settings::ipc {
namespace {

unsigned status_of(Errc code) {
    switch (code) {
        case Errc::bad_request: return 400;
        case Errc::not_found: return 404;
        case Errc::conflict: return 409;
        case Errc::stale: return 412;
        case Errc::too_large: return 413;
        case Errc::storage_broken: return 500;
        case Errc::busy: return 503;
        case Errc::storage_full: return 507;
    }
    return 500;
}

}  // namespace

std::string to_text(nlohmann::ordered_json const& json) {
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Reply success(nlohmann::ordered_json const& body) {
    Reply reply;
    reply.body = std::make_shared<std::string const>(to_text(body));
    return reply;
}

Reply failure(unsigned status, std::string_view message) {
    Reply reply = success({{"success", false}, {"message", printable(message)}});
    reply.status = status;
    return reply;
}

Reply failure(unsigned status, std::string_view message, char const* name,
              nlohmann::ordered_json value) {
    nlohmann::ordered_json body{{"success", false}, {"message", printable(message)}};
    body[name] = std::move(value);
    Reply reply = success(body);
    reply.status = status;
    return reply;
}

Reply failure(Error const& error) { return failure(status_of(error.code()), error.message()); }

}  // namespace settings::ipc
