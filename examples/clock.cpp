// A clock for the terminal. How it looks is in the settings: change them, anywhere, and each clock
// that runs changes at once.
//
//     clock                                       shows the time
//     clock +1                                    goes an hour ahead; -1 takes it back
//     settingsctl set clock.format='%A, %H:%M'    any format of strftime(3)

#include <settings/client.h>

#include <chrono>
#include <ctime>
#include <iostream>

using namespace std::chrono;

/// What the settings say. Each has a value without them too, so that the clock always comes up.
struct Look {
    std::string format;
    int hours_ahead;
};

Look read_look(settings::Client& settings) {
    return {settings.get<std::string>("clock.format", "%H:%M:%S"),
            settings.get<int>("clock.hours_ahead", 0)};
}

std::string text_of(Look const& look, system_clock::time_point now) {
    std::time_t const time = system_clock::to_time_t(now + hours{look.hours_ahead});
    char text[200];
    return {text, std::strftime(text, sizeof text, look.format.c_str(), std::localtime(&time))};
}

int complain(settings::client::Error const& error) {
    std::cerr << "clock: " << error.message() << '\n';
    return 1;
}

int show(settings::Client& settings) {
    // From this state on, so that no change falls between this read and the first look. Without a
    // daemon it is all of them, once there is one.
    auto const start = settings.snapshot();
    auto watch = settings.watch("clock", start ? start->tag : "0");
    for (Look look = read_look(settings);;) {
        auto const now = system_clock::now();
        std::cout << "\r\x1b[K" << text_of(look, now) << std::flush;
        auto const changed = watch.next(ceil<milliseconds>(floor<seconds>(now) + 1s - now));
        if (!changed) return complain(changed.error());
        if (*changed) look = read_look(settings);
    }
}

/// In one step, so that two who do it at the same time come two hours far.
int go_ahead(settings::Client& settings, int by) {
    auto const saved =
        settings.edit<int>("clock.hours_ahead", 0, [by](int& hours) { hours += by; });
    return saved ? 0 : complain(saved.error());
}

int main(int argc, char** argv) {
    settings::Client settings{settings::client::Options{}.app_name("clock/1")};
    return argc > 1 ? go_ahead(settings, std::atoi(argv[1])) : show(settings);
}
