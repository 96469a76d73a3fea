#pragma once

#include <array>
#include <ostream>

namespace settings::system_test {

/// Two things that the service does not document.
struct Rules {
    char const* name;
    char const* merge;
    char const* absent_key;
};

inline void PrintTo(Rules const& rules, std::ostream* stream) { *stream << rules.name; }

/// All that the service may keep to.
inline constexpr std::array all_rules{
    Rules{"DeepIgnoring", "deep", "ignore"}, Rules{"DeepRefusing", "deep", "refuse"},
    Rules{"ShallowIgnoring", "shallow", "ignore"}, Rules{"ShallowRefusing", "shallow", "refuse"}};

}  // namespace settings::system_test
