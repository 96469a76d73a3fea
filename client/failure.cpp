#include "client/failure.h"

namespace settings::client {
namespace {

std::string why_unreachable(std::error_code error, std::string const& path) {
    if (error == std::errc::no_such_file_or_directory)
        return "the daemon is not running (no socket at " + path +
               "), or its socket was removed; start it with: systemctl --user restart "
               "settingsd.socket";
    if (error == std::errc::connection_refused)
        return "the daemon is not running (nothing listens at " + path +
               "); start it with: systemctl --user start settingsd";
    if (error == std::errc::permission_denied)
        return "no permission to use " + path + "; only the user whose settings they are may";
    if (error == std::errc::resource_unavailable_try_again)
        return "the daemon is too busy to accept a connection at " + path + "; try again";
    if (error == std::errc::filename_too_long)
        return "the socket's path is too long for a Unix socket: " + path;
    return "cannot connect to " + path + ": " + error.message();
}

}  // namespace

Error unreachable(std::error_code error, std::string const& path) {
    return {Errc::unreachable, why_unreachable(error, path)};
}

Error error_of(Failure failure, std::string const& path) {
    switch (failure) {
        case Failure::late:
            return {Errc::unreachable, "the daemon did not answer in time at " + path +
                                           "; see: systemctl --user status settingsd"};
        case Failure::gone:
            return {Errc::unreachable, "the daemon closed the connection without an answer at " +
                                           path + "; try again"};
        case Failure::garbled: break;
    }
    return {Errc::protocol, "what answered at " + path + " broke off or does not speak HTTP"};
}

}  // namespace settings::client
