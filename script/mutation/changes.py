"""The small wrong changes that can be made to a C++ file, for script/mutants.

clang-format has been over the sources, so spaces tell an operator from a part of a type.
"""
import collections
import os
import re


Token = collections.namedtuple("Token", "text start end")
Change = collections.namedtuple("Change", "start end text")

TOKEN = re.compile(r'''
    (?P<skip>//[^\n]* | /\*.*?\*/ | ^[ \t]*\#[^\n]*)
  | R"(?P<mark>[^(\s]*)\((?P<raw>.*?)\)(?P=mark)" | "(?P<quoted>(?:[^"\\\n]|\\.)*)"
  | '(?:[^'\\\n]|\\.)+' | \d[\w'.]* | [A-Za-z_]\w*
  | <=>|->|::|\+\+|--|&&|\|\||<<|[-+*/%|&=!<>]=|[^\s\w]''', re.VERBOSE | re.DOTALL | re.MULTILINE)
INFIX = {"&&": "||", "||": "&&", "==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=",
         ">=": ">", "+": "-", "-": "+", "*": "/", "/": "*", "+=": "-=", "-=": "+="}
WORDS = {"true": "false", "false": "true", "++": "--", "--": "++", "!": ""}
EXTREMES = {"min": "max", "max": "min"}
DEFAULTS = ("{}", "0", "false", "true", "nullptr", "std::nullopt")
STATEMENT = re.compile(r"(return|continue|break|throw .*)$|\+\+|--|\S+ [-+*/|&]?= "
                       r"|(?!assert|static_assert)[^\s(]+\(.*\)$", re.DOTALL)
DECLARATION = re.compile(r"(?:auto|[\w:<>]+)(?: const)?[ *&]+(\w+) = ", re.DOTALL)
SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|WHERE)\b")
SQL_WORDS = ((" (<=|>=|<|>|[+-]) ", INFIX.get), (r"\b(min|max)\(", EXTREMES.get),
             (r"\b(IS NOT)\b", lambda _: "IS"), (r"\b(IS)\b(?! NOT)", lambda _: "IS NOT"),
             (r"\b(NOT )[(IE]", lambda _: ""), (r"(?<![?\w.'])(?<!SELECT )(?<!LIMIT )(\d+)", lambda n: str(int(n) + 1)))


def sql_changes(sql):
    """The wrong forms of a statement. Every ? stays, so that its value still binds."""
    sql = re.sub(r"--[^\n]*", "", sql)

    def end_of(start, ends):
        """Of the part that begins there: at one of the ends, or the bracket that holds it."""
        depth = 0
        for found in re.compile(rf"[()]|;|$|{ends}").finditer(sql, start):
            if depth == 0 and found[0] != "(":
                return found.start()
            depth += {"(": 1, ")": -1}.get(found[0], 0)
        return len(sql)

    def with_other(start, end, text):
        return sql[:start] + text + sql[end:]

    for term in re.finditer(r"\b(WHERE|AND|OR) (?!IGNORE|REPLACE)", sql):
        end = end_of(term.end(), r" (?:AND|OR|ORDER|GROUP|LIMIT|THEN)\b")
        constant = "AND false" if term[1] == "OR" else "OR true"
        yield with_other(term.end(), end, f"({sql[term.end():end]} {constant})")
        for equals in re.finditer(" = ", sql[term.end():end]):
            yield with_other(term.end() + equals.start(), term.end() + equals.end(), " <> ")
    for value in re.finditer(r"(?:\bSET|,) (\w+) = ", sql):
        end = end_of(value.end(), r", | WHERE\b")
        yield with_other(value.end(), end, f"iif(true, {value[1]}, {sql[value.end():end]})")
    for order in re.finditer(r"ORDER BY ", sql):
        end = end_of(order.end(), r" LIMIT\b")
        for column in re.finditer(r"[^,]+", sql[order.end():end]):
            turned = column[0][:-5] if column[0].endswith(" DESC") else column[0] + " DESC"
            yield with_other(order.end() + column.start(), order.end() + column.end(), turned)
    for pattern, other in SQL_WORDS:
        for found in re.finditer(pattern, sql):
            yield with_other(found.start(1), found.end(1), other(found[1]))


