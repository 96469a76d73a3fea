#!/usr/bin/env python3
"""Fails when a page below a folder leads to a file or a heading that is not there.

links.py FOLDER

Looks at the links of Markdown pages, but for those to other hosts. None may lead out of the folder.
"""

import pathlib
import re
import sys

PASSED_OVER = {"node_modules", "build"}


def pages_below(folder):
    for page in sorted(folder.rglob("*.md")):
        parts = page.relative_to(folder).parts
        if not PASSED_OVER & set(parts) and not any(part.startswith(".") for part in parts):
            yield page


def without_blocks(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.S | re.M)


def links_of(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", without_blocks(page.read_text())):
        if not re.match(r"[a-z]+:", target):
            yield target


def headings_of(page):
    """As the usual viewers name them: words in small letters, joined by dashes."""
    headings = re.findall(r"^#+ (.+)$", without_blocks(page.read_text()), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def fault_of(page, target, folder):
    path, _, heading = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.is_relative_to(folder):
        return "leads out of the folder"
    if not file.exists():
        return "is not there"
    if heading and heading not in headings_of(file):
        return "is no heading there"
    return None


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    pages = list(pages_below(folder))
    faults = [
        f"{page.relative_to(folder)}: {target} {fault}"
        for page in pages
        for target in links_of(page)
        if (fault := fault_of(page, target, folder))
    ]
    if not pages:
        faults = [f"there are no pages in {folder}"]
    for fault in faults:
        print(fault)
    sys.exit(bool(faults))


main()
