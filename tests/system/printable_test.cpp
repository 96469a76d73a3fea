// What comes from elsewhere is shown: it steers no terminal, no log and no service manager.

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/algorithm/string/erase.hpp>
#include <boost/algorithm/string/replace.hpp>
#include <cstdlib>
#include <thread>

#include "tests/support/programs.h"
#include "tests/support/terminal_session.h"
#include "tests/system/support/raw_connection.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// A title for the window, colours in two ways, text that runs backwards, a line that is none.
std::string const hostile = "\x1b]0;mine\x07\u009b31m\u202egnp.\u2028\u061c\x7f\r";

/// What of it stands in a text; line breaks and tabs are no part of it.
std::vector<std::string> steering_in(std::string const& text) {
    std::vector<std::string> found;
    for (std::string const one :
         {"\x1b", "\x07", "\u009b", "\u202e", "\u2028", "\u061c", "\x7f", "\r"})
        if (text.find(one) != text.npos) found.push_back(Json(one).dump(-1, ' ', true));
    return found;
}

class PrintableTest : public SystemTest {
  protected:
    /// What is shown of `settingsctl <words>` at a terminal, but for the terminal's own line ends
    /// and, where it has them, the colours of the product.
    std::string shown_of(std::vector<std::string> words) {
        words.insert(words.begin(), {program("settingsctl"), "--socket", device().socket()});
        TerminalSession session{words};
        session.wait();
        auto text = boost::replace_all_copy(session.shown(), "\r\n", "\n");
        for (auto const* own : {"\033[31m", "\033[32m", "\033[33m", "\033[0m"})
            boost::erase_all(text, own);
        return text;
    }

    /// An edit by a client of that name.
    void patch_as(std::string const& name, Json const& partial) {
        auto const body = partial.dump();
        auto const answer = exchange(
            device().socket(),
            "PUT /settings/user HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            "Content-Type: application/json\r\nUser-Agent: " +
                name + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        ASSERT_THAT(answer, HasSubstr("200 OK"));
    }
};

TEST_F(PrintableTest, NothingInASettingSteersATerminal) {
    boot();
    patch_as("panel\u009b2J", {{"value", hostile + "\n\tnext"}, {hostile, {{hostile, 1}}}});

    for (auto const* colours : {"", "1"}) {
        setenv("NO_COLOR", colours, 1);
        for (std::vector<std::string> const& words : {std::vector<std::string>{"get"},
                                                      {"get", "value"},
                                                      {"get", hostile},
                                                      {"get", "not/" + hostile},
                                                      {"dump"},
                                                      {"log"},
                                                      {"explain", hostile},
                                                      {"explain", "value"},
                                                      {"set", hostile},
                                                      {"undo", "--since", hostile},
                                                      {hostile},
                                                      {"load", "/nowhere/" + hostile},
                                                      {"complete", "get", ""},
                                                      {"--json", "get"},
                                                      {"--json", "log"},
                                                      {"--json", "explain", hostile}})
            EXPECT_THAT(steering_in(shown_of(words)), IsEmpty()) << testing::PrintToString(words);
        unsetenv("NO_COLOR");
    }
    EXPECT_THAT(shown_of({"get", "value"}), HasSubstr("mine\\u0007\\u009b31m\\u202egnp."));
    EXPECT_THAT(shown_of({"get", "value"}), HasSubstr("\\r\n\tnext\n"));
    EXPECT_EQ(Json::parse(shown_of({"--json", "get", "value"})), hostile + "\n\tnext");
}

TEST_F(PrintableTest, AScriptGetsAValueAsItIs) {
    boot();
    patch(device(), {{"value", hostile}, {"both", {{"a", "\u009b"}}}});

    EXPECT_EQ(ctl({"get", "value"}).output, hostile + '\n');
    EXPECT_EQ(ctl({"get", "both"}).output, "{\n  \"a\": \"\u009b\"\n}\n");
    EXPECT_EQ(ctl({"--json", "get", "both"}).output, "{\"a\":\"\u009b\"}\n");
    EXPECT_EQ(Json::parse(ctl({"dump"}).output), device().document());
}

TEST_F(PrintableTest, AWatchAtATerminalShowsWhatComes) {
    boot();
    TerminalSession session{{program("settingsctl"), "--socket", device().socket(), "watch"}};
    {
        // What comes before it watches is not told.
        std::jthread const editing{[&](std::stop_token const& stop) {
            for (int number = 1; !stop.stop_requested(); ++number)
                patch_as("panel\u009b2J", {{hostile, number}});
        }};
        session.expect("2J");
    }
    session.send(SIGINT);
    session.wait();

    EXPECT_THAT(steering_in(boost::erase_all_copy(session.shown(), "\r\n")), IsEmpty());
}

// The service manager
// --------------------------------------------------------------------------------

/// Where a service manager would listen (sd_notify(3)).
class NotifySocket {
  public:
    explicit NotifySocket(std::filesystem::path const& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.native().copy(address.sun_path, sizeof address.sun_path - 1);
        if (bind(descriptor_, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0)
            throw std::runtime_error{"cannot listen at " + path.string()};
    }
    NotifySocket(NotifySocket const&) = delete;
    NotifySocket& operator=(NotifySocket const&) = delete;
    ~NotifySocket() { close(descriptor_); }

    /// All that has been told up to now.
    std::string told() {
        char message[32'768];
        for (;;) {
            auto const size = recv(descriptor_, message, sizeof message, MSG_DONTWAIT);
            if (size < 0) return told_;
            told_ += std::string(message, static_cast<std::size_t>(size)) + '\n';
        }
    }

  private:
    int descriptor_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    std::string told_;
};

TEST_F(PrintableTest, AStatusIsOneAssignmentAndALogLineIsOneLine) {
    serve();
    NotifySocket manager{folder / "notify"};
    auto const token = folder / "to\nMAINPID=1\nken\x1b[2J\u202e";
    // In TOML's own escapes.
    auto& made = make_device("a", {{"credentials.token_file", Json(token.string()).dump()}});

    made.start({"env", "NOTIFY_SOCKET=" + (folder / "notify").string()});

    expect_eventually([&] { return manager.told(); }, HasSubstr("STATUS=login needed"));
    write_text(made.config(), "[log]\n\"a\\n<3>b\\u001b[2J\" = 1\n");
    made.process().send(SIGHUP);
    expect_eventually([&] { return made.log(); }, HasSubstr("log.a\\n<3>b\\u001b[2J\n"));
    EXPECT_THAT(manager.told(), HasSubstr("to\\nMAINPID=1\\nken\\u001b[2J\\u202e"));
    for (auto const& text : {manager.told(), made.log()})
        EXPECT_THAT(steering_in(text), IsEmpty()) << text;
    EXPECT_EQ(manager.told().find("\nMAINPID"), std::string::npos) << manager.told();
}

TEST_F(PrintableTest, AConfigurationThatIsWrongIsQuotedInOneLine) {
    serve();
    auto& made = make_device("a");
    write_text(made.config(), "[log]\n\"a\\u001b[2J\\nb\\u009b\" = 1\n");

    auto const finished = made.start_in_vain();

    EXPECT_THAT(finished.errors, HasSubstr("unknown setting log.a\\u001b[2J\\nb\\u009b\n"));
    EXPECT_THAT(steering_in(finished.errors), IsEmpty());
    EXPECT_THAT(steering_in(made.start_in_vain({"--" + hostile}).errors), IsEmpty());
}

}  // namespace
}  // namespace settings::system_test
