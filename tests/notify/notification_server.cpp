// Shows notifications to a test: tells each call that it gets, as a line of JSON.
//
// Usage: notification-server [CAPABILITY…]
// At the session's bus, by the Desktop Notifications Specification. A line of {} comes first, once
// it can be called.

#include <systemd/sd-bus.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <vector>

namespace {

using Json = nlohmann::json;

void tell(Json const& line) {
    std::puts(line.dump().c_str());
    std::fflush(stdout);
}

/// What libsystemd returned, if that is no error.
int checked(int code, char const* what) {
    if (code < 0) throw std::system_error{-code, std::generic_category(), what};
    return code;
}

int notify(sd_bus_message* call, void*, sd_bus_error*) {
    static std::uint32_t last = 0;
    std::uint32_t replaced = 0;
    char const *app = nullptr, *icon = nullptr, *title = nullptr, *text = nullptr;
    checked(sd_bus_message_read(call, "susss", &app, &replaced, &icon, &title, &text), "Notify");
    auto const number = replaced == 0 ? ++last : replaced;
    tell({{"app", app},
          {"number", number},
          {"replaced", replaced},
          {"title", title},
          {"text", text}});
    return sd_bus_reply_method_return(call, "u", number);
}

int close_notification(sd_bus_message* call, void*, sd_bus_error*) {
    std::uint32_t number = 0;
    checked(sd_bus_message_read(call, "u", &number), "CloseNotification");
    tell({{"closed", number}});
    return sd_bus_reply_method_return(call, nullptr);
}

int tell_capabilities(sd_bus_message* call, void* words, sd_bus_error*) {
    sd_bus_message* answer = nullptr;
    checked(sd_bus_message_new_method_return(call, &answer), "GetCapabilities");
    checked(sd_bus_message_append_strv(answer, static_cast<char**>(words)), "GetCapabilities");
    int const sent = sd_bus_send(nullptr, answer, nullptr);
    sd_bus_message_unref(answer);
    return sent;
}

sd_bus_vtable const calls[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Notify", "susssasa{sv}i", "u", notify, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("CloseNotification", "u", "", close_notification, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("GetCapabilities", "", "as", tell_capabilities, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END};

[[noreturn]] void serve(char** capabilities) {
    sd_bus* bus = nullptr;
    checked(sd_bus_open_user(&bus), "the session's bus");
    checked(sd_bus_add_object_vtable(bus, nullptr, "/org/freedesktop/Notifications",
                                     "org.freedesktop.Notifications", calls, capabilities),
            "the object");
    checked(sd_bus_request_name(bus, "org.freedesktop.Notifications", 0), "the name");
    tell(Json::object());
    for (;;)
        if (checked(sd_bus_process(bus, nullptr), "a call") == 0)
            checked(sd_bus_wait(bus, UINT64_MAX), "the bus");
}

}  // namespace

int main(int, char** argv) {
    try {
        serve(argv + 1);
    } catch (std::exception const& error) {
        std::fprintf(stderr, "notification-server: %s\n", error.what());
        return 1;
    }
}
