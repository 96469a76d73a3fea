#pragma once

#include <filesystem>

#include "model/revision.h"

namespace settings::store {

/// The newest revision that was ever acknowledged, in a small file beside the store. It outlives a
/// database that cannot be read any more, so that a revision is never given twice, and it tells
/// when an older copy of the database was put in its place.
///
/// Written after each commit and never flushed: after a power cut it may be older than the store,
/// which means nothing.
class HighWater {
  public:
    explicit HighWater(std::filesystem::path const& store);
    HighWater(HighWater const&) = delete;
    HighWater& operator=(HighWater const&) = delete;
    ~HighWater();

    /// A disk that does not take it costs nobody an edit.
    void note(Revision revision);

    /// What stands beside the store; 0 when nothing does.
    [[nodiscard]] static Revision of(std::filesystem::path const& store);

  private:
    int descriptor_;
    Revision noted_ = 0;
};

}  // namespace settings::store
