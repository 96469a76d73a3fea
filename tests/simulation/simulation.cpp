#include "tests/simulation/simulation.h"

#include <algorithm>

#include "tests/simulation/people.h"

namespace settings::simulation {
namespace {

using namespace std::chrono_literals;

/// All there is in one run.
class Cosmos {
  public:
    explicit Cosmos(Plan const& plan)
        : days_{plan.days},
          world_{plan.seed, plan.tracing},
          climate_{draw_climate(world_.dice(), plan.devices)},
          server_{climate_.rules, world_.dice()},
          network_{world_, server_, climate_, climate_.devices},
          oracle_{world_, server_, network_, climate_},
          devices_{populate()},
          weather_{world_, server_, oracle_, climate_, devices_} {
        for (auto& device : devices_)
            people_.push_back(std::make_unique<People>(world_, *device, oracle_, climate_));
    }

    /// From the first start to the last look. Throws Violation.
    void live() {
        for (auto& device : devices_) device->start();
        world_.run_until(24h * days_);
        for (auto& person : people_) person->rest();
        network_.calm_down();
        weather_.clear_up();
        world_.tell("", [] { return "all faults end"; });
        settle();
        stay_quiet();
        oracle_.judge();
    }

    // What came of it, also of a life that a Violation ended.

    [[nodiscard]] std::uint64_t events() const { return world_.events(); }
    [[nodiscard]] std::uint64_t edits() const { return oracle_.history().edits(); }
    [[nodiscard]] std::vector<std::string> const& trace() const { return world_.trace(); }

  private:
    Devices populate() {
        Devices devices;
        for (std::size_t number = 0; number < climate_.devices; ++number)
            devices.push_back(
                std::make_unique<Device>(number, world_, server_, network_, oracle_, climate_));
        return devices;
    }

    /// The longest time from one look to the next, jitter included.
    [[nodiscard]] Time look_interval() const { return climate_.look_every * 7 / 6 + 1min; }

    void settle() {
        // What is late arrives within an hour, and a look must come after it.
        auto deadline = world_.now() + 2h + 4 * look_interval();
        for (auto& device : devices_)
            deadline = std::max(deadline, oracle_.patience(device->number()) + 4 * look_interval());
        world_.run_until(world_.now() + 65min);
        while (!is_settled()) {
            if (world_.now() > deadline)
                throw Violation{"convergence", "the world does not settle: " + state()};
            for (auto& person : people_) person->put_right();
            world_.run_until(world_.now() + 20min);
        }
    }

    [[nodiscard]] bool is_settled() {
        return std::all_of(devices_.begin(), devices_.end(), [this](auto& device) {
            auto const* resting = std::get_if<sync::Resting>(&device->engine().posture());
            return resting != nullptr && resting->why == sync::Rest::idle &&
                   oracle_.document(device->number()) == server_.document() &&
                   device->disk().dirty().empty();
        });
    }

    /// Nobody sends any more, and the documents stay as they are.
    void stay_quiet() {
        auto const document = server_.document();
        std::vector<std::uint64_t> writes;
        for (auto& device : devices_) writes.push_back(oracle_.writes(device->number()));
        world_.run_until(world_.now() + look_interval());
        for (auto& device : devices_) {
            if (oracle_.writes(device->number()) != writes.at(device->number()))
                throw Violation{"quiet", device->name() + " sends although all is settled"};
            oracle_.check_convergence(*device);
        }
        if (server_.document() != document) throw Violation{"quiet", "the server's document moves"};
    }

    /// What still keeps the devices from the server's document.
    std::string state() {
        std::string text;
        auto const theirs = leaves_of(server_.document());
        for (auto& device : devices_) {
            text += "\n  " + device->name() + ' ' +
                    describe(device->engine().posture(), device->clock());
            for (auto const& [key, setting] : device->disk().dirty()) text += ", dirty " + key;
            for (auto const& [key, words] : device->disk().rejected())
                text += ", set aside " + key + " (" + words + ')';
            compare(leaves_of(oracle_.document(device->number())), theirs,
                    [&](auto const& path, auto const* ours, auto const* other) {
                        text += ", " + path + ' ' + (ours ? *ours : "(nothing)") +
                                " against the server's " + (other ? *other : "(nothing)");
                    });
        }
        return text;
    }

    unsigned days_;
    World world_;
    Climate climate_;
    Server server_;
    Network network_;
    Oracle oracle_;
    Devices devices_;
    Weather weather_;
    std::vector<std::unique_ptr<People>> people_;
};

}  // namespace

Outcome simulate(Plan const& plan) {
    Cosmos cosmos{plan};
    Outcome outcome;
    try {
        cosmos.live();
    } catch (Violation const& violation) {
        outcome.rule = violation.rule();
        outcome.what = violation.what();
    } catch (std::exception const& error) {
        outcome.rule = "exception";
        outcome.what = error.what();
    }
    outcome.events = cosmos.events();
    outcome.edits = cosmos.edits();
    outcome.trace = cosmos.trace();
    return outcome;
}

}  // namespace settings::simulation
