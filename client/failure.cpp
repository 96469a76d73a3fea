#include "client/failure.h"

#include <utility>

#include "client/advice.h"

namespace settings::client {
namespace {

constexpr char const* see_status = "; see: systemctl --user status settingsd";

/// What is unknown of a request whose answer did not come; nothing of one that changes nothing.
std::string what_is_unknown(Request::Effect effect) {
    switch (effect) {
        case Request::Effect::none: return {};
        case Request::Effect::order: return "; it is unknown whether it was carried out";
        case Request::Effect::edit: break;
    }
    return "; it is unknown whether it is saved: read it back";
}

Error unanswered(std::string what, std::string const& advice, Request::Effect effect) {
    if (effect == Request::Effect::none) return {Errc::unreachable, std::move(what) + advice};
    return left_open(std::move(what), effect);
}

std::string why_unreachable(std::error_code error, std::string const& path) {
    if (error == std::errc::no_such_file_or_directory)
        return "the daemon is not running (no socket at " + path +
               "), or its socket was removed; " + how_to_start(path, "restart settingsd.socket");
    if (error == std::errc::connection_refused)
        return "the daemon is not running (nothing listens at " + path + "); " +
               how_to_start(path, "start settingsd");
    if (error == std::errc::permission_denied)
        return "no permission to use " + path + "; only the user whose settings they are may";
    if (error == std::errc::resource_unavailable_try_again)
        return "the daemon is too busy to accept a connection at " + path + "; try again";
    if (error == std::errc::filename_too_long)
        return "the socket's path is too long for a Unix socket: " + path;
    return "cannot connect to " + path + ": " + error.message();
}

}  // namespace

Error left_open(std::string what, Request::Effect effect) {
    return {Errc::unknown, std::move(what) + what_is_unknown(effect)};
}

Failure end_of(ReplyReader const& reader) {
    return reader.has_begun() ? Failure::cut : Failure::gone;
}

Error unreachable(std::error_code error, std::string const& path, Request::Effect lost) {
    return unanswered(why_unreachable(error, path), "", lost);
}

Error error_of(Failure failure, std::string const& path, Request::Effect effect) {
    switch (failure) {
        case Failure::stuck:
            return {Errc::unreachable,
                    "the daemon did not take the request in time at " + path + see_status};
        case Failure::late:
            return unanswered("the daemon did not answer in time at " + path, see_status, effect);
        case Failure::gone:
            return unanswered("the daemon closed the connection without an answer at " + path,
                              "; try again", effect);
        case Failure::cut:
            if (effect != Request::Effect::none)
                return unanswered("the daemon's answer broke off at " + path, "", effect);
            break;
        case Failure::garbled:
            if (effect != Request::Effect::none)
                return left_open("what answered at " + path + " does not speak HTTP", effect);
            break;
    }
    return {Errc::protocol, "what answered at " + path + " broke off or does not speak HTTP"};
}

}  // namespace settings::client
