#pragma once

#include <filesystem>

#include "model/revision.h"
#include "model/tag.h"
#include "os/descriptor.h"

namespace settings::store {

/// What a small file beside the store tells of it: the newest revision that was ever acknowledged,
/// and the run (identity.h) that was the last. It outlives a database that cannot be read any more,
/// so that a revision is never given twice, and it tells when an older copy was put back: of the
/// database alone, or of all files together, since a copy is born at another time than it says.
class HighWater {
  public:
    /// For noting, after each commit and never flushed: after a power cut the file may be older
    /// than the store, which means nothing.
    explicit HighWater(std::filesystem::path const& store);

    /// A disk that does not take it costs nobody an edit.
    void note(Revision revision);

    /// What cannot be read of the file is as if nothing had been known.
    struct Mark {
        bool is_there = false;
        Revision revision = 0;
        StoreId run = any_store;
        bool is_copy = false;  ///< the file was copied here, where the file system can tell that
        bool store_remembers = false;  ///< the store had all rows that it must not forget
    };
    [[nodiscard]] static Mark of(std::filesystem::path const& store);

    /// Puts a new file in the place, so that one which is copied over it later is no longer the one
    /// that it says it is. `store_remembers` once all rows that a store must not forget (see
    /// forgotten.h) are on disk in it. On disk when this returns. Throws std::system_error.
    static void renew(std::filesystem::path const& store, Revision revision, StoreId run,
                      bool store_remembers = false);

  private:
    os::Descriptor file_;
    Revision noted_ = 0;
};

}  // namespace settings::store
