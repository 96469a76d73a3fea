#pragma once

#include <array>
#include <random>
#include <string>

#include "settings/client.h"

namespace settings::system_test {

using client::Json;

/// Draws edits, faults and moments.
class Dice {
  public:
    explicit Dice(unsigned seed) : random_{seed} {}

    int below(int bound) { return std::uniform_int_distribution{0, bound - 1}(random_); }
    bool once_in(int times) { return below(times) == 0; }
    std::string name() { return std::string(1, static_cast<char>('a' + below(4))); }

    Json value(int depth) {
        switch (below(depth > 0 ? 6 : 4)) {
            case 0: return nullptr;
            case 1: return {1, Json::object()};
            case 2:
            case 3: return below(1000);
            default: return object(depth);
        }
    }

    Json object(int depth) {
        Json made = Json::object();
        for (int members = below(4); members > 0; --members) made[name()] = value(depth - 1);
        return made;
    }

    std::string path() { return once_in(2) ? name() : name() + '.' + path(); }

    /// A statement for the emulator.
    std::string fault() {
        constexpr std::array faults{"answer 500",          "answer html",
                                    "answer truncated",    "drop before answering",
                                    "drop after applying", "answer 504 after applying"};
        constexpr std::array calls{"settings", "GET", "PUT", "DELETE"};
        return std::string{faults.at(static_cast<std::size_t>(below(faults.size())))} + " on " +
               calls.at(static_cast<std::size_t>(below(calls.size())));
    }

  private:
    std::mt19937 random_;
};

}  // namespace settings::system_test
