#include "sync/credentials.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

namespace settings::sync {
namespace {

constexpr std::size_t largest_token = 16'384;

/// An open file, closed when it goes.
class Descriptor {
  public:
    explicit Descriptor(std::filesystem::path const& path)
        : number_{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)} {}
    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;
    ~Descriptor() {
        if (number_ >= 0) close(number_);
    }

    [[nodiscard]] int number() const { return number_; }

  private:
    int number_;
};

Error unusable(TokenFile const& file, std::string const& why) {
    return {Errc::bad_request, "the token file " + file.path.string() + " " + why};
}

std::string trimmed(std::string text) {
    auto const is_space = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
    text.erase(std::find_if_not(text.rbegin(), text.rend(), is_space).base(), text.end());
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_space));
    return text;
}

/// Everything is read from one open file, so a file that is replaced meanwhile is used whole.
Result<std::string> read(TokenFile const& file, int descriptor) {
    struct stat status {};
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
        return unusable(file, "is not a regular file");
    if (!file.guarded && (status.st_mode & 077) != 0)
        return unusable(file, "may be read or written by others; chmod 600 it");

    std::string text(largest_token + 1, '\0');
    auto const size = ::read(descriptor, text.data(), text.size());
    if (size < 0) return unusable(file, std::string{"cannot be read: "} + std::strerror(errno));
    if (static_cast<std::size_t>(size) > largest_token) return unusable(file, "is too large");
    text.resize(static_cast<std::size_t>(size));
    text = trimmed(std::move(text));
    // It goes into a header: nothing that could end one may pass.
    if (text.empty()) return unusable(file, "is empty");
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; }))
        return unusable(file, "does not hold one token of visible ASCII characters");
    return text;
}

}  // namespace

Result<std::string> Credentials::token() const {
    for (auto const& file : files_) {
        Descriptor const descriptor{file.path};
        if (descriptor.number() >= 0) return read(file, descriptor.number());
        if (errno != ENOENT && errno != ENOTDIR)
            return unusable(file, std::string{"cannot be opened: "} + std::strerror(errno));
    }
    if (files_.empty())
        return Error{Errc::not_found, "no token: set credentials.token_file in the configuration"};
    return Error{Errc::not_found,
                 "no token: put one into " + files_.back().path.string() + " with mode 600"};
}

}  // namespace settings::sync
