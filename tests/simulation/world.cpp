#include "tests/simulation/world.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace settings::simulation {

void World::after(Time wait, Deed deed) {
    queue_.push_back({now_ + wait, ++asked_, std::move(deed)});
    std::push_heap(queue_.begin(), queue_.end(), is_later);
}

void World::run_until(Time end) {
    while (!queue_.empty() && queue_.front().at <= end) {
        std::pop_heap(queue_.begin(), queue_.end(), is_later);
        auto const due = std::move(queue_.back());
        queue_.pop_back();
        now_ = due.at;
        ++events_;
        due.deed();
    }
    now_ = end;
}

void World::write(std::string const& who, std::string const& what) {
    std::array<char, 64> column{};
    std::snprintf(column.data(), column.size(), "%s  %-8s ", clock_face(now_).c_str(), who.c_str());
    trace_.push_back(column.data() + what);
}

std::string clock_face(Time time) {
    auto const ms = static_cast<long>(time.count());
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%3ldd %02ld:%02ld:%02ld.%03ld", ms / 86'400'000,
                  ms / 3'600'000 % 24, ms / 60'000 % 60, ms / 1'000 % 60, ms % 1'000);
    return text.data();
}

}  // namespace settings::simulation
