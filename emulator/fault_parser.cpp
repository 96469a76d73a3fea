#include <algorithm>
#include <charconv>
#include <utility>

#include "emulator/answers.h"
#include "emulator/fault_words.h"
#include "emulator/faults.h"

namespace settings::emulator {
namespace {

constexpr unsigned largest_number = 1'000'000'000;  ///< keeps sums of times far from overflow

std::string lower_case(std::string text) {
    // std::tolower would ask the locale.
    std::transform(text.begin(), text.end(), text.begin(), [](char each) {
        return each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
    });
    return text;
}

/// The lines of a head as HTTP ends them, and the empty line behind them.
std::string on_the_wire(std::string const& lines) {
    std::string bytes;
    for (char const each : lines) bytes += each == '\n' ? std::string{"\r\n"} : std::string{each};
    return bytes + "\r\n\r\n";
}

/// A recursive descent over the words. Each step returns whether it succeeded; the first failure
/// is kept in error_ and ends everything.
class Parser {
  public:
    Parser(std::string_view script, std::vector<Word> words)
        : script_{script}, words_{std::move(words)} {}

    Result<FaultScript> script() {
        FaultScript steps;
        bool endless = false;
        for (;;) {
            skip_separators();
            if (word().kind == Word::Kind::end) return steps;
            if (endless) return fail_here("this never runs: the statement before it is forever");
            Step step;
            if (!statement(step)) return error_;
            endless = goes_on_forever(step);
            steps.push_back(std::move(step));
        }
    }

  private:
    static bool goes_on_forever(Step const& step) {
        auto const* act = std::get_if<Act>(&step.what);
        return act != nullptr && !act->times;
    }

    bool statement(Step& step) {
        accept("then");
        return opening(step) && deed(step) && closing(step);
    }

    /// [on CALL] [after N requests]
    bool opening(Step& step) {
        if (accept("on") && !calls(step)) return false;
        if (!accept("after")) return true;
        return number(step.after, "a number of requests") &&
               (accept("request") || expect("requests"));
    }

    bool deed(Step& step) {
        if (accept("clear")) {
            step.what = Clear{};
            return true;
        }
        if (accept("refuse")) {
            RefuseKey refuse;
            if (!expect("key") || !text(refuse.name, "a key's name")) return false;
            refuse.storing_the_rest = accept("storing");
            if (refuse.storing_the_rest && !(expect("the") && expect("rest"))) return false;
            step.what = std::move(refuse);
            return true;
        }
        if (accept("poison")) return poison(step);
        if (accept("keep")) return keep_only(step);
        if (accept("lag")) {
            Lag lag;
            if (!seconds(lag.by)) return false;
            step.what = lag;
            return true;
        }
        Act act;
        if (!action(act.action)) return false;
        step.what = std::move(act);
        return true;
    }

    /// poison NAME (STATUS | drop)
    bool poison(Step& step) {
        Poison poison;
        if (!text(poison.name, "a key's name")) return false;
        if (!accept("drop")) {
            if (!number(poison.status, "a status or `drop`")) return false;
            if (poison.status < 400 || poison.status > 599)
                return fail_before("a status from 400 to 599 or `drop`");
        }
        step.what = std::move(poison);
        return true;
    }

    /// keep only NAME { NAME }
    bool keep_only(Step& step) {
        KeepOnly keep;
        if (!expect("only")) return false;
        do {
            std::string name;
            if (!text(name, "a key's name")) return false;
            keep.names.insert(std::move(name));
        } while (word().kind == Word::Kind::plain || word().kind == Word::Kind::quoted);
        step.what = std::move(keep);
        return true;
    }

    bool action(Action& action) {
        if (accept("answer")) return answer(action);
        if (accept("gateway")) return gateway(action);
        if (accept("redirect")) return redirect(action);
        if (accept("drop")) return drop(action);
        if (accept("hang")) {
            action.ending = Ending::hung;
            action.effect = Effect::never;
            if (!accept("after")) return true;
            action.effect = Effect::now;
            return expect("applying");
        }
        if (accept("push")) return push(action);
        return fail(
            "`answer`, `gateway`, `redirect`, `drop`, `hang`, `push`, `refuse key`, `poison`, "
            "`keep only`, `lag` or `clear`");
    }

    /// STATUS {with …}
    bool gateway(Action& action) {
        unsigned status = 0;
        if (!starts_with_digit() || !number(status, "a status") || status < 400 || status > 599)
            return fail("a status from 400 to 599");
        action.effect = Effect::never;
        action.answer = Canned{word_of_a_gateway(status), {}};
        while (accept("with"))
            if (!detail(*action.answer)) return false;
        return true;
    }

    /// HEAD [after answering]
    bool push(Action& action) {
        std::string head;
        if (!text(head, "the head of an answer")) return false;
        action.push = Push{on_the_wire(head), accept("after")};
        return !action.push->is_last || expect("answering");
    }

    bool answer(Action& action) {
        if (accept("truncated")) {
            action.ending = Ending::cut_in_body;
            return true;
        }
        if (accept("stalled")) {
            action.ending = Ending::stalled_in_body;
            return true;
        }
        action.effect = Effect::never;
        if (accept("garbage")) {
            action.ending = Ending::garbage;
            return true;
        }
        if (accept("html")) {
            action.answer = Canned{captive_portal(), {}};
            return true;
        }
        return status_answer(action);
    }

    /// STATUS [after applying] {with …}
    bool status_answer(Action& action) {
        unsigned status = 0;
        if (!starts_with_digit() || !number(status, "a status") || status < 200 || status > 599)
            return fail("a status from 200 to 599, `html`, `truncated`, `stalled` or `garbage`");
        if (accept("after")) {
            if (!expect("applying")) return false;
            action.effect = Effect::now;
        }
        action.answer = Canned{usual_answer(status), {}};
        while (accept("with"))
            if (!detail(*action.answer)) return false;
        return true;
    }

