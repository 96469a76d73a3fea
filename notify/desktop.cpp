#include "notify/desktop.h"

#include <systemd/sd-bus.h>

#include <boost/algorithm/string/replace.hpp>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace settings::notify {
namespace {

using std::chrono::microseconds;

constexpr char const* name = "org.freedesktop.Notifications";
constexpr char const* path = "/org/freedesktop/Notifications";

/// One that does not answer is as good as none.
constexpr microseconds answers_within = std::chrono::seconds{5};

/// What went wrong in a call.
class CallError {
  public:
    CallError() = default;
    CallError(CallError const&) = delete;
    CallError& operator=(CallError const&) = delete;
    ~CallError() { sd_bus_error_free(&error_); }

    [[nodiscard]] sd_bus_error* place() { return &error_; }
    /// In words; `code` is what the call returned.
    [[nodiscard]] std::string text(int code) const {
        return error_.message != nullptr ? error_.message : std::strerror(-code);
    }

  private:
    sd_bus_error error_ = SD_BUS_ERROR_NULL;
};

struct Unref {
    void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using Message = std::unique_ptr<sd_bus_message, Unref>;

/// As text between the tags of a markup like XML.
std::string escaped(std::string text) {
    boost::replace_all(text, "&", "&amp;");
    boost::replace_all(text, "<", "&lt;");
    boost::replace_all(text, ">", "&gt;");
    return text;
}

sd_bus* open_bus() {
    sd_bus* bus = nullptr;
    int const code = sd_bus_open_user(&bus);
    if (code < 0)
        throw NoBus{std::string{"there is no session's bus at $DBUS_SESSION_BUS_ADDRESS or in "
                                "$XDG_RUNTIME_DIR ("} +
                    std::strerror(-code) +
                    "); notifications need a desktop session, and begin with the next one"};
    return bus;
}

[[noreturn]] void bus_has_gone() {
    throw NoBus{"the session's bus has gone; notifications begin again with the next session"};
}

}  // namespace

void Desktop::Close::operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }

Desktop::Desktop() : bus_{open_bus()} {
    sd_bus_set_method_call_timeout(bus_.get(), answers_within.count());
}

Desktop::~Desktop() = default;

std::string Desktop::show(Notification const& notification) {
    auto const text = understands_markup() ? escaped(notification.text) : notification.text;
    auto const former = shown_.find(notification.matter);
    constexpr int no_actions = 0, no_hints = 0, as_long_as_usual = -1;
    CallError error;
    sd_bus_message* answer = nullptr;
    int code = sd_bus_call_method(
        bus_.get(), name, path, name, "Notify", error.place(), &answer, "susssasa{sv}i",
        "settingsd", former == shown_.end() ? 0U : former->second, "preferences-system",
        notification.title.c_str(), text.c_str(), no_actions, no_hints, as_long_as_usual);
    Message const owned{answer};
    std::uint32_t number = 0;
    if (code >= 0) code = sd_bus_message_read(answer, "u", &number);
    if (code >= 0) {
        shown_[notification.matter] = number;
        return {};
    }
    expect_bus();
    return error.text(code);
}

void Desktop::take_away(Matter matter) {
    auto const shown = shown_.extract(matter);
    if (shown.empty()) return;
    // It may have been closed by the person, and is gone in any case.
    sd_bus_call_method(bus_.get(), name, path, name, "CloseNotification", nullptr, nullptr, "u",
                       shown.mapped());
    expect_bus();
}

void Desktop::wait(microseconds length) {
    using Clock = std::chrono::steady_clock;
    auto const end = Clock::now() + length;
    for (auto left = length; left > microseconds{0};
         left = std::chrono::ceil<microseconds>(end - Clock::now())) {
        take_what_came();
        sd_bus_wait(bus_.get(), static_cast<std::uint64_t>(left.count()));
    }
}

/// Nothing that the bus tells is of use but that it ends.
void Desktop::take_what_came() {
    int left = 0;
    do left = sd_bus_process(bus_.get(), nullptr);
    while (left > 0);
    if (left < 0) bus_has_gone();
}

/// Asked each time, since another server may have taken the place of the one before.
bool Desktop::understands_markup() {
    sd_bus_message* answer = nullptr;
    int const code = sd_bus_call_method(bus_.get(), name, path, name, "GetCapabilities", nullptr,
                                        &answer, nullptr);
    Message const owned{answer};
    char** list = nullptr;
    if (code < 0 || sd_bus_message_read_strv(answer, &list) < 0) return false;
    bool understands = false;
    for (char** each = list; each != nullptr && *each != nullptr; ++each) {
        understands = understands || std::strcmp(*each, "body-markup") == 0;
        std::free(*each);
    }
    std::free(list);
    return understands;
}

void Desktop::expect_bus() const {
    if (sd_bus_is_open(bus_.get()) <= 0) bus_has_gone();
}

}  // namespace settings::notify