class Source:
    """The tokens of a file, and what can be changed in them."""

    def __init__(self, path):
        self.path = path
        with open(path, encoding="utf-8") as file:
            self.text = file.read()
        found = [token for token in TOKEN.finditer(self.text) if not token["skip"]]
        self.tokens = [Token(token.group(), token.start(), token.end()) for token in found]
        self.strings = [token["quoted"] if token["raw"] is None else token["raw"] for token in found]
        self.partner, opened = {}, []  # of each bracket, by place
        for at, token in enumerate(self.tokens):
            if token.text in tuple("([{"):
                opened.append(at)
            elif token.text in tuple(")]}"):
                self.partner[at] = opened.pop()
                self.partner[self.partner[at]] = at

    def changes(self):
        asserted = [(token.start, self.tokens[self.partner[at + 1]].end)
                    for at, token in enumerate(self.tokens) if token.text.endswith("assert")]
        makers = (self.operators, self.numbers, self.conditions, self.statements, self.sql)
        return sorted({change for maker in makers for change in maker()
                       if not any(start <= change.start < end for start, end in asserted)})

    def word(self, at):
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def operators(self):
        for at, (text, start, end) in enumerate(self.tokens):
            beside = self.text[start - 1] + self.text[end:end + 1]
            joins_text = text[0] in "+-" and (self.strings[at - 1] or self.strings[at + 1])
            if text in INFIX and beside.isspace() and not joins_text:
                yield Change(start, end, INFIX[text])
            elif text in WORDS:
                yield Change(start, end, WORDS[text])
            elif text in EXTREMES and self.word(at - 2) == "std":
                yield Change(start, end, EXTREMES[text])

    def numbers(self):
        for text, start, end in self.tokens:
            if number := re.fullmatch(r"(\d[\d']*)([a-zA-Z]*)", text):
                value = int(number[1].replace("'", ""))
                for other in {value + 1, max(value - 1, 0)} - {value}:
                    yield Change(start, end, f"{other}{number[2]}")

    def conditions(self):
        for at, token in enumerate(self.tokens):
            if token.text in ("if", "while") and self.word(at + 1) == "(":
                yield from self.negated_head(at + 1)
            elif token.text == "?":
                yield from self.negated(self.tokens[self.begin_of_operand(at)].start, token.start - 1)

    def negated(self, start, end):
        """Unless to change its only operator is to negate it."""
        condition = self.text[start:end]
        if re.search(r" (&&|\|\|) ", condition) or not re.search(r"^\s*!| [!=]= ", condition):
            yield Change(start, end, f"!({condition.strip()})")

    def negated_head(self, opening):
        start, end = self.tokens[opening].end, self.tokens[self.partner[opening]].start
        inside = self.text[start:end]
        if ";" not in inside and (declared := DECLARATION.match(inside)):
            yield Change(start, end, f"{inside}; !{declared[1]}")
        else:
            yield from self.negated(start + inside.rfind(";") + 1, end)

    def begin_of_operand(self, at):
        while self.word(at - 1) not in (*"([{,=;:?", "+=", "return", "<<"):
            at = self.partner.get(at - 1, at - 1)
        return at

    def statements(self):
        for at, token in enumerate(self.tokens):
            if not self.begins_statement(at) or (end := self.end_of_statement(at)) is None:
                continue
            start, end = token.start, self.tokens[end]
            if self.word(at - 1) == "else":
                yield Change(self.tokens[at - 1].start, end.end, "")
            if STATEMENT.match(self.text[start:end.start]):
                yield Change(start, end.start, "")
            elif token.text == "return" and self.text[token.end + 1:end.start] not in DEFAULTS:
                is_void = re.findall(r"^\w+", self.text[:start], re.MULTILINE)[-1] == "void"
                yield Change(token.end, end.start, "" if is_void else " {}")

    def begins_statement(self, at):
        before = self.word(at - 1)
        if before == ")":
            return self.word(self.partner[at - 1] - 1) in ("if", "for", "while", "switch")
        if before == ":":
            while self.word(at - 1) not in (*";{}?", "case", "default"):
                at -= 1
            return self.word(at - 1) in ("case", "default")
        return before in (";", "{", "}", "else", "do")

    def end_of_statement(self, at):
        """The last token of the statement that begins here; nothing where a function does."""
        if self.word(at) == "{":
            return self.partner[at]
        if self.word(at) in ("if", "for", "while", "switch"):
            end = self.end_of_statement(self.partner[at + 1] + 1)
            return self.end_of_statement(end + 2) if end and self.word(end + 1) == "else" else end
        while self.word(at) not in (*";)]}", ""):
            if self.word(at) == "{" and self.word(at - 1) in (")", "const", "noexcept", "override"):
                return None
            at = self.partner.get(at, at) + 1
        return at if self.word(at) == ";" else None

    def sql(self):
        for at, string in enumerate(self.strings):
            if string is None or self.strings[at - 1] is not None:
                continue
            end = next(end for end in range(at, len(self.strings)) if self.strings[end] is None)
            text = "".join(self.strings[at:end])
            for other in sql_changes(text) if SQL.search(text) else ():
                yield Change(self.tokens[at].start, self.tokens[end - 1].end, f'R"({other})"')

    def with_change(self, change):
        return self.text[:change.start] + change.text + self.text[change.end:]

    def line(self, change):
        return self.text.count("\n", 0, change.start) + 1

    def shown(self, change):
        """The lines before and after as one each; of long ones what is around the difference."""
        begin = self.text.rfind("\n", 0, change.start) + 1
        end = self.text.find("\n", change.end)
        before = self.text[begin:end]
        after = self.text[begin:change.start] + change.text + self.text[change.end:end]
        if change.text.startswith('R"('):
            before = "".join(string for string, token in zip(self.strings, self.tokens)
                             if change.start <= token.start < change.end)
            after = change.text[3:-2]
        before, after = " ".join(before.split()), " ".join(after.split())
        if len(before) < 90:
            return before, after
        first = max(len(os.path.commonprefix([before, after])) - 40, 0)
        last = max(len(os.path.commonprefix([before[::-1], after[::-1]])) - 40, 0)
        return tuple(f"… {line[first:len(line) - last]} …" for line in (before, after))
