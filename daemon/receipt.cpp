#include "daemon/receipt.h"

#include "model/path.h"

namespace settings::daemon {
namespace {

struct Keys {
    std::vector<std::string> operator()(Patch const& patch) const { return of(patch.partial); }
    std::vector<std::string> operator()(Replace const& replace) const {
        return of(replace.document);
    }
    std::vector<std::string> operator()(Erase const& erase) const {
        std::vector<std::string> keys;
        for (auto const& path : erase.paths)
            for (auto const& cut : cuts(path)) keys.emplace_back(cut.name);
        return keys;
    }

    static std::vector<std::string> of(Json const& object) {
        std::vector<std::string> keys;
        for (auto const& entry : object.items()) keys.push_back(entry.key());
        return keys;
    }
};

}  // namespace

ipc::Reply written(Written const& edit, std::optional<Receipt> const& receipt) {
    std::string text = R"({"success":true,"message":")";
    text += edit.message;
    text += R"(","revision":)" + std::to_string(edit.revision);
    if (edit.undone) text += R"(,"undone":)" + std::to_string(*edit.undone);
    if (receipt) text += receipt->synced ? R"(,"synced":true)" : R"(,"synced":false,"reason":)";
    if (receipt && !receipt->synced)
        text += Json(receipt->reason).dump(-1, ' ', false, Json::error_handler_t::replace);
    text += '}';
    ipc::Reply reply;
    reply.body = std::make_shared<std::string const>(std::move(text));
    reply.revision = edit.revision;
    if (receipt) reply.waited = receipt->wait;
    return reply;
}

std::vector<std::string> keys_of(Edit const& edit) { return std::visit(Keys{}, edit); }

}  // namespace settings::daemon
