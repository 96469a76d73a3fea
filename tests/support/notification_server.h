#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/eventually.h"
#include "tests/support/process.h"

namespace settings {

/// The program notification-server, run by `words`, and what it was told; see
/// tests/notify/notification_server.cpp.
class NotificationServer {
  public:
    /// Starts it with its output in `file`, which is new; returns once it can be called.
    NotificationServer(std::vector<std::string> const& words, std::filesystem::path file)
        : file_{std::move(file)}, process_{words, {file_, file_.string() + ".errors"}} {
        eventually("somebody shows notifications", [this] { return !lines().empty(); });
    }

    /// Each call, as a value that JSON has for it, in order.
    [[nodiscard]] std::vector<nlohmann::json> calls() const {
        auto all = lines();
        if (!all.empty()) all.erase(all.begin());
        return all;
    }

    /// The calls in short: the title of what was shown, "-" for what was taken away.
    [[nodiscard]] std::vector<std::string> seen() const {
        std::vector<std::string> all;
        for (auto const& call : calls()) all.push_back(call.value("title", "-"));
        return all;
    }

  private:
    /// Those that are whole.
    [[nodiscard]] std::vector<nlohmann::json> lines() const {
        std::vector<nlohmann::json> all;
        std::istringstream text{read_text(file_)};
        for (std::string line; std::getline(text, line) && !text.eof();)
            all.push_back(nlohmann::json::parse(line));
        return all;
    }

    std::filesystem::path file_;
    Process process_;
};

}  // namespace settings
