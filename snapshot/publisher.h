#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/tag.h"
#include "snapshot/mapped_file.h"
#include "snapshot/records.h"

namespace settings::snapshot {

/// Keeps the file that apps map in step with the document: decides when another file takes its
/// place, and goes on without one while the folder takes none, or while a large one is being made.
/// For one thread.
///
/// Never fails. Whatever goes wrong, readers find no file then, and ask over the socket.
class Publisher {
  public:
    /// All of the document, as it is now.
    using Document = std::function<std::vector<Text>()>;
    /// Is told why there is no file, once for each reason in a row.
    using Report = std::function<void(std::string const& sentence)>;

    /// Has `work`, which is on so many bytes of text, carried out on any thread, and then `done` on
    /// this one: before it returns, or later.
    using Elsewhere = std::function<void(std::size_t bytes, std::function<void()> work,
                                         std::function<void()> done)>;

    /// What a daemon that was killed has left at `path` is cleared away. Publishes nothing yet.
    Publisher(std::filesystem::path path, Document document, Report report,
              Elsewhere elsewhere = here_and_now);

    /// The document has changed so, and is in this state now. Before this returns, readers see it,
    /// or find no file.
    void publish(Tag tag, std::span<Change const> changes);

    /// Publishes the document anew: it is another one, or nobody has told of its changes.
    void publish_whole(Tag tag);

  private:
    using Clock = std::chrono::steady_clock;

    /// A change that came while a file was being made.
    struct Later {
        std::string key;
        std::optional<std::string> text;
    };

    static void here_and_now(std::size_t bytes, std::function<void()> const& work,
                             std::function<void()> const& done);
    [[nodiscard]] bool append(MappedFile& file, std::span<Change const> changes) const;
    void keep_for_later(std::span<Change const> changes);
    void take(Result<MappedFile> made);
    void give_up(std::string const& why);

    std::filesystem::path path_;
    Document document_;
    Report report_;
    Elsewhere elsewhere_;
    std::optional<MappedFile> file_;
    Tag tag_;                      ///< of the document as it is now
    bool is_making_ = false;       ///< a file is being made elsewhere
    bool is_outdated_ = false;     ///< that file is of no use: the document is too far ahead of it
    std::vector<Later> later_;     ///< what that file has not
    std::size_t later_bytes_ = 0;  ///< of their texts
    Clock::time_point next_attempt_ = Clock::time_point::min();
    std::string problem_;  ///< why there is no file; empty when there is one
    std::shared_ptr<void> life_ = std::make_shared<char>();  ///< gone when a file comes too late
};

}  // namespace settings::snapshot