    bool detail(Canned& canned) {
        if (accept("retry-after")) return retry_after(canned);
        if (accept("body")) return text(canned.response.body, "the body");
        if (accept("message")) {
            std::string message;
            if (!text(message, "the message")) return false;
            canned.response = with_message(std::move(canned.response), message);
            return true;
        }
        return fail("`retry-after`, `message` or `body`");
    }

    /// date in N seconds | VALUE, which may be any text
    bool retry_after(Canned& canned) {
        if (accept("date")) {
            std::chrono::seconds wait{};
            if (!expect("in") || !seconds(wait)) return false;
            canned.retry_at = wait;
            return true;
        }
        std::string value;
        if (!text(value, "seconds or `date in N seconds`")) return false;
        accept("seconds");
        canned.response.headers.emplace_back("Retry-After", std::move(value));
        return true;
    }

    /// [STATUS] to URL
    bool redirect(Action& action) {
        unsigned status = 302;
        if (starts_with_digit() && !number(status, "a status")) return false;
        if (status < 300 || status > 399) return fail_before("a status from 300 to 399");
        std::string url;
        if (!expect("to") || !text(url, "a URL")) return false;
        action.effect = Effect::never;
        action.answer = Canned{usual_answer(status), {}};
        action.answer->response.headers.emplace_back("Location", std::move(url));
        return true;
    }

    bool drop(Action& action) {
        action.ending = Ending::dropped;
        if (accept("before")) {
            action.effect = Effect::never;
            return expect("answering");
        }
        if (accept("after")) {
            if (accept("applying")) return true;
            action.ending = Ending::cut_after_headers;
            return accept("headers") || fail("`applying` or `headers`");
        }
        if (accept("and")) {
            action.effect = Effect::late;
            return expect("apply") && expect("after") && seconds(action.late_by);
        }
        return fail("`before answering`, `after applying`, `after headers` or `and apply after`");
    }

    /// {on CALL | once | twice | N times | forever}, up to the separator
    bool closing(Step& step) {
        auto* const act = std::get_if<Act>(&step.what);
        while (word().kind != Word::Kind::separator && word().kind != Word::Kind::end) {
            if (step.on.empty() && accept("on")) {
                if (!calls(step)) return false;
            } else if (act == nullptr) {
                return fail("`,` or a new line");
            } else if (!times(*act)) {
                return false;
            }
        }
        return true;
    }

    bool times(Act& act) {
        if (accept("once")) {
            act.times = 1;
        } else if (accept("twice")) {
            act.times = 2;
        } else if (accept("forever")) {
            act.times.reset();
        } else {
            unsigned count = 0;
            if (!starts_with_digit())
                return fail("`on`, `once`, `twice`, `N times`, `forever`, `,` or a new line");
            if (!number(count, "a number of times")) return false;
            if (count == 0) return fail_before("at least 1 time");
            act.times = count;
            return accept("time") || expect("times");
        }
        return true;
    }

    bool calls(Step& step) {
        step.on = calls_named(lower_case(word().text));
        if (step.on.empty())
            return fail(
                "GET, PUT, POST, DELETE, login, refresh, logout, settings, tokens, mfa or "
                "organization");
        ++at_;
        return true;
    }

    bool seconds(std::chrono::seconds& wait) {
        unsigned count = 0;
        if (!number(count, "a number of seconds")) return false;
        wait = std::chrono::seconds{count};
        return accept("second") || expect("seconds");
    }

    bool number(unsigned& value, std::string_view what) {
        auto const& digits = word().text;
        auto const [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (word().kind != Word::Kind::plain || error != std::errc{} ||
            end != digits.data() + digits.size() || value > largest_number)
            return fail(what);
        ++at_;
        return true;
    }

    /// A plain or a quoted word.
    bool text(std::string& value, std::string_view what) {
        if (word().kind != Word::Kind::plain && word().kind != Word::Kind::quoted)
            return fail(what);
        value = words_[at_++].text;
        return true;
    }

    bool accept(std::string_view keyword) {
        if (word().kind != Word::Kind::plain || lower_case(word().text) != keyword) return false;
        ++at_;
        return true;
    }

    bool expect(std::string_view keyword) {
        return accept(keyword) || fail("`" + std::string{keyword} + "`");
    }

    void skip_separators() {
        while (word().kind == Word::Kind::separator) ++at_;
    }

    [[nodiscard]] bool starts_with_digit() const {
        return word().kind == Word::Kind::plain && word().text[0] >= '0' && word().text[0] <= '9';
    }

    [[nodiscard]] Word const& word() const { return words_[at_]; }

    [[nodiscard]] std::string found() const {
        if (word().kind == Word::Kind::end) return "the end";
        if (word().text == "\n") return "the end of the line";
        return "`" + word().text + "`";
    }

    bool fail(std::string_view expected) {
        if (error_.message().empty())
            error_ = fail_here("expected " + std::string{expected} + ", found " + found());
        return false;
    }

    /// The word that was read last is the wrong one.
    bool fail_before(std::string_view expected) {
        --at_;
        return fail(expected);
    }

    [[nodiscard]] Error fail_here(std::string const& message) const {
        return Error::saying(place_in(script_, word().place) + message);
    }

    std::string_view script_;
    std::vector<Word> words_;
    std::size_t at_ = 0;
    Error error_;
};

}  // namespace

Result<FaultScript> parse_faults(std::string_view text) {
    auto words = cut_into_words(text);
    if (!words) return words.error();
    return Parser{text, std::move(*words)}.script();
}

}  // namespace settings::emulator
