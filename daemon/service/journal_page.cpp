#include "daemon/service/journal_page.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "daemon/service/history.h"
#include "ipc/reply.h"

namespace settings::daemon {
namespace {

constexpr std::size_t page_bytes = 4'194'304;

}  // namespace

bool JournalPage::take(std::vector<store::JournalEntry> const& entries) {
    for (auto const& entry : entries) {
        bool const is_full = texts_.size() == asked_.limit || bytes_ > page_bytes;
        more_ = is_full && asked_.path.empty();  // then what is in it makes no difference
        if (more_) return false;
        auto changes = entry.read_changes();
        if (!asked_.path.empty()) changes = excerpt(changes, asked_.path);
        if (changes.empty()) continue;
        more_ = is_full;
        if (more_) return false;
        texts_.push_back(entry_text(entry, changes));
        bytes_ += texts_.back().size();
    }
    return true;
}

void JournalPage::reverse() { std::reverse(texts_.begin(), texts_.end()); }

ipc::Reply JournalPage::reply(Revision oldest, Revision head, std::string const& beside) const {
    std::string text = R"({"success":true,"entries":)";
    char separator = '[';
    for (auto const& entry : texts_) {
        text += separator + entry;
        separator = ',';
    }
    text += texts_.empty() ? "[]" : "]";
    text += R"(,"oldest":)" + std::to_string(oldest) + R"(,"revision":)" + std::to_string(head) +
            R"(,"more":)" + (more_ ? "true" : "false");
    if (!beside.empty()) text += R"(,"organization":)" + beside;
    text += '}';
    ipc::Reply reply;
    reply.body = std::make_shared<std::string const>(std::move(text));
    return reply;
}

}  // namespace settings::daemon
