#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/command.h"

namespace settings::bench {

/// dconf with a message bus and a database of its own.
class Dconf {
  public:
    explicit Dconf(std::filesystem::path const& folder);

    /// Whether all is there that it takes.
    [[nodiscard]] static bool is_there();

    [[nodiscard]] Command read(std::string const& key) const { return command({"read", key}); }
    [[nodiscard]] Command write(std::string const& key, std::string const& value) const {
        return command({"write", key, value});
    }

    /// Writes so many texts by one change: /bench/key000000 and so on, see key_name().
    void fill(std::int64_t keys) const;

    using Variables = std::vector<std::pair<std::string, std::string>>;
    /// By which a process finds bus and database.
    [[nodiscard]] Variables variables() const;

  private:
    [[nodiscard]] Command command(std::vector<std::string> words) const;

    std::filesystem::path folder_;
    std::string address_;
    Running bus_;
};

/// dconf's own reader of its mapped file, in this process: what an app with DConfClient has. The
/// library is looked for when this is made, so that the benchmarks are built without it.
class DconfReader {
  public:
    /// Throws std::runtime_error when the library is not there. From then on this process reads
    /// that database.
    explicit DconfReader(Dconf const& dconf);

    /// The text at a key, looked at; throws std::runtime_error when there is none.
    void read(std::string const& key) const;

  private:
    using Read = void* (*)(void* client, char const* key);
    using Text = char const* (*)(void* value, std::size_t* length);
    using Free = void (*)(void* value);

    void* client_;
    Read read_;
    Text text_;
    Free free_;
};

}  // namespace settings::bench
