#include "tests/systemd/command.h"

#include <boost/algorithm/string/join.hpp>
#include <stdexcept>

#include "tests/support/temporary_folder.h"

namespace settings::systemd_test {

Finished outcome_of(Words const& words) {
    TemporaryFolder const scratch;
    return run(words, scratch.path());
}

std::string output_of(Words const& words) {
    auto const finished = outcome_of(words);
    if (finished.status != 0)
        throw std::runtime_error{boost::algorithm::join(words, " ") + ": " + finished.errors +
                                 finished.output};
    return finished.output;
}

}  // namespace settings::systemd_test
