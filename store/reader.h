#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/revision.h"
#include "store/ledger.h"

namespace settings::store {

/// A key that the server refused.
struct Rejected {
    std::string key;
    Refusal refusal;
    std::int64_t at = 0;  ///< Unix time in milliseconds
};

/// What is committed, read over a connection of its own that can write nothing. For the loop's
/// thread. Throws SqliteError.
class Reader {
  public:
    /// Opens a store that a Writer holds open.
    explicit Reader(std::filesystem::path const& file);

    /// The whole local document, as one commit.
    [[nodiscard]] Commit document();

    /// Keys that differ from the server and are not rejected.
    [[nodiscard]] std::size_t pending();

    /// Whether a key changed at or before `revision` still waits for the server.
    [[nodiscard]] bool is_pending(Revision revision);

    [[nodiscard]] std::vector<Rejected> rejected();

  private:
    Connection connection_;
    Statement document_;
    Statement head_;
    Statement pending_;
    Statement oldest_pending_;
    Statement rejected_;
};

}  // namespace settings::store
