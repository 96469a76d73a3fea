#include "daemon/listener.h"

#include <stdexcept>
#include <system_error>
#include <vector>

#include "daemon/config.h"

namespace settings::daemon {
namespace {

os::Descriptor checked(std::vector<int> const& passed, ipc::Through through) {
    if (passed.size() > 1)
        throw ConfigError{
            "more than one socket was passed in; the socket unit must have a "
            "single ListenStream="};
    ipc::check_listening(passed.front());
    if (through == ipc::Through::owner) ipc::check_private(passed.front());
    return os::Descriptor{passed.front()};
}

/// The socket of before the start was over, where it is still what the configuration asks for.
os::Descriptor kept_or_bound(int kept, std::filesystem::path const& path, ipc::Through through) {
    os::Descriptor socket{kept};
    if (ipc::is_listening_on(kept, path, through)) return socket;
    socket.close();  // or it would be taken for another daemon's
    return ipc::listen_on(path, through);
}

os::Descriptor listening_socket(systemd::Sockets const& sockets, std::filesystem::path const& path,
                                ipc::Through through) {
    try {
        if (sockets.numbers.empty()) return ipc::listen_on(path, through);
        if (sockets.are_own) return kept_or_bound(sockets.numbers.front(), path, through);
        return checked(sockets.numbers, through);
    } catch (std::system_error const&) {
        throw;
    } catch (std::runtime_error const& error) {
        throw ConfigError{error.what()};
    }
}

}  // namespace

Listener::Listener(systemd::Sockets const& sockets, std::filesystem::path const& path,
                   ipc::Through through)
    : is_passed_{!sockets.numbers.empty() && !sockets.are_own},
      through_{through},
      socket_{listening_socket(sockets, path, through)},
      path_{is_passed_ ? ipc::path_of(socket_.number()) : path},
      mark_{ipc::mark_of(path_)} {}

std::optional<os::Descriptor> Listener::replacement() {
    if (!mark_ || ipc::mark_of(path_) == mark_) return std::nullopt;
    if (is_passed_)
        throw std::runtime_error{path_.string() +
                                 " is no longer the socket that was passed in; its unit makes it "
                                 "anew: systemctl --user restart settingsd.socket"};
    auto socket = ipc::listen_on(path_, through_);
    // Gone again already? Then nothing is like this mark, and the next look binds anew.
    mark_ = ipc::mark_of(path_).value_or(ipc::FileMark{});
    return socket;
}

}  // namespace settings::daemon
