#include "sync/remote/trail.h"

#include <utility>

namespace settings::sync {

char const* name_of(Step step) {
    switch (step) {
        case Step::name: return "name";
        case Step::route: return "route";
        case Step::connection: return "connection";
        case Step::proxy: return "proxy";
        case Step::tls: return "tls";
        case Step::certificate: return "certificate";
        case Step::login: return "login";
        case Step::service: return "service";
    }
    return "unknown";
}

void Trail::begin(Step step) {
    end();
    marks_.push_back({step});
    began_ = Clock::now();
    is_under_way_ = true;
}

void Trail::note(std::string found) { marks_.back().found = std::move(found); }

void Trail::end() {
    if (is_under_way_) marks_.back().took = Clock::now() - began_;
    is_under_way_ = false;
}

}  // namespace settings::sync
