#include "store/undid.h"

#include "model/json.h"

namespace settings::store {

std::string with_undid(std::string const& app, std::vector<Revision> const& revisions) {
    using Ordered = nlohmann::ordered_json;  // the members stay as they are
    auto text = Ordered::parse(app, nullptr, /*allow_exceptions=*/false);
    if (!text.is_object()) text = {{"name", app}};
    text[undid_member] = revisions;
    return text.dump();
}

std::vector<Revision> undid_in(std::string_view app) {
    std::vector<Revision> revisions;
    auto const text = Json::parse(app, nullptr, /*allow_exceptions=*/false);
    auto const* undid = member(&text, undid_member);
    if (undid == nullptr || !undid->is_array()) return revisions;
    for (auto const& each : *undid)
        if (each.is_number_integer()) revisions.push_back(each.get<Revision>());
    return revisions;
}

}  // namespace settings::store
