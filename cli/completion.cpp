#include "cli/completion.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "cli/layout.h"
#include "model/path.h"
#include "model/printable.h"

namespace settings::cli {
namespace {

using Candidates = std::vector<Candidate>;

/// A name of which each shell can make a word, and a person one to type.
bool is_typeable(std::string const& name) { return !name.empty() && printable(name) == name; }

/// How paths are written, from the outermost name to the innermost one.
struct Writing {
    std::string (*text_of)(Path const& path);
    char separator;  ///< between a path and the names in it
};

constexpr Writing with_dots{dotted, '.'};
constexpr Writing as_pointer{pointer, '/'};

/// Finds the paths in a document that begin as typed.
class Search {
  public:
    Search(Json const& document, std::string const& beginning)
        : document_{document},
          beginning_{beginning},
          writing_{beginning.starts_with('/') ? as_pointer : with_dots} {}

    Candidates found() {
        look_in(document_, {});
        if (found_.size() == 1) add_members_of(only_);
        return std::move(found_);
    }

  private:
    void look_in(Json const& object, Path const& base) {
        for (auto const& [name, value] : object.items()) {
            auto path = base;
            path.push_back(name);
            auto const text = writing_.text_of(path);
            if (text.starts_with(beginning_))
                add(path, value);
            else if (value.is_object() && beginning_.starts_with(text + writing_.separator))
                look_in(value, path);
        }
    }

    void add_members_of(Path path) {
        auto const* value = find(document_, path);
        if (value == nullptr || !value->is_object()) return;
        for (auto const& [name, inner] : value->items()) {
            path.push_back(name);
            add(path, inner);
            path.pop_back();
        }
    }

    /// Offers a path, unless its text would be read as another path. Where nothing is typed yet,
    /// the text can still become a pointer.
    void add(Path const& path, Json const& value) {
        auto text = beginning_.empty() ? path_text(path) : writing_.text_of(path);
        if (text.starts_with('-')) text = pointer(path);  // else it would be an option
        if (!std::ranges::all_of(path, is_typeable) || resolve(document_, text) != path) return;
        only_ = path;
        found_.push_back({text, brief(value, cell_bytes)});
    }

    Json const& document_;
    std::string const& beginning_;
    Writing writing_;
    Candidates found_;
    Path only_;  ///< the path of the last one
};

bool is_offered(CLI::App const* command) { return !command->get_group().empty(); }

Candidates only_with(std::string const& beginning, Candidates candidates) {
    std::erase_if(candidates, [&](auto const& one) { return !one.text.starts_with(beginning); });
    return candidates;
}

/// A path ends at the first '='.
Candidates assignments(Candidates paths) {
    std::erase_if(paths, [](auto const& path) { return path.text.find('=') != path.text.npos; });
    for (auto& path : paths) path.text += '=';
    return paths;
}

/// Each by its name, or as a pointer where a person has begun with a '/', or where the name would
/// be an option.
Candidates keys_with(std::string const& beginning, std::vector<std::string> const& keys) {
    Candidates found;
    for (auto const& key : keys) {
        bool const by_name = !beginning.starts_with('/') && !key.starts_with('-');
        if (is_typeable(key)) found.push_back({by_name ? dotted({key}) : pointer({key}), ""});
    }
    return only_with(beginning, std::move(found));
}

constexpr char const* files = ":files";

/// An option by its long name may have its value behind a '='.
std::pair<std::string, std::optional<std::string>> option_and_value(std::string const& word) {
    auto const equals = word.find('=');
    if (!word.starts_with("--") || equals == word.npos) return {word, std::nullopt};
    return {word.substr(0, equals), word.substr(equals + 1)};
}

/// By what the grammar calls the value.
Candidates values_of(CLI::Option const& option, std::string const& last,
                     Completion::Sources const& sources) {
    auto const& document = sources.document;
    auto const name = option.get_positional() ? option.get_name(true) : option.get_type_name();
    if (name == "path" || name == "key") return paths_with(last, document());
    if (name == "path=value")
        return last.find('=') == last.npos ? assignments(paths_with(last, document()))
                                           : Candidates{};
    if (name == "setting" || name == "SETTING") return keys_with(last, sources.held());
    if (name == "file" || name == "PATH") return {{files, ""}};
    if (name == "shell") return only_with(last, {{"bash", ""}, {"zsh", ""}, {"fish", ""}});
    return {};
}

}  // namespace

Candidates paths_with(std::string const& beginning, Json const& document) {
    return Search{document, beginning}.found();
}

Completion::Completion(CLI::App const& grammar, std::vector<std::string> words) : at_{&grammar} {
    if (words.empty()) return;
    last_ = words.back();
    words.pop_back();
    for (auto const& word : words) read(word);
}

void Completion::read(std::string const& word) {
    if (wants_value_ != nullptr) {
        if (wants_value_->check_lname("socket")) socket_ = word;
        wants_value_ = nullptr;
        return;
    }
    if (word == "--") only_positionals_ = true;
    if (!only_positionals_ && word.starts_with('-')) {
        auto const [name, value] = option_and_value(word);
        wants_value_ = valued_option(name);
        if (value) read(*value);
        return;
    }
    auto const inner = at_->get_subcommands([&](auto const* app) { return app->check_name(word); });
    if (inner.empty() || positionals_ > 0)
        ++positionals_;
    else
        at_ = inner.front();
}

CLI::Option const* Completion::valued_option(std::string const& word) const {
    auto const* option = option_named(word);
    return option != nullptr && option->get_items_expected_max() > 0 ? option : nullptr;
}

CLI::Option const* Completion::option_named(std::string const& word) const {
    for (auto const* app = at_; app != nullptr; app = app->get_parent())
        for (auto const* option : app->get_options())
            if (option->check_name(word)) return option;
    return nullptr;
}

Candidates Completion::options() const {
    Candidates found;
    for (auto const* app = at_; app != nullptr; app = app->get_parent())
        for (auto const* option : app->get_options())
            for (auto const& name : option->get_lnames())
                found.push_back({"--" + name, option->get_description()});
    std::ranges::sort(found, {}, &Candidate::text);
    auto const twice = std::ranges::unique(found, {}, &Candidate::text);
    found.erase(twice.begin(), twice.end());
    return only_with(last_, std::move(found));
}

Candidates Completion::commands() const {
    Candidates found;
    for (auto const* command : at_->get_subcommands(is_offered))
        found.push_back({command->get_name(), command->get_description()});
    return only_with(last_, std::move(found));
}

CLI::Option const* Completion::positional() const {
    auto const all = at_->get_options([](auto const* option) { return option->get_positional(); });
    if (all.empty()) return nullptr;
    bool const takes_more =
        positionals_ < static_cast<std::size_t>(all.front()->get_items_expected_max());
    return takes_more ? all.front() : nullptr;
}

/// Of a word that begins with a dash: what the option is, or behind a '=' its value.
Candidates Completion::in_option(Sources const& sources) const {
    auto const [name, value] = option_and_value(last_);
    if (!value) return options();
    auto const* option = valued_option(name);
    if (option == nullptr) return {};
    auto found = values_of(*option, *value, sources);
    for (auto& one : found)
        if (one.text != files) one.text.insert(0, name + '=');
    return found;
}

Candidates Completion::candidates(Sources const& sources) const {
    if (wants_value_ != nullptr) return values_of(*wants_value_, last_, sources);
    if (!only_positionals_ && last_.starts_with('-')) return in_option(sources);
    if (auto const* expected = positional()) return values_of(*expected, last_, sources);
    return positionals_ == 0 ? commands() : Candidates{};
}

}  // namespace settings::cli
