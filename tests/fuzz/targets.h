#pragma once

#include <string_view>

/// Programs that a fuzzer feeds with bytes (libFuzzer), one for each thing here that reads what
/// others wrote. See docs/security.md.
namespace settings::fuzz {

// Each reads some bytes as the product would, and ends the process where what comes of it cannot be
// right: see expect(). They keep nothing from one call to the next.

void request(std::string_view bytes);        ///< a stream of HTTP requests
void json(std::string_view bytes);           ///< one text
void path(std::string_view bytes);           ///< a line with a document, and one with a path
void document(std::string_view bytes);       ///< lines with documents
void reply(std::string_view bytes);          ///< an answer of the server: see answer.h
void sse(std::string_view bytes);            ///< a stream of events
void configuration(std::string_view bytes);  ///< a file in TOML
void assignment(std::string_view bytes);     ///< a line for each word of a command line
void time(std::string_view bytes);           ///< one time, as a person or a program writes it
void token(std::string_view bytes);          ///< as a reply, to the request for a token
void route(std::string_view bytes);          ///< datagrams of rtnetlink, each behind its size
void store(std::string_view bytes);          ///< places in database and log, and what is put there
void snapshot(std::string_view bytes);       ///< the same, of the file that apps map
void organization(std::string_view bytes);   ///< the stored copy of an organization's settings

/// Ends the process, as fuzzers want it, unless what must hold holds.
void expect(bool holds, char const* what_must_hold);

/// The bytes up to the next line feed, which is taken as well.
[[nodiscard]] std::string_view take_line(std::string_view& bytes);

}  // namespace settings::fuzz
