#!/usr/bin/env bash
# Fails when a program lacks what makes a mistake in memory harder to use.
# Usage: tests/hardening.sh PROGRAM…
set -u
status=0

# expect WHAT TEXT PATTERN: a line of the text has to match.
expect() {
    grep -qE -- "$3" <<<"$2" && return
    echo "$program: no $1"
    status=1
}

for program; do
    header=$(readelf --wide --file-header --program-headers "$program")
    dynamic=$(readelf --wide --dynamic "$program")
    symbols=$(readelf --wide --dyn-syms "$program")
    # Compilers note how they were called.
    switches=$(readelf --string-dump=.debug_str --string-dump=.debug_line_str "$program" 2>/dev/null | grep 'GNU C++')

    expect "position independence" "$header" 'Type: +DYN'
    expect "position independence as a program" "$dynamic" 'Flags:.*\bPIE\b'
    expect "read-only relocations" "$header" 'GNU_RELRO'
    expect "relocations at the start, all of them" "$dynamic" 'Flags:.*\bNOW\b'
    expect "stack that cannot be run" "$header" 'GNU_STACK +(0x[0-9a-f]+ +){5}RW '
    expect "guard of the stack" "$symbols" '__stack_chk_fail'
    expect "checked copies" "$symbols" '__[a-z]+_chk@'
    expect "protection from a clash of stack and heap" "$switches" '-fstack-clash-protection'
    if [ "$(uname -m)" = x86_64 ]; then
        expect "marks where jumps may land" "$(objdump --disassemble=main "$program")" 'endbr64'
    fi
done
exit $status
