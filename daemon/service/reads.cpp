#include "daemon/service/reads.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/service/history.h"
#include "daemon/service/journal_page.h"
#include "daemon/service/metrics.h"
#include "daemon/service/precondition.h"
#include "ipc/reply.h"
#include "model/path.h"
#include "model/same.h"
#include "model/value_tag.h"
#include "store/stored_json.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

// How much of the journal is looked through in one turn of the loop.
constexpr store::Stretch slice{16, 32'768};
constexpr Revision slice_revisions = 1'024;  ///< most of which need no parsing, with a path

std::size_t size_of(std::optional<std::string> const& text) { return text ? text->size() : 0; }

std::size_t bytes_of(std::vector<store::Differing> const& keys) {
    std::size_t bytes = 0;
    for (auto const& [key, there, here] : keys) bytes += size_of(there) + size_of(here);
    return bytes;
}

/// The value at a path whose first name is the key that `value` is of.
Json const* value_at(Json const* value, Path const& path) {
    return value == nullptr ? nullptr : find(*value, {path.begin() + 1, path.end()});
}

/// Whether the journal may hold more in the same range of revisions.
bool was_cut(std::vector<store::JournalEntry> const& entries) {
    return entries.size() == slice.entries || store::bytes_of(entries) >= slice.bytes;
}

/// The answer to a GET of one value, of which the text is at hand.
std::shared_ptr<std::string const> setting_body(std::string const& path, std::string const& text,
                                                Revision revision) {
    return std::make_shared<std::string const>(R"({"success":true,"path":)" + ipc::to_text(path) +
                                               R"(,"value":)" + text + R"(,"revision":)" +
                                               std::to_string(revision) + '}');
}

/// What a GET whose condition does not hold is answered with.
ipc::Reply answer_to(Unmet const& unmet) {
    auto reply = refusal(unmet);
    if (unmet.outcome != ipc::Condition::Outcome::matched) return reply;
    reply.status = 304;
    reply.body = nullptr;
    return reply;
}

/// The answer to a GET of one value, of which the document has all that its path can lead to.
ipc::Reply answer_to(ipc::ReadPath const& asked, store::View const& document) {
    auto const value = document.find(asked.path);
    if (!value) return ipc::failure(404, "no setting has the path \"" + asked.path + "\"");
    auto const text = to_text(*value);
    Seen const seen{value_tag(text), document.tag()};
    if (auto const not_now = unmet(asked.condition, asked.path, seen)) return answer_to(*not_now);
    ipc::Reply reply;
    reply.body = setting_body(asked.path, text, document.revision());
    reply.etag = seen.etag;
    return reply;
}

ipc::Reply difference_between(std::vector<store::Differing> const& keys, bool has_looked) {
    ChangeSet changes;
    for (auto const& [key, there, here] : keys) {
        auto const of_key = changes_of(key, store::parse_stored(there), store::parse_stored(here));
        changes.insert(changes.end(), of_key.begin(), of_key.end());
    }
    std::string const looked = has_looked ? "true" : "false";
    ipc::Reply reply;
    reply.body = std::make_shared<std::string const>(
        R"({"success":true,"looked":)" + looked + R"(,"changes":)" + changes_text(changes) + '}');
    return reply;
}

/// Both sides of some keys, each parsed once somebody looks into it.
class BothSides {
  public:
    using Side = std::optional<std::string> store::Standing::*;

    explicit BothSides(std::map<std::string, store::Standing> const& keys) : keys_{keys} {}

    Json const* value(std::string const& key, Side side) {
        auto& values = side == &store::Standing::local ? local_ : mirror_;
        auto const known = values.find(key);
        if (known != values.end()) return pointer_to(known->second);
        auto const standing = keys_.find(key);
        if (standing == keys_.end()) return nullptr;
        return pointer_to(
            values.emplace(key, store::parse_stored(standing->second.*side)).first->second);
    }

    /// Where a path leads to on one side.
    std::optional<Path> place(std::string const& path, Side side) {
        return resolve(Keys{[this](std::string_view bound) { return last_key_up_to(bound); },
                            [this, side](std::string const& key) { return value(key, side); }},
                       path);
    }

  private:
    std::optional<std::string> last_key_up_to(std::string_view bound) const {
        auto const behind = keys_.upper_bound(std::string{bound});
        if (behind == keys_.begin()) return std::nullopt;
        return std::prev(behind)->first;
    }

    std::map<std::string, store::Standing> const& keys_;
    std::map<std::string, std::optional<Json>> local_, mirror_;
};

/// Where a setting stands. `keys` has all that its path can lead into; a path that names no value
/// that apps see may name one that the server has.
SettingState setting_at(std::string const& path, std::map<std::string, store::Standing> const& keys,
                        store::Standing const& unreadable) {
    using store::Standing;
    BothSides sides{keys};
    auto place = sides.place(path, &Standing::local);
    if (!place) place = sides.place(path, &Standing::mirror);
    if (!place) return {path, false, false, unreadable, {}, names_in(path)};
    auto const& key = place->front();
    auto const* here = value_at(sides.value(key, &Standing::local), *place);
    auto const* there = value_at(sides.value(key, &Standing::mirror), *place);
    return {path, here != nullptr, !same(here, there), keys.at(key), {}, *place};
}

/// Whether one of two paths is the other, or leads to it.
bool concerns(Path const& one, Path const& other) {
    auto const both = std::min(one.size(), other.size());
    return std::equal(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(both), other.begin());
}

}  // namespace

