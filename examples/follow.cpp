// Prints what changes in the settings, as coroutines of a program that does other things as well.
//
//     c++ -std=c++20 follow.cpp $(pkg-config --cflags --libs settingsd-client)

#include <settings/async_client.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <iostream>

namespace asio = boost::asio;
using namespace settings::client;

void print(Entry const& entry) {
    for (Change const& change : entry.changes)
        std::cout << change.path << " = " << change.after.value_or("(removed)") << std::endl;
}

asio::awaitable<void> follow(settings::AsyncClient settings) {
    std::cout << "theme = " << co_await settings.get<std::string>("theme", "light") << std::endl;
    auto watch = settings.watch();
    for (;;) {
        auto const event = co_await watch.next();
        if (!event) throw std::runtime_error{event.error().message()};
        if (auto const* entry = std::get_if<Entry>(&**event)) print(*entry);
    }
}

int main() {
    asio::io_context loop;
    auto rethrow = [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
    };
    asio::co_spawn(loop, follow(settings::AsyncClient{loop.get_executor()}), rethrow);
    loop.run();
}
