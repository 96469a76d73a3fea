#include "model/slices.h"

#include <algorithm>
#include <string>

namespace settings {
inline namespace model {
namespace {

constexpr std::string_view spaces = " \t\r\n";

/// Walks over one text. After the first failure each step fails.
class Cutter {
  public:
    explicit Cutter(std::string_view text) : text_{text} {}

    bool members(std::vector<Slice>& found) {
        if (!take('{')) return false;
        if (take('}')) return is_at_end();
        do {
            Slice slice;
            if (!string(slice.name) || !take(':') || !value(slice.value)) return false;
            found.push_back(slice);
        } while (take(','));
        return take('}') && is_at_end();
    }

    [[nodiscard]] std::size_t place() const { return at_; }

  private:
    bool is_at_end() {
        skip_spaces();
        return at_ == text_.size();
    }

    void skip_spaces() {
        while (at_ < text_.size() && spaces.find(text_[at_]) != spaces.npos) ++at_;
    }

    bool take(char expected) {
        skip_spaces();
        if (at_ == text_.size() || text_[at_] != expected) return false;
        ++at_;
        return true;
    }

    bool string(std::string_view& found) {
        skip_spaces();
        auto const begin = at_;
        if (!take('"')) return false;
        while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
        if (at_ >= text_.size()) return false;
        found = text_.substr(begin, ++at_ - begin);
        return true;
    }

    bool value(std::string_view& found) {
        skip_spaces();
        auto const begin = at_;
        if (at_ == text_.size()) return false;
        bool const is_whole = text_[at_] == '{' || text_[at_] == '[' ? container() : scalar();
        found = text_.substr(begin, at_ - begin);
        return is_whole && !found.empty();
    }

    bool scalar() {
        std::string_view found;
        if (text_[at_] == '"') return string(found);
        at_ = std::min(text_.find_first_of(" \t\r\n,}]", at_), text_.size());
        return true;
    }

    /// Without recursion: how deep a text goes is for whoever wrote it.
    bool container() {
        std::string closing;
        std::string_view skipped;
        do {
            if (at_ >= text_.size()) return false;
            char const next = text_[at_];
            if (next == '"') {
                if (!string(skipped)) return false;
                continue;
            }
            if (next == '{' || next == '[') {
                closing += next == '{' ? '}' : ']';
            } else if (next == '}' || next == ']') {
                if (closing.back() != next) return false;
                closing.pop_back();
            }
            ++at_;
        } while (!closing.empty());
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<Slice>> members_in(std::string_view object) {
    std::vector<Slice> found;
    Cutter cutter{object};
    if (cutter.members(found)) return found;
    return Error{Errc::bad_request, "no JSON object beyond byte " + std::to_string(cutter.place())};
}

}  // namespace model
}  // namespace settings
