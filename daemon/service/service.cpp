#include "daemon/service/service.h"

#include <utility>
#include <variant>

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

asio::awaitable<ipc::Reply> at_once(ipc::Reply reply) { co_return reply; }

}  // namespace

/// Which part answers which command.
struct Service::Answers {
    using Answer = asio::awaitable<ipc::Reply>;

    Answer operator()(ipc::ReadDocument& asked) { return at_once(service.reads_.document(asked)); }
    Answer operator()(ipc::ReadPath& asked) { return service.reads_.value(std::move(asked)); }
    Answer operator()(ipc::ReadJournal& asked) {
        auto beside = asked.path.empty() ? service.organizations_.history() : std::string{};
        return service.reads_.journal(std::move(asked), std::move(beside));
    }
    Answer operator()(ipc::ReadStatus&) { return at_once(service.reads_.status()); }
    Answer operator()(ipc::ReadDifference&) { return service.reads_.difference(); }
    Answer operator()(ipc::ReadConfiguration&) { return at_once(service.reads_.configuration()); }
    Answer operator()(ipc::ReadMetrics&) { return at_once(service.reads_.metrics()); }
    Answer operator()(ipc::Explain& asked) { return service.reads_.explanation(std::move(asked)); }

    Answer operator()(ipc::Write& asked) {
        return service.edits_.write(std::move(peer), std::move(asked));
    }
    Answer operator()(ipc::WriteValue& asked) {
        return service.edits_.write_value(std::move(peer), std::move(asked));
    }
    Answer operator()(ipc::TakeBack& asked) {
        return service.edits_.take_back(std::move(peer), std::move(asked));
    }

    Answer operator()(ipc::ReadOrganization&) { return service.organizations_.read(); }
    Answer operator()(ipc::WriteOrganization& asked) {
        return service.organizations_.write(std::move(asked));
    }

    Answer operator()(ipc::SyncNow& asked) {
        return service.rounds_.sync_now(asked, std::move(peer.departure));
    }

    Answer operator()(ipc::WalkWay&) { return service.walks_.walk(); }

    Answer operator()(ipc::Pause& asked) { return service.decisions_.pause(asked); }
    Answer operator()(ipc::ReadConflicts&) { return at_once(service.decisions_.conflicts()); }
    Answer operator()(ipc::ResolveConflict& asked) {
        return service.decisions_.resolve_conflict(std::move(peer), asked);
    }
    Answer operator()(ipc::ReadRejected&) { return at_once(service.decisions_.rejected()); }
    Answer operator()(ipc::RetryRejected& asked) {
        return service.decisions_.retry_rejected(std::move(asked));
    }
    Answer operator()(ipc::DiscardRejected& asked) {
        return service.decisions_.discard_rejected(std::move(peer), std::move(asked));
    }
    Answer operator()(ipc::ReadReview&) { return at_once(service.decisions_.review()); }
    Answer operator()(ipc::Decide& asked) { return service.decisions_.decide(std::move(asked)); }
    Answer operator()(ipc::Meet& asked) { return service.decisions_.meet(std::move(asked)); }

    Answer operator()(ipc::DismissNotice&) { return service.decisions_.dismiss_notice(); }

    Answer operator()(ipc::LogIn& asked) { return service.logins_.log_in(std::move(asked)); }
    Answer operator()(ipc::AdoptTokens& asked) {
        return at_once(service.logins_.adopt(std::move(asked)));
    }
    Answer operator()(ipc::ShowFactor& asked) { return service.logins_.show(std::move(asked)); }
    Answer operator()(ipc::MailLink&) { return service.logins_.mail_link(); }
    Answer operator()(ipc::LogOut&) { return service.log_out(); }

    Service& service;
    ipc::Peer& peer;
};

Service::Service(asio::any_io_executor executor, store::View const& view, store::Reader& reader,
                 store::Writer& writer, SyncDriver& driver, sync::Account& account, Walker& walker,
                 Organization& organization, Overview& overview, loop::Worker& worker)
    : view_{view},
      writer_{writer},
      worker_{worker},
      memory_{executor},
      feed_{std::move(executor), view, reader, worker},
      receipts_{reader, driver, overview},
      reads_{view, reader, overview, worker},
      edits_{writer, receipts_},
      rounds_{reader, driver, driver, overview},
      decisions_{reader, writer, driver, overview},
      logins_{account,
              [&driver](Logins::Attempt const& attempt) {
                  if (attempt.succeeded)
                      driver.logged_in(attempt.first);
                  else
                      driver.look_at_token();
              }},
      walks_{walker, overview},
      organization_{organization},
      organizations_{organization} {
    organization.on_change([this](OrganizationChange const& change) {
        organizations_.tell(change);
        feed_.changed().notify();
    });
}

asio::awaitable<ipc::Reply> Service::handle(ipc::Peer peer, ipc::Command command) {
    Answers answers{*this, peer};
    try {
        auto answer = std::visit(answers, command);
        auto reply = co_await std::move(answer);
        memory_.used();
        co_return reply;
    } catch (store::SqliteError const& error) {
        writer_.was_seen(error);
        throw;
    }
}

/// What is known of the account's organization goes with the tokens.
asio::awaitable<ipc::Reply> Service::log_out() {
    auto reply = co_await logins_.log_out();
    if (reply.status == 200) co_await organization_.forget();
    co_return reply;
}

asio::awaitable<ipc::Events> Service::events(Tag cursor, std::string path) {
    return feed_.after(cursor, std::move(path));
}

void Service::publish(bool whole) {
    feed_.publish(whole);
    receipts_.look_again();
}

}  // namespace settings::daemon
