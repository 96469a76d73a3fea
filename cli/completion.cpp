#include "cli/completion.h"

#include <algorithm>

#include "cli/layout.h"
#include "model/path.h"

namespace settings::cli {
namespace {

using Candidates = std::vector<Candidate>;

/// A path of which each shell can make a word, and a person one to type.
bool is_typeable(std::string const& name) { return !name.empty() && printable(name) == name; }

Candidates members_with(std::string const& beginning, Json const& object, std::string const& base) {
    Candidates found;
    for (auto const& [name, value] : object.items())
        if (is_typeable(name) && (base + name).starts_with(beginning))
            found.push_back({base + name, brief(value, cell_bytes)});
    return found;
}

/// The object that a path leads to, or null.
Json const* object_at(Json const& document, Path const& path) {
    auto const* value = find(document, path);
    return value != nullptr && value->is_object() ? value : nullptr;
}

bool is_offered(CLI::App const* command) { return !command->get_group().empty(); }

Candidates only_with(std::string const& beginning, Candidates candidates) {
    std::erase_if(candidates, [&](auto const& one) { return !one.text.starts_with(beginning); });
    return candidates;
}

Candidates assignments(Candidates paths) {
    for (auto& path : paths) path.text += '=';
    return paths;
}

/// By what the grammar calls the value.
Candidates values_of(CLI::Option const& option, std::string const& last,
                     std::function<Json()> const& document) {
    auto const name = option.get_positional() ? option.get_name(true) : option.get_type_name();
    if (name == "path" || name == "key") return paths_with(last, document());
    if (name == "path=value")
        return last.find('=') == last.npos ? assignments(paths_with(last, document()))
                                           : Candidates{};
    if (name == "file" || name == "PATH") return {{":files", ""}};
    if (name == "shell") return only_with(last, {{"bash", ""}, {"zsh", ""}, {"fish", ""}});
    return {};
}

}  // namespace

Candidates paths_with(std::string const& beginning, Json const& document) {
    auto const dot = beginning.rfind('.');
    bool const is_top_level = dot == beginning.npos;
    auto const* object =
        object_at(document, is_top_level ? Path{} : split(beginning.substr(0, dot)));
    if (object == nullptr) return {};
    auto const base = is_top_level ? std::string{} : beginning.substr(0, dot + 1);
    auto found = members_with(beginning, *object, base);
    if (found.size() != 1) return found;
    std::string const only = found.front().text;
    if (auto const* inner = object_at(document, split(only)))
        for (auto& member : members_with("", *inner, only + '.')) found.push_back(member);
    return found;
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
        auto const* option = option_named(word);
        if (option != nullptr && option->get_items_expected_max() > 0) wants_value_ = option;
        return;
    }
    auto const inner = at_->get_subcommands([&](auto const* app) { return app->check_name(word); });
    if (inner.empty() || positionals_ > 0)
        ++positionals_;
    else
        at_ = inner.front();
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

Candidates Completion::candidates(std::function<Json()> const& document) const {
    if (wants_value_ != nullptr) return values_of(*wants_value_, last_, document);
    if (!only_positionals_ && last_.starts_with('-')) return options();
    if (auto const* expected = positional()) return values_of(*expected, last_, document);
    return positionals_ == 0 ? commands() : Candidates{};
}

}  // namespace settings::cli
