#include "bench/bystanders.h"

#include <sys/times.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace settings::bench {

double Bystanders::share() const {
    auto const now = count();
    auto const all = static_cast<double>(now.all - begin_.all);
    auto const others = static_cast<double>(now.others - begin_.others);
    return all > 0 ? std::clamp(others / all, 0.0, 1.0) : 0;
}

/// The first line of /proc/stat: user, nice, system, idle, waiting for I/O, interrupts, …
Bystanders::Ticks Bystanders::count() {
    std::ifstream stream{"/proc/stat"};
    std::string name;
    std::int64_t user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, soft_irq = 0;
    stream >> name >> user >> nice >> system >> idle >> waiting >> irq >> soft_irq;
    tms own{};
    times(&own);
    auto const busy = user + nice + system + irq + soft_irq;
    return {busy + idle + waiting,
            busy - own.tms_utime - own.tms_stime - own.tms_cutime - own.tms_cstime};
}

}  // namespace settings::bench
