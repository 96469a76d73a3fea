#pragma once

#include <filesystem>
#include <string>

#include "model/result.h"

namespace settings::sync {

/// A file that only its owner may see, and how to speak of it in an error.
struct SecretFile {
    std::string noun;  ///< "token file"
    std::filesystem::path path;
    std::size_t bytes_limit = 0;
    bool guarded = false;  ///< by systemd, which sets its mode and an ACL (systemd.exec(5))
};

/// The whole content, from one open file, so that one that is replaced meanwhile is used whole.
///
/// Errors: not_found when there is no such file; bad_request when others may read or write it, or
/// it belongs to another user than us or root; storage_broken when the system does not let us read
/// it; busy when the machine cannot read it now (no descriptors or memory left, a disk or a file
/// server that fails), which passes. No error quotes the content.
[[nodiscard]] Result<std::string> read_secret(SecretFile const& file);

/// Replaces the file in one step, with mode 600. A value means that the new content is on disk and
/// stays there; after an error the old content is, or else the new one.
///
/// Errors: storage_full, storage_broken.
[[nodiscard]] Result<void> replace_secret(SecretFile const& file, std::string const& content);

/// Removes the file, durably; one that is not there is no error. Errors: storage_broken.
[[nodiscard]] Result<void> remove_secret(SecretFile const& file);

}  // namespace settings::sync
