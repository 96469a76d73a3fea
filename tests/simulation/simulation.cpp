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
          world{plan.seed, plan.tracing},
          climate_{draw_climate(world.dice(), plan.devices)},
          server_{climate_.rules, world.dice()},
          network_{world, server_, climate_, climate_.devices},
          oracle{world, server_, network_, climate_},
          devices_{populate()},
          weather_{world, server_, oracle, climate_, devices_} {
        for (auto& device : devices_)
            people_.push_back(std::make_unique<People>(world, *device, oracle, climate_));
    }

    void live() {
        for (auto& device : devices_) device->start();
        world.run_until(24h * days_);
        for (auto& person : people_) person->rest();
        network_.calm_down();
        weather_.clear_up();
        world.tell("", [] { return "all faults end"; });
        settle();
        stay_quiet();
        oracle.judge();
    }

  private:
    Devices populate() {
        Devices devices;
        for (std::size_t number = 0; number < climate_.devices; ++number)
            devices.push_back(
                std::make_unique<Device>(number, world, server_, network_, oracle, climate_));
        return devices;
    }

    /// So long a look may be away, jitter included.
    [[nodiscard]] Time look_interval() const { return climate_.look_every * 7 / 6 + 1min; }

    void settle() {
        // What is late arrives within an hour, and a look must come after it.
        auto deadline = world.now() + 2h + 4 * look_interval();
        for (auto& device : devices_)
            deadline = std::max(deadline, oracle.patience(device->number()) + 4 * look_interval());
        world.run_until(world.now() + 65min);
        while (!is_settled()) {
            if (world.now() > deadline)
                throw Violation{"convergence", "the world does not settle: " + state()};
            for (auto& person : people_) person->put_right();
            world.run_until(world.now() + 20min);
        }
    }

    [[nodiscard]] bool is_settled() {
        return std::all_of(devices_.begin(), devices_.end(), [this](auto& device) {
            auto const* resting = std::get_if<sync::Resting>(&device->engine().posture());
            return resting != nullptr && resting->why == sync::Rest::idle &&
                   oracle.document(device->number()) == server_.document() &&
                   device->disk().dirty().empty();
        });
    }

    /// Nobody sends any more, and the documents stay as they are.
    void stay_quiet() {
        auto const document = server_.document();
        std::vector<std::uint64_t> writes;
        for (auto& device : devices_) writes.push_back(oracle.writes(device->number()));
        world.run_until(world.now() + look_interval());
        for (auto& device : devices_) {
            if (oracle.writes(device->number()) != writes.at(device->number()))
                throw Violation{"quiet", device->name() + " sends although all is settled"};
            oracle.check_convergence(*device);
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
            compare(leaves_of(oracle.document(device->number())), theirs,
                    [&](auto const& path, auto const* ours, auto const* other) {
                        text += ", " + path + ' ' + (ours ? *ours : "(nothing)") +
                                " against the server's " + (other ? *other : "(nothing)");
                    });
        }
        return text;
    }

    unsigned days_;

  public:
    World world;

  private:
    Climate climate_;
    Server server_;
    Network network_;

  public:
    Oracle oracle;

  private:
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
    outcome.events = cosmos.world.events();
    outcome.edits = cosmos.oracle.history().edits();
    outcome.trace = cosmos.world.trace();
    return outcome;
}

}  // namespace settings::simulation
