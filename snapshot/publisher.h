#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/tag.h"
#include "snapshot/mapped_file.h"
#include "snapshot/records.h"

namespace settings::snapshot {

/// Keeps the file that apps map in step with the document: decides when another file takes its
/// place, and goes on without one while the folder takes none. For one thread.
///
/// Never fails. Whatever goes wrong, readers find no file then, and ask over the socket.
class Publisher {
  public:
    /// All of the document, as it is now. What it refers to stays until the next commit.
    using Document = std::function<std::vector<Change>()>;
    /// Is told why there is no file, once for each reason in a row.
    using Report = std::function<void(std::string const& sentence)>;

    /// What a daemon that was killed has left at `path` is cleared away. Publishes nothing yet.
    Publisher(std::filesystem::path path, Document document, Report report);

    /// The document has changed so, and is in this state now. Before this returns, readers see it,
    /// or find no file.
    void publish(Tag tag, std::span<Change const> changes);

    /// Publishes the document anew: it is another one, or nobody has told of its changes.
    void publish_whole(Tag tag);

  private:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] bool append(Revision revision, std::span<Change const> changes);
    [[nodiscard]] Result<void> write_anew(Tag tag);
    void give_up(std::string const& why);

    std::filesystem::path path_;
    Document document_;
    Report report_;
    std::optional<MappedFile> file_;
    Clock::time_point next_attempt_ = Clock::time_point::min();
    std::string problem_;  ///< why there is no file; empty when there is one
};

}  // namespace settings::snapshot
