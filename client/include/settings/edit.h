#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "settings/value.h"

namespace settings::client {

/// All settings as they were at one moment.
struct Snapshot {
    Json settings;  ///< an object
    Tag tag;        ///< for WriteOptions::only_if() and watch()
};

/// A value for one path, or its removal. A class with constructors, so that no list of them in a
/// co_await expression meets the compiler's trouble with aggregates.
class Assignment {
  public:
    /// The path is dotted, or a JSON pointer: /editor.fontSize. An object is merged into the one
    /// that is there.
    Assignment(std::string path, Json value) : path_{std::move(path)}, value_{std::move(value)} {}

    [[nodiscard]] static Assignment removal(std::string path) {
        return Assignment{std::move(path)};
    }

    /// Sets the value at exactly these names, dots and all. Without a value: removes it.
    [[nodiscard]] static Assignment exactly(std::vector<std::string> names,
                                            std::optional<Json> value) {
        Assignment one{std::string{}};
        one.names_ = std::move(names);
        one.value_ = std::move(value);
        return one;
    }

    [[nodiscard]] std::string const& path() const { return path_; }
    /// The names that stand in place of the path, when there are any.
    [[nodiscard]] std::vector<std::string> const& names() const { return names_; }
    /// The value to set; nothing to remove what is there.
    [[nodiscard]] std::optional<Json> const& value() const { return value_; }

  private:
    explicit Assignment(std::string path) : path_{std::move(path)} {}

    std::string path_;
    std::vector<std::string> names_;
    std::optional<Json> value_;
};

/// How a write is to be done: {} at once, a number of seconds to wait for the server, 0 to only
/// have told whether it has the edit, or more by the setters.
class WriteOptions {
  public:
    WriteOptions() {}
    WriteOptions(std::chrono::seconds wait) : wait_{wait} {}

    /// Waits so long for the server to have accepted the edit, too. It is durable on this machine
    /// either way, and the wait hurries nothing.
    WriteOptions& wait(std::chrono::seconds wait) {
        wait_ = wait;
        return *this;
    }

    /// Changes nothing unless the settings are still in that state.
    WriteOptions& only_if(std::optional<Tag> tag) {
        only_if_ = std::move(tag);
        return *this;
    }

    [[nodiscard]] std::chrono::seconds wait() const {
        return wait_.value_or(std::chrono::seconds{});
    }
    /// Whether the answer is to tell if the server has accepted the edit, be it without a wait.
    [[nodiscard]] bool wants_receipt() const { return wait_.has_value(); }
    [[nodiscard]] std::optional<Tag> const& only_if() const { return only_if_; }

  private:
    std::optional<std::chrono::seconds> wait_;
    std::optional<Tag> only_if_;
};

/// What became of a write that waited for the server.
struct Receipt {
    Revision revision = 0;  ///< revision that has the edit on this machine's disk
    bool synced = false;    ///< the server has accepted it
    std::string reason;     ///< when not synced: what stands in the way
    Tag tag = {};           ///< names the settings as this edit left them
};

/// What became of a request to sync now.
struct SyncOutcome {
    bool synced = false;  ///< the server has accepted every edit
    Revision revision = 0;
    std::string reason;           ///< when not synced: what stands in the way
    std::uint64_t conflicts = 0;  ///< settings of which one value was not kept, and waits
};

}  // namespace settings::client
