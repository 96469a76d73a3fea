#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "emulator/call.h"
#include "emulator/http.h"
#include "emulator/json.h"

namespace settings::emulator {

/// Every request that reached the service, for tests and people to look at. Holds no token and no
/// password. Bounded: when it is full the oldest go.
class RequestLog {
  public:
    static constexpr std::size_t entry_limit = 10'000;
    static constexpr std::size_t byte_limit =
        std::size_t{64} * 1024 * 1024;  ///< most for all bodies together

    /// `outcome` is the status that was answered, or a word like "dropped" for what else happened.
    void add(Request const& request, std::optional<Call> call, Json outcome, Time now);

    void clear();

    /// [{"number","time","method","target","status","body"}], oldest first. Numbers go on counting
    /// after a clear().
    [[nodiscard]] Json to_json() const;

  private:
    struct Entry {
        Json summary;
        std::size_t bytes;
    };
    std::deque<Entry> entries_;
    std::size_t bytes_ = 0;
    std::uint64_t received_ = 0;
};

}  // namespace settings::emulator
