#include "cli/nearest.h"

#include <algorithm>
#include <cstddef>

namespace settings::cli {
namespace {

constexpr std::size_t longest_word = 100;  ///< bytes; beyond it nobody retypes a word

/// How many mistakes lead from one word to the other (optimal string alignment).
std::size_t mistakes(std::string_view one, std::string_view other) {
    std::vector<std::vector<std::size_t>> least(one.size() + 1,
                                                std::vector<std::size_t>(other.size() + 1));
    for (std::size_t i = 0; i <= one.size(); ++i)
        for (std::size_t j = 0; j <= other.size(); ++j) {
            if (i == 0 || j == 0) {
                least[i][j] = i + j;
                continue;
            }
            bool const differ = one[i - 1] != other[j - 1];
            bool const swapped =
                i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
            least[i][j] = std::min(
                {least[i - 1][j] + 1, least[i][j - 1] + 1, least[i - 1][j - 1] + (differ ? 1 : 0)});
            if (swapped) least[i][j] = std::min(least[i][j], least[i - 2][j - 2] + 1);
        }
    return least.back().back();
}

/// Whether two words can be so few mistakes apart, by their lengths.
bool may_be_near(std::string_view one, std::string_view other, std::size_t most) {
    auto const [shorter, longer] = std::minmax({one.size(), other.size()});
    return longer - shorter <= most && longer <= longest_word;
}

}  // namespace

std::optional<std::string> nearest(std::string_view typed, std::vector<std::string> const& known) {
    std::size_t least = typed.size() > 4 ? 2 : 1;
    std::vector<std::string> found;
    for (auto const& word : known) {
        auto const apart = may_be_near(typed, word, least) ? mistakes(typed, word) : least + 1;
        if (apart < least) found.clear();
        if (apart <= least) found.push_back(word);
        least = std::min(least, apart);
    }
    return found.size() == 1 ? std::optional{found.front()} : std::nullopt;
}

std::string did_you_mean(std::string_view typed, std::vector<std::string> const& known) {
    auto const meant = nearest(typed, known);
    return meant ? "; did you mean \"" + *meant + "\"?" : std::string{};
}

}  // namespace settings::cli
