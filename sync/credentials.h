#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/result.h"

namespace settings::sync {

/// A file that holds the access token, and whether its mode is ours to check.
struct TokenFile {
    std::filesystem::path path;
    bool guarded = false;  ///< by systemd, which sets its mode and an ACL (systemd.exec(5))
};

/// Reads the access token from the first of some files that exists. Reads anew at each call, so a
/// replaced file counts from the next request on. The token is in no error text.
class Credentials {
  public:
    explicit Credentials(std::vector<TokenFile> files) : files_{std::move(files)} {}

    /// Errors: not_found when there is no file; bad_request when it may be read by others, or is
    /// not one token of visible ASCII. Each says what to do.
    [[nodiscard]] Result<std::string> token() const;

    [[nodiscard]] std::vector<TokenFile> const& files() const { return files_; }

  private:
    std::vector<TokenFile> files_;
};

}  // namespace settings::sync
