#include "daemon/driver/organization_copy.h"
#include "tests/fuzz/targets.h"

namespace settings::fuzz {

void organization(std::string_view bytes) {
    auto const copy = daemon::copy_from(bytes);
    if (!copy) return;
    expect(copy->settings.is_object(), "settings are an object");
    expect(copy->at.unix_now >= 0, "no time is before the first");
    for (auto const& each : copy->changes)
        for (auto const& change : each.changes)
            expect(!change.path.empty(), "a change is of something");
    auto const text = text_of(*copy);
    auto const again = daemon::copy_from(text);
    expect(again && text_of(*again) == text, "what is written is read back");
}

}  // namespace settings::fuzz
