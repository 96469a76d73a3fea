#!/usr/bin/env bash
# Fails unless each deliberate bug is caught by some world of the normal run's first ones, and the
# clean build passes the same worlds. Prints a table: bug, the seed that caught it, and the invariant
# it broke. The seed that caught it last, which bugs/seeds has, is tried before all others.
#
#   tests/simulation/bugs.sh FOLDER_OF_PROGRAMS           tries it first
#   tests/simulation/bugs.sh FOLDER_OF_PROGRAMS --renew   tries all from the first on, and notes the seeds
set -uo pipefail
programs=${1:?folder of the programs}
known=$(dirname "$0")/bugs/seeds
seeds=${SEEDS:-500} days=${DAYS:-10}
caught=$(mktemp)
trap 'rm "$caught"' EXIT
[ "${2:-}" != --renew ] || : >"$known"

# broken NAME FIRST RUNS: the first seed that catches a bug, and how.
broken() {
    "$programs/simulate-$1" --first "$2" --runs "$3" --days "$days" --jobs 1 --show 1 2>&1 |
        sed -n 's/^seed \([0-9]*\) broke: \([^:]*\):.*/\1 \2/p' | head -n 1
}

hunt() {
    local name=$1 last found=
    last=$(sed -n "s/^$name //p" "$known")
    [ -z "$last" ] || found=$(broken "$name" "$last" 1)
    [ -n "$found" ] || found=$(broken "$name" 1 "$seeds")
    [ -n "$found" ] || { echo "$name is not caught within $seeds seeds"; return 1; }
    printf '%-36s %6s  %s\n' "$name" "${found%% *}" "${found#* }"
    echo "$name ${found%% *}" >>"$caught"
}

passes_clean() { "$programs/simulate" --first "$1" --runs 1 --days "$days" --jobs 1 >/dev/null; }

export -f broken hunt passes_clean
export programs known seeds days caught

printf '%-36s %6s  %s\n' 'deliberate bug' seed 'broken invariant'
find "$(dirname "$known")" -name '*.patch' -printf '%f\n' | sed 's/\.patch$//' | sort |
    xargs -P "$(nproc)" -I{} bash -c 'hunt {}'
status=$?
cut -d' ' -f2 "$caught" | sort -un | xargs -P "$(nproc)" -I{} bash -c 'passes_clean {}' ||
    { echo "the clean build does not pass the worlds above"; status=1; }
[ "${2:-}" != --renew ] || sort "$caught" >"$known"
exit $status
