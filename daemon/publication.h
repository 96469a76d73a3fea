#pragma once

#include <filesystem>
#include <optional>

#include "loop/worker.h"
#include "snapshot/publisher.h"
#include "store/commit.h"
#include "store/view.h"

namespace settings::daemon {

/// The file beside the socket that apps map and read without a call, as far as the configuration
/// wants one. For the loop's thread.
class Publication {
  public:
    /// Clears away what a daemon that was killed has left. Nothing is published yet, so that the
    /// start does not wait for it.
    Publication(bool is_wanted, std::filesystem::path const& socket, store::View const& view,
                loop::Worker& worker);
    Publication(Publication const&) = delete;
    Publication& operator=(Publication const&) = delete;

    /// The view shows another document, or does so for the first time.
    void publish_whole();

    /// The view shows what was committed. To be told before anybody else is: nobody may know of a
    /// revision that apps do not find in the file.
    void publish(store::Commit const& commit);

    /// Takes the file away: what changes from now on nobody would publish.
    void end() { publisher_.reset(); }

  private:
    store::View const& view_;
    std::optional<snapshot::Publisher> publisher_;
};

}  // namespace settings::daemon
