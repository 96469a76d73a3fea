#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/sqlite.h"

namespace settings::store {

/// What a person should know of the store: that it was salvaged or put back, what was kept, and
/// what is lost. The last one stands until it is dismissed, or another one takes its place. Only
/// tell() and dismiss() need a connection that can write. Throws SqliteError.
class Notices {
  public:
    explicit Notices(Connection& connection);

    struct Notice {
        std::int64_t at = 0;  ///< Unix time in milliseconds
        std::string text;     ///< one paragraph
    };
    [[nodiscard]] std::optional<Notice> last();

    // Inside a transaction that the caller holds.

    void tell(Notice const& notice);
    void dismiss();

  private:
    Statement last_;
    Statement tell_;
    Statement dismiss_;
};

}  // namespace settings::store