Reads::Reads(store::View const& view, store::Reader& reader, Overview& overview,
             loop::Worker& worker)
    : view_{view}, reader_{reader}, overview_{overview}, worker_{worker} {}

ipc::Reply Reads::document(ipc::ReadDocument const& asked) {
    if (auto const not_now = unmet(asked.condition, view_.tag())) return answer_to(*not_now);
    ipc::Reply reply;
    reply.body = whole_document();
    reply.etag = text_of(view_.tag());
    return reply;
}

asio::awaitable<ipc::Reply> Reads::value(ipc::ReadPath asked) const {
    auto document = view_.along(asked.path);
    auto const bytes = document.bytes();
    auto work = [asked = std::move(asked), document = std::move(document)] {
        return answer_to(asked, document);
    };
    return worker_.run(bytes, std::move(work));
}

/// Reads in slices, since a search for one setting may lead through all of a long history.
asio::awaitable<ipc::Reply> Reads::journal(ipc::ReadJournal asked, std::string beside) {
    auto& journal = reader_.journal();
    auto const head = view_.revision();
    auto const& path = asked.path;
    bool const forward = asked.since.has_value();
    auto const page = std::make_shared<JournalPage>(asked);
    // What is left to look through: after the first, up to and with the second.
    Revision first = asked.since.value_or(std::max<Revision>(journal.oldest() - 1, 0));
    Revision last = head;
    while (first < last) {
        auto const edge = forward ? std::min(last, first + slice_revisions)
                                  : std::max(first, last - slice_revisions);
        auto entries = forward ? journal.after(first, edge, slice, path)
                               : journal.before(edge, last, slice, path);
        if (forward)
            first = was_cut(entries) ? entries.back().revision : edge;
        else
            last = was_cut(entries) ? entries.back().revision - 1 : edge;
        auto const bytes = store::bytes_of(entries);
        auto take = [page, entries = std::move(entries)] { return page->take(entries); };
        bool const has_room = co_await worker_.run(bytes, std::move(take));
        if (!has_room) break;
        co_await asio::post(asio::use_awaitable);
    }
    if (!forward) page->reverse();
    co_return page->reply(journal.oldest(), head, beside);
}

ipc::Reply Reads::status() { return ipc::success(daemon::status(overview_.with_identity())); }

/// What the sync would have to change in the account's document, as far as that is known.
asio::awaitable<ipc::Reply> Reads::difference() {
    auto keys = reader_.differing();
    auto const bytes = bytes_of(keys);
    auto work = [keys = std::move(keys), has_looked = reader_.has_looked()] {
        return difference_between(keys, has_looked);
    };
    return worker_.run(bytes, std::move(work));
}

ipc::Reply Reads::configuration() const {
    ipc::Reply reply;
    reply.body = configuration_;
    return reply;
}

void Reads::set_configuration(std::string body) {
    configuration_ = std::make_shared<std::string const>(std::move(body));
}

ipc::Reply Reads::metrics() {
    ipc::Reply reply;
    reply.body = std::make_shared<std::string const>(daemon::metrics(overview_.now()));
    reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
    return reply;
}

asio::awaitable<ipc::Reply> Reads::explanation(ipc::Explain asked) {
    Keys const names{
        [this](std::string_view bound) { return reader_.last_key_up_to(bound); }, {}, nullptr};
    std::map<std::string, store::Standing> keys;
    std::size_t bytes = 0;
    for (auto& key : keys_along(names, asked.path)) {
        auto standing = reader_.standing(key);
        bytes += size_of(standing.local) + size_of(standing.mirror);
        keys.emplace(std::move(key), std::move(standing));
    }
    auto work = [unreadable = unreadable_at(asked.path), asked = std::move(asked),
                 keys = std::move(keys), conflicts = reader_.places_of_conflicts(),
                 sync = overview_.now()] {
        auto told = setting_at(asked.path, keys, unreadable);
        for (auto const& [id, path] : conflicts)
            if (concerns(path, told.names)) told.conflicts.push_back(id);
        return ipc::success(daemon::explanation(told, sync));
    };
    return worker_.run(bytes, std::move(work));
}

/// Rendered at most once per revision, and shared by all who ask.
std::shared_ptr<std::string const> Reads::whole_document() {
    if (document_revision_ != view_.revision()) {
        std::string text = R"({"success":true,"settings":)";
        view_.append_to(text);
        text += '}';
        document_ = std::make_shared<std::string const>(std::move(text));
        document_revision_ = view_.revision();
    }
    return document_;
}

/// The standing of the unreadable key that the path names or leads into.
store::Standing Reads::unreadable_at(std::string const& path) {
    for (auto const& [key, why] : reader_.unreadable())
        if (path == key || path == '/' + key || path.starts_with(key + '.'))
            return reader_.standing(key);
    return {};
}

}  // namespace settings::daemon
