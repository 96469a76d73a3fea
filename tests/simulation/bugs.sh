#!/usr/bin/env bash
# Fails unless each deliberate bug is caught within the normal run's first seeds, and the clean
# build passes the same. Prints a table: bug, the seed that caught it, and the invariant it broke.
# Usage: tests/simulation/bugs.sh FOLDER_OF_PROGRAMS
set -uo pipefail
programs=${1:?folder of the programs}
patches=$(dirname "$0")/bugs
seeds=${SEEDS:-500} days=${DAYS:-10}

hunt() {
    local name=$1 found
    found=$("$programs/simulate-$name" --runs "$2" --days "$3" --jobs 1 --show 1 2>&1 |
            sed -n 's/^seed \([0-9]*\) broke: \([^:]*\):.*/\1|\2/p' | head -n 1)
    printf '%-36s %6s  %s\n' "$name" "${found%%|*}" "${found##*|}"
    [ -n "$found" ] || { echo "$name is not caught within $2 seeds"; exit 1; }
}
export -f hunt
export programs

printf '%-36s %6s  %s\n' 'deliberate bug' seed 'broken invariant'
find "$patches" -name '*.patch' -printf '%f\n' | sed 's/\.patch$//' | sort |
    xargs -P "$(nproc)" -I{} bash -c "hunt {} $seeds $days"
status=$?
echo
"$programs/simulate" --runs "$seeds" --days "$days" || status=1
exit $status
