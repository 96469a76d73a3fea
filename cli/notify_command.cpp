#include "cli/carry_out.h"
#include "cli/user_unit.h"

namespace settings::cli {
namespace {

constexpr char const* unit_name = "settingsd-notify.service";

constexpr char const* not_installed =
    "the package settingsd-notify is not installed: sudo apt install settingsd-notify";
constexpr char const* why_it_ended = "journalctl --user -u settingsd-notify";

Outcome refused(std::string message) { return {Exit::refused, {}, std::move(message)}; }

std::string sentence_of(UnitState const& state) {
    if (!state.is_there) return std::string{"off; "} + not_installed;
    if (state.is_masked)
        return std::string{"off, and masked: systemctl --user unmask "} + unit_name;
    if (!state.is_enabled) return state.is_active ? "off from the next session on" : "off";
    if (state.is_active) return "on";
    if (state.has_failed) return std::string{"on, but it failed; why is in: "} + why_it_ended;
    return "on from the next desktop session on";
}

Outcome told(UnitState const& state, Style style) {
    if (style != Style::json) return {Exit::done, sentence_of(state) + '\n', {}};
    return {Exit::done,
            value_text({{"installed", state.is_there},
                        {"enabled", state.is_enabled},
                        {"running", state.is_active}},
                       style),
            {}};
}

Outcome switch_on(UserUnit const& unit, UnitState const& before, Style style) {
    if (!before.is_there) return refused(not_installed);
    if (before.is_masked)
        return refused(std::string{unit_name} + " is masked; first: systemctl --user unmask " +
                       unit_name);
    auto const said = unit.enable_now();
    auto const after = unit.state();
    if (said.empty()) return told(after, style);
    if (!after.is_enabled) return refused("notifications stay off: " + said);
    return refused(
        "notifications are on from the next desktop session on; now they cannot start: " + said +
        "; why is in: " + why_it_ended);
}

/// Somebody may have enabled it for everybody, which is not the person's to take back.
Outcome switch_off(UserUnit const& unit, UnitState const& before, Style style) {
    if (!before.is_there || before.is_masked) return told(before, style);
    auto const said = unit.disable_now();
    auto const after = unit.state();
    if (!after.is_enabled && !after.is_active) return told(after, style);
    return refused("notifications stay on" + (said.empty() ? said : ": " + said) +
                   "; this ends them: systemctl --user mask --now " + unit_name);
}

}  // namespace

Outcome carry_out(ShowNotify const&, Context const& context) {
    return told(UserUnit{unit_name}.state(), context.style);
}

Outcome carry_out(SwitchNotify const& notify, Context const& context) {
    UserUnit const unit{unit_name};
    auto const before = unit.state();
    return notify.on ? switch_on(unit, before, context.style)
                     : switch_off(unit, before, context.style);
}

}  // namespace settings::cli
