#include "daemon/service/reads.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/service/journal_page.h"
#include "daemon/service/metrics.h"
#include "ipc/reply.h"
#include "model/path.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

// How much of the journal is looked through in one turn of the loop.
constexpr store::Stretch slice{16, 32'768};
constexpr Revision slice_revisions = 1'024;  ///< most of which need no parsing, with a path

/// The value at `rest` inside a key's value; all of the value without a rest.
std::optional<Json> value_at(std::optional<Json> const& value,
                             std::optional<std::string_view> rest) {
    if (!value || !rest) return value;
    auto const inner = resolve(*value, *rest);
    if (!inner) return std::nullopt;
    return *find(*value, *inner);
}

/// Whether the journal may hold more in the same range of revisions.
bool was_cut(std::vector<store::JournalEntry> const& entries) {
    std::size_t bytes = 0;
    for (auto const& entry : entries) bytes += entry.bytes;
    return entries.size() == slice.entries || bytes >= slice.bytes;
}

}  // namespace

Reads::Reads(store::View const& view, store::Reader& reader, Overview& overview)
    : view_{view}, reader_{reader}, overview_{overview} {}

ipc::Reply Reads::document(ipc::ReadDocument const& asked) {
    ipc::Reply reply;
    reply.revision = view_.revision();
    if (asked.unless == view_.revision())
        reply.status = 304;
    else
        reply.body = whole_document();
    return reply;
}

ipc::Reply Reads::value(ipc::ReadPath const& asked) const {
    auto value = view_.find(asked.path);
    if (!value) return ipc::failure(404, "no setting has the path \"" + asked.path + "\"");
    ipc::Reply reply;
    if (asked.unless == view_.revision())
        reply.status = 304;
    else
        reply = ipc::success({{"success", true},
                              {"path", asked.path},
                              {"value", *value},
                              {"revision", view_.revision()}});
    reply.revision = view_.revision();
    return reply;
}

/// Reads in slices, since a search for one setting may lead through all of a long history.
asio::awaitable<ipc::Reply> Reads::journal(ipc::ReadJournal asked) {
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
    co_return page.reply(journal.oldest(), head);
}

ipc::Reply Reads::status() { return ipc::success(daemon::status(overview_.now())); }

ipc::Reply Reads::metrics() {
    ipc::Reply reply;
    reply.body = std::make_shared<std::string const>(daemon::metrics(overview_.now()));
    reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
    return reply;
}

ipc::Reply Reads::explanation(ipc::Explain const& asked) {
    return ipc::success(daemon::explanation(setting(asked.path), overview_.now()));
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

/// A dotted path may be a key itself, or lead into a key's value. As for resolve(), the first
/// reading with a value that apps see counts; without one, the first that the server has a value
/// at.
SettingState Reads::setting(std::string const& path) {
    SettingState removed{path, false, false, {}};
    for (auto const& cut : cuts(path)) {
        auto key = reader_.standing(std::string{cut.name});
        auto const here = value_at(key.local, cut.rest);
        auto const there = value_at(key.mirror, cut.rest);
        if (here) return {path, true, here != there, std::move(key)};
        if (there && !removed.pending) removed = {path, false, true, std::move(key)};
    }
    return removed;
}

}  // namespace settings::daemon
