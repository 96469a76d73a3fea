#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace settings::cli {

/// One word that could stand where the cursor is.
struct Candidate {
    std::string text;
    std::string description;
};

/// Reads a command line up to the cursor as a person types it, unfinished as it is.
class Completion {
  public:
    /// `words` are those after the program's name; the last one, which may be empty, is completed.
    /// The grammar has to outlive this.
    Completion(CLI::App const& grammar, std::vector<std::string> words);

    /// Who is asked for what is wanted.
    struct Sources {
        std::function<nlohmann::json()> document;        ///< the settings
        std::function<std::vector<std::string>()> held;  ///< the keys that are held for review
    };

    /// What the last word could become. A single candidate ":files" stands for the names of files.
    [[nodiscard]] std::vector<Candidate> candidates(Sources const& sources) const;

    /// The value of --socket, if it was given; else empty.
    [[nodiscard]] std::string const& socket() const { return socket_; }

  private:
    void read(std::string const& word);
    [[nodiscard]] CLI::Option const* option_named(std::string const& word) const;
    /// The same where it takes a value; else null.
    [[nodiscard]] CLI::Option const* valued_option(std::string const& word) const;
    [[nodiscard]] std::vector<Candidate> in_option(Sources const& sources) const;
    [[nodiscard]] std::vector<Candidate> options() const;
    [[nodiscard]] std::vector<Candidate> commands() const;
    [[nodiscard]] CLI::Option const* positional() const;

    CLI::App const* at_;
    std::string last_;
    std::string socket_;
    CLI::Option const* wants_value_ = nullptr;
    std::size_t positionals_ = 0;
    bool only_positionals_ = false;
};

/// The settings whose paths begin so, as deep as the beginning; when it is only one, those in it as
/// well. What begins with a '/' is a JSON pointer, and so are names with dots where nothing is
/// typed yet. The description is the value, cut.
[[nodiscard]] std::vector<Candidate> paths_with(std::string const& beginning,
                                                nlohmann::json const& document);

}  // namespace settings::cli
