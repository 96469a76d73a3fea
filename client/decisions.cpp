#include "settings/decisions.h"

#include <utility>

#include "client/fields.h"

namespace settings::client {
namespace {

std::vector<std::string> texts(Json const& list) {
    std::vector<std::string> texts;
    if (!list.is_array()) return texts;
    for (Json const& one : list)
        if (one.is_string()) texts.push_back(one.get<std::string>());
    return texts;
}

Conflict conflict_from(Json const& one) {
    Conflict conflict;
    conflict.id = number_field<std::int64_t>(one, "id").value_or(0);
    conflict.at = time_field(one, "at");
    conflict.path = text_field(one, "path");
    conflict.kept_ours = text_field(one, "kept") != "theirs";
    conflict.ours = value_field(one, "ours");
    conflict.theirs = value_field(one, "theirs");
    conflict.answer = one;
    return conflict;
}

}  // namespace

Explanation explanation_from(Json answer) {
    Explanation explanation;
    explanation.path = text_field(answer, "path");
    explanation.state = text_field(answer, "state");
    explanation.waits_for = text_field(answer, "waitsFor");
    explanation.because = texts(field(answer, "because"));
    explanation.unblocked_by = text_field(answer, "unblockedBy");
    explanation.answer = std::move(answer);
    return explanation;
}

std::vector<Conflict> conflicts_from(Json const& list) {
    std::vector<Conflict> conflicts;
    if (!list.is_array()) return conflicts;
    for (Json const& one : list) conflicts.push_back(conflict_from(one));
    return conflicts;
}

}  // namespace settings::client
