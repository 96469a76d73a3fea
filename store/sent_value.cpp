#include "store/sent_value.h"

namespace settings::store {

std::string_view name_of(SentValue::State state) {
    switch (state) {
        case SentValue::State::flying: return "flying";
        case SentValue::State::lost: return "lost";
        case SentValue::State::accepted: return "accepted";
        case SentValue::State::superseded: break;
    }
    return "superseded";
}

SentValue::State state_named(std::string_view name) {
    using enum SentValue::State;
    for (auto const state : {flying, lost, accepted})
        if (name_of(state) == name) return state;
    return superseded;
}

}  // namespace settings::store
