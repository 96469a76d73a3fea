#include "daemon/log.h"

#include <spdlog/details/null_mutex.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "loop/output.h"
#include "model/printable.h"

namespace settings::daemon {
namespace {

using spdlog::level::level_enum;

/// As sd-daemon(3) wants it at the start of a line.
std::string_view priority_of(level_enum level) {
    if (level >= spdlog::level::err) return "<3>";
    if (level == spdlog::level::warn) return "<4>";
    if (level == spdlog::level::info) return "<6>";
    return "<7>";
}

/// %* becomes the priority.
class Priority final : public spdlog::custom_flag_formatter {
  public:
    void format(spdlog::details::log_msg const& message, std::tm const&,
                spdlog::memory_buf_t& line) override {
        auto const prefix = priority_of(message.level);
        line.append(prefix.data(), prefix.data() + prefix.size());
    }

    [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<Priority>();
    }
};

/// Puts a colour around the range of the line that the pattern has marked.
std::string coloured(std::string line, spdlog::details::log_msg const& message) {
    if (message.color_range_end <= message.color_range_start) return line;
    auto const* colour = message.level >= spdlog::level::err    ? "\x1b[31m"
                         : message.level == spdlog::level::warn ? "\x1b[33m"
                         : message.level == spdlog::level::info ? "\x1b[32m"
                                                                : "\x1b[36m";
    line.insert(message.color_range_end, "\x1b[m");
    line.insert(message.color_range_start, colour);
    return line;
}

/// Sends each message to stderr as one line. A log that nobody reads, or not quickly enough, holds
/// up nothing: spdlog's own sinks would wait for the reader.
class Stderr final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
  public:
    explicit Stderr(bool colours) : colours_{colours} {}

  private:
    void sink_it_(spdlog::details::log_msg const& message) override {
        output_.tell(line_of(message), [&](std::uint64_t dropped) {
            auto const text = std::to_string(dropped) +
                              " lines of the log were dropped: nobody read them quickly enough";
            return line_of({message.logger_name, spdlog::level::warn, text});
        });
    }
    void flush_() override {}

    /// The message without a line break, and printable: whatever it quotes makes no second line.
    std::string line_of(spdlog::details::log_msg const& message) {
        spdlog::memory_buf_t formatted;
        formatter_->format(message, formatted);
        std::string_view line{formatted.data(), formatted.size()};
        while (line.ends_with('\n')) line.remove_suffix(1);
        auto shown = printable(line);
        return colours_ ? coloured(std::move(shown), message) : shown;
    }

    loop::Output output_{STDERR_FILENO};
    bool colours_;
};

level_enum parse_level(std::string const& name) {
    for (std::string const known : {"error", "warn", "info", "debug"})
        if (name == known) return spdlog::level::from_str(name == "error" ? "err" : name);
    throw std::invalid_argument{"log.level \"" + name + "\": use error, warn, info or debug"};
}

std::unique_ptr<spdlog::formatter> formatter_for(bool journal) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<Priority>('*');
    formatter->set_pattern(journal ? "%*%v" : "%H:%M:%S.%e %^%l%$ %v");
    return formatter;
}

}  // namespace

void set_up_log(std::string const& level) {
    auto const chosen = parse_level(level);
    bool const journal = std::getenv("JOURNAL_STREAM") != nullptr;
    bool const colours = !journal && ::isatty(STDERR_FILENO) == 1;
    auto logger = std::make_shared<spdlog::logger>("", std::make_shared<Stderr>(colours));
    logger->set_formatter(formatter_for(journal));
    spdlog::set_default_logger(std::move(logger));
    spdlog::set_level(chosen);
}

}  // namespace settings::daemon
