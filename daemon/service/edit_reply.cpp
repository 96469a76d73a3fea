#include "daemon/service/edit_reply.h"

#include "daemon/service/history.h"
#include "ipc/reply.h"

namespace settings::daemon {

std::string members_of(Undone const& undone) {
    return R"(,"undone":)" + std::to_string(undone.revisions.size()) + R"(,"undid":)" +
           Json(undone.revisions).dump() + R"(,"changes":)" + changes_text(undone.changes);
}

ipc::Reply edit_reply(Written const& edit, std::optional<Receipt> const& receipt) {
    std::string text = R"({"success":true,"message":")";
    text += edit.message;
    text += R"(","revision":)" + std::to_string(edit.tag.revision);
    if (edit.value) text += R"(,"tag":")" + text_of(edit.tag) + '"';
    if (edit.undone) text += *edit.undone;
    if (receipt) text += receipt->synced ? R"(,"synced":true)" : R"(,"synced":false,"reason":)";
    if (receipt && !receipt->synced) text += ipc::to_text(receipt->reason);
    text += '}';
    ipc::Reply reply;
    reply.body = std::make_shared<std::string const>(std::move(text));
    reply.etag = edit.value ? edit.value->etag : text_of(edit.tag);
    if (receipt) reply.waited = receipt->wait;
    return reply;
}

}  // namespace settings::daemon
