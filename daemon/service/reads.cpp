#include "daemon/service/reads.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
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

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

// How much of the journal is looked through in one turn of the loop.
constexpr store::Stretch slice{16, 32'768};
constexpr Revision slice_revisions = 1'024;  ///< most of which need no parsing, with a path

/// The value at a path whose first name is the key that `value` is of.
std::optional<Json> value_at(std::optional<Json> const& value, Path const& path) {
    if (!value) return std::nullopt;
    return copy_of(find(*value, {path.begin() + 1, path.end()}));
}

/// Whether the journal may hold more in the same range of revisions.
bool was_cut(std::vector<store::JournalEntry> const& entries) {
    std::size_t bytes = 0;
    for (auto const& entry : entries) bytes += entry.bytes;
    return entries.size() == slice.entries || bytes >= slice.bytes;
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

/// Whether one of two paths is the other, or leads to it.
bool concerns(Path const& one, Path const& other) {
    auto const both = std::min(one.size(), other.size());
    return std::equal(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(both), other.begin());
}

}  // namespace

Reads::Reads(store::View const& view, store::Reader& reader, Overview& overview)
    : view_{view}, reader_{reader}, overview_{overview} {}

ipc::Reply Reads::document(ipc::ReadDocument const& asked) {
    if (auto const not_now = unmet(asked.condition, view_.tag())) return answer_to(*not_now);
    ipc::Reply reply;
    reply.body = whole_document();
    reply.etag = text_of(view_.tag());
    return reply;
}

ipc::Reply Reads::value(ipc::ReadPath const& asked) const {
    auto const value = view_.find(asked.path);
    if (!value) return ipc::failure(404, "no setting has the path \"" + asked.path + "\"");
    auto const text = to_text(*value);
    Seen const seen{value_tag(text), view_.tag()};
    if (auto const not_now = unmet(asked.condition, asked.path, seen)) return answer_to(*not_now);
    ipc::Reply reply;
    reply.body = setting_body(asked.path, text, view_.revision());
    reply.etag = seen.etag;
    return reply;
}

/// Reads in slices, since a search for one setting may lead through all of a long history.
asio::awaitable<ipc::Reply> Reads::journal(ipc::ReadJournal asked, std::string beside) {
    auto& journal = reader_.journal();
    auto const head = view_.revision();
    auto const& path = asked.path;
    bool const forward = asked.since.has_value();
    JournalPage page{asked};
    // What is left to look through: after the first, up to and with the second.
    Revision first = asked.since.value_or(std::max<Revision>(journal.oldest() - 1, 0));
    Revision last = head;
    while (first < last) {
        auto const edge = forward ? std::min(last, first + slice_revisions)
                                  : std::max(first, last - slice_revisions);
        auto const entries = forward ? journal.after(first, edge, slice, path)
                                     : journal.before(edge, last, slice, path);
        if (!page.take(entries)) break;
        if (forward)
            first = was_cut(entries) ? entries.back().revision : edge;
        else
            last = was_cut(entries) ? entries.back().revision - 1 : edge;
        co_await asio::post(asio::use_awaitable);
    }
    if (!forward) page.reverse();
    co_return page.reply(journal.oldest(), head, beside);
}

ipc::Reply Reads::status() { return ipc::success(daemon::status(overview_.with_identity())); }

/// What the sync would have to change in the account's document, as far as that is known.
ipc::Reply Reads::difference() {
    ChangeSet changes;
    for (auto const& [key, there, here] : reader_.differing()) {
        auto const of_key = changes_of(key, there, here);
        changes.insert(changes.end(), of_key.begin(), of_key.end());
    }
    std::string const looked = reader_.has_looked() ? "true" : "false";
    ipc::Reply reply;
    reply.body = std::make_shared<std::string const>(
        R"({"success":true,"looked":)" + looked + R"(,"changes":)" + changes_text(changes) + '}');
    return reply;
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

ipc::Reply Reads::explanation(ipc::Explain const& asked) {
    auto told = setting(asked.path);
    for (auto const& [id, at, conflict] : reader_.conflicts())
        if (concerns(conflict.path, told.names)) told.conflicts.push_back(id);
    return ipc::success(daemon::explanation(told, overview_.now()));
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

/// A path that names no value that apps see may name one that the server has.
SettingState Reads::setting(std::string const& path) {
    std::map<std::string, store::Standing> loaded;
    auto const standing = [&](std::string const& key) -> store::Standing& {
        auto const known = loaded.find(key);
        if (known != loaded.end()) return known->second;
        return loaded.emplace(key, reader_.standing(key)).first->second;
    };
    auto const place_in = [&](auto const& side_of) {
        return resolve(
            Keys{[&](std::string_view bound) { return reader_.last_key_up_to(bound); },
                 [&](std::string const& key) { return pointer_to(side_of(standing(key))); }},
            path);
    };
    auto place = place_in([](auto const& key) -> auto const& { return key.local; });
    if (!place) place = place_in([](auto const& key) -> auto const& { return key.mirror; });
    if (!place) return {path, false, false, unreadable_at(path), {}, names_in(path)};
    auto& key = standing(place->front());
    auto const here = value_at(key.local, *place);
    bool const pending = !same(here, value_at(key.mirror, *place));
    return {path, here.has_value(), pending, std::move(key), {}, *place};
}

}  // namespace settings::daemon
