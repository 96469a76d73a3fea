#include "daemon/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>

namespace settings::daemon {
namespace {

/// %* becomes <3>, <4>, <6> or <7>, as sd-daemon(3) wants it at the start of a line.
class Priority final : public spdlog::custom_flag_formatter {
  public:
    void format(spdlog::details::log_msg const& message, std::tm const&,
                spdlog::memory_buf_t& line) override {
        std::string_view const prefix = of(message.level);
        line.append(prefix.data(), prefix.data() + prefix.size());
    }

    [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<Priority>();
    }

  private:
    static std::string_view of(spdlog::level::level_enum level) {
        if (level >= spdlog::level::err) return "<3>";
        if (level == spdlog::level::warn) return "<4>";
        if (level == spdlog::level::info) return "<6>";
        return "<7>";
    }
};

spdlog::level::level_enum parse_level(std::string const& name) {
    for (std::string const known : {"error", "warn", "info", "debug"})
        if (name == known) return spdlog::level::from_str(name == "error" ? "err" : name);
    throw std::invalid_argument{"log.level \"" + name + "\": use error, warn, info or debug"};
}

}  // namespace

void set_up_log(std::string const& level) {
    auto const chosen = parse_level(level);
    if (std::getenv("JOURNAL_STREAM") != nullptr) {
        auto formatter = std::make_unique<spdlog::pattern_formatter>();
        formatter->add_flag<Priority>('*').set_pattern("%*%v");
        auto logger =
            std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_st>());
        logger->set_formatter(std::move(formatter));
        spdlog::set_default_logger(std::move(logger));
    } else {
        spdlog::set_default_logger(std::make_shared<spdlog::logger>(
            "", std::make_shared<spdlog::sinks::stderr_color_sink_st>()));
        spdlog::set_pattern("%H:%M:%S.%e %^%l%$ %v");
    }
    spdlog::set_level(chosen);
}

}  // namespace settings::daemon
