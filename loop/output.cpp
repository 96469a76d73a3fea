#include "loop/output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>

namespace settings::loop {
namespace {

constexpr std::string_view ellipsis = "…";

/// The end of the last character (UTF-8) that has room in so many bytes of a longer text.
std::size_t end_of_character(std::string_view text, std::size_t bytes) {
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0U) == 0x80U) --bytes;
    return bytes;
}

mode_t type_of(int descriptor) {
    struct stat status {};
    return fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

}  // namespace

Output::Output(int descriptor) : descriptor_{descriptor} {
    auto const type = type_of(descriptor);
    is_socket_ = type == S_IFSOCK;
    if (type != S_IFIFO && type != S_IFCHR) return;
    // O_NONBLOCK belongs to what was opened, and that is shared with the shell and its other
    // programs, which would not expect it.
    auto const path = "/proc/self/fd/" + std::to_string(descriptor);
    own_ = os::Descriptor{open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    if (own_.is_open()) descriptor_ = own_.number();
}

bool Output::write(std::string line) {
    if (line.size() >= line_bytes) {
        line.resize(end_of_character(line, line_bytes - ellipsis.size() - 2));
        line += ellipsis;
    }
    if (torn_) line.insert(0, 1, '\n');
    line += '\n';
    if (!takes_more()) return false;
    auto const written = write_now(line);
    if (written > 0) torn_ = static_cast<std::size_t>(written) < line.size();
    return written > 0;
}

/// For what could not be opened once more.
bool Output::takes_more() const {
    pollfd room{descriptor_, POLLOUT, 0};
    return poll(&room, 1, 0) == 1 && (room.revents & POLLOUT) != 0;
}

std::int64_t Output::write_now(std::string_view bytes) const {
    if (is_socket_)
        return send(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return ::write(descriptor_, bytes.data(), bytes.size());
}

}  // namespace settings::loop
