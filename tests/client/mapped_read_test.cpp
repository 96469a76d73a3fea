// Where a client reads: in the file that the daemon publishes, or over the socket.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "settings/client.h"
#include "snapshot/publisher.h"
#include "tests/client/fake_daemon.h"

namespace settings::client {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr StoreId store = 1;
std::string const answer = reply(200, R"({"success":true,"value":"by socket"})");

std::string reply_with_tag(std::string const& tag, std::string const& body) {
    auto text = reply(200, body);
    return text.insert(text.find("\r\n") + 2, "ETag: \"" + tag + "\"\r\n");
}

std::string saved(Revision revision) {
    return reply_with_tag(text_of(model::Tag{revision, store}),
                          R"({"success":true,"revision":)" + std::to_string(revision) + '}');
}

class MappedReadTest : public testing::Test {
  protected:
    /// The replies for one connection, and those for the one after it.
    void serve(std::vector<std::string> replies, std::vector<std::string> later = {}) {
        daemon.emplace(
            std::vector<Script>{{.replies = std::move(replies)}, {.replies = std::move(later)}});
        publisher.emplace(
            daemon->socket_path() + ".snapshot",
            [this] {
                auto const value = std::make_shared<std::string const>(text);
                return std::vector{snapshot::Text{"theme", value}};
            },
            [](std::string const& why) { ADD_FAILURE() << why; });
        client.emplace(daemon->socket_path());
    }
    void publish(Revision revision, std::string value) {
        text = std::move(value);
        publisher->publish_whole({revision, store});
    }
    std::vector<std::string> requests() {
        client.reset();
        return daemon->stop();
    }

    std::string text = "0";
    std::optional<FakeDaemon> daemon;
    std::optional<snapshot::Publisher> publisher;
    std::optional<Client> client;
};

TEST_F(MappedReadTest, AsksNobodyWhereTheFileCanTell) {
    serve({});
    publish(1, R"({"name":"dark"})");

    EXPECT_EQ(client->get("theme.name").value(), "dark");
    EXPECT_EQ(client->get<std::string>("theme.name", ""), "dark");
    EXPECT_EQ(client->get("none").error().code(), Errc::not_found);
    EXPECT_EQ(client->get<int>("theme.name").error().code(), Errc::wrong_type);
    EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(MappedReadTest, AsksOverTheSocketWhereThereIsNoFile) {
    serve({answer});
    EXPECT_EQ(client->get("theme").value(), "by socket");
    EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(MappedReadTest, AFileThatDoesNotShowWhatWasWrittenIsNone) {
    serve({saved(2), answer, saved(3)});
    publish(1, R"("dark")");
    ASSERT_EQ(client->set("theme", "light").value(), 2);
    EXPECT_EQ(client->get("theme").value(), "by socket");

    publish(2, R"("light")");
    EXPECT_EQ(client->get("theme").value(), "light");
    ASSERT_EQ(client->set("theme", "red").value(), 3);
    publish(4, R"("blue")");
    EXPECT_EQ(client->get("theme").value(), "blue");
    EXPECT_THAT(requests(), SizeIs(3));
}

TEST_F(MappedReadTest, AFileThatDoesNotShowTheValueThatWasPutIsNone) {
    auto const there = reply_with_tag("v-1", R"({"success":true,"value":1})");
    auto const put = reply_with_tag(
        "v-2", R"({"success":true,"revision":2,"tag":")" + text_of(model::Tag{2, store}) + "\"}");
    serve({there, put, answer});
    publish(1, "1");
    ASSERT_EQ(client->edit<int>("theme", 0, [](int& n) { ++n; }).value(), 2);
    EXPECT_EQ(client->get("theme").value(), "by socket");

    publish(2, "2");
    EXPECT_EQ(client->get("theme").value(), 2);
    EXPECT_THAT(requests(), SizeIs(3));
}

TEST_F(MappedReadTest, AfterAnEditWhoseOutcomeIsUnknownTheDaemonIsAsked) {
    serve({saved(2).substr(0, 40)}, {answer});
    publish(1, R"("dark")");
    ASSERT_EQ(client->set("theme", "light").error().code(), Errc::unknown);
    EXPECT_EQ(client->get("theme").value(), "by socket");
    EXPECT_EQ(client->get("theme").value(), "dark") << "it has answered";
    EXPECT_THAT(requests(), SizeIs(2));
}

TEST_F(MappedReadTest, AsksOverTheSocketWhereItIsToldTo) {
    serve({answer});
    publish(1, R"("dark")");
    client.emplace(daemon->socket_path(), Options{}.mapped_reads(false));
    EXPECT_EQ(client->get("theme").value(), "by socket");
    EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(MappedReadTest, AFileOfAnotherStoreIsNone) {
    serve({saved(2), answer});
    publisher->publish_whole({7, store + 1});
    ASSERT_EQ(client->set("theme", "light").value(), 2);
    EXPECT_EQ(client->get("theme").value(), "by socket");
}

}  // namespace
}  // namespace settings::client
