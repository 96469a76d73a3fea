#pragma once

#include <functional>
#include <string>
#include <thread>

namespace settings::cli {

/// A line on stderr that tells how a wait goes, as long as this lives; then it is erased. Nothing
/// is shown where stderr is no terminal, and nothing of a short wait.
class Progress {
  public:
    /// `tell` is asked each second, by a thread of its own.
    explicit Progress(std::function<std::string()> tell);
    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;
    ~Progress();

  private:
    std::jthread thread_;
};

}  // namespace settings::cli
