#include "settings/walk.h"

#include <utility>

#include "client/fields.h"

namespace settings::client {
namespace {

Walk::Step step_in(Json const& step) {
    auto const took = number_field<std::int64_t>(step, "milliseconds").value_or(0);
    return {text_field(step, "step"), field(step, "passed") == true,
            std::chrono::milliseconds{took}, text_field(step, "message"),
            text_field(step, "advice")};
}

}  // namespace

Walk walk_from(Json answer) {
    Walk walk;
    walk.server = text_field(answer, "server");
    walk.arrived = field(answer, "arrived") == true;
    if (auto const& steps = field(answer, "steps"); steps.is_array())
        for (Json const& step : steps) walk.steps.push_back(step_in(step));
    if (auto warning = text_field(answer, "warning"); !warning.empty())
        walk.warning = std::move(warning);
    walk.answer = std::move(answer);
    return walk;
}

}  // namespace settings::client
