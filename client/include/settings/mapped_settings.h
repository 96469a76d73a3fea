#pragma once

#include <settings_snapshot.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "settings/options.h"
#include "settings/value_as.h"

namespace settings::client {

/// The settings in this process's own memory, as the daemon publishes each state of them: a read is
/// no call of the system's, and asks nobody. See docs/snapshot.md.
///
/// There may be no file: no daemon runs, it is of another user, or its folder takes none. Then
/// nothing is known, and a Client asks over the socket. For one thread at a time.
///
///     settings::MappedSettings map;
///     bool dark = map.get<bool>("dark", false);
///     while (map.wait(std::chrono::minutes{1})) dark = map.get<bool>("dark", false);
class MappedSettings {
  public:
    /// The file of the daemon at that socket, which is looked for when it is first asked for.
    explicit MappedSettings(std::string const& socket_path = default_socket());

    /// What stands at a path, as Client::get() finds it: nothing when that is no value.
    struct Found {
        std::optional<Json> value;
    };
    /// Nothing when there is no file that can tell.
    [[nodiscard]] std::optional<Found> find(std::string_view path);

    /// One setting as a T, see value_as(), or `fallback` when it is absent, is no T, or there is no
    /// file. Never fails.
    template <class T>
    [[nodiscard]] T get(std::string_view path, std::type_identity_t<T> fallback) {
        auto const found = find(path);
        if (!found || !found->value) return fallback;
        return value_as<T>(*found->value).value_or(std::move(fallback));
    }

    /// The revision that is shown, at least; nothing when there is no file.
    [[nodiscard]] std::optional<std::int64_t> revision();

    /// Runs `reads`, whose reads of this are to be of one revision; again, when a commit came in
    /// between. False when there is no file, or commits came in between each time.
    template <class Reads>
    [[nodiscard]] bool as_one(Reads reads) {
        constexpr int rounds = 100;
        for (int round = 0; round < rounds && refresh(); ++round) {
            auto const* const before = map_.get();
            auto const generation = settings_snapshot_generation(before);
            reads();
            if (map_.get() == before && settings_snapshot_is_still(before, generation)) return true;
        }
        return false;
    }

    /// Waits for the next commit, by whomever, since the last wait() or, if that is later, since
    /// the file was opened. True when there was one, or another file came: then it is time to read
    /// again. False when the time has passed, and at once when there is no file.
    [[nodiscard]] bool wait(std::chrono::milliseconds timeout);

    /// From now on a file that does not show the state that has this tag (see Snapshot) is none.
    void demand(std::string const& tag);

    /// Whether there is a file now that can tell. Opens the one that is there if need be.
    [[nodiscard]] bool refresh();

  private:
    struct Close {
        void operator()(settings_snapshot* map) const;
    };

    [[nodiscard]] bool is_usable() const;

    std::string path_;
    std::unique_ptr<settings_snapshot, Close> map_;
    std::uint32_t seen_ = 0;  ///< generation at the last wait()
    std::int64_t least_revision_ = 0;
    std::optional<std::uint64_t> store_;  ///< nothing: any
};

}  // namespace settings::client

namespace settings {
using client::MappedSettings;
}
