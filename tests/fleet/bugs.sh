#!/usr/bin/env bash
# Fails unless each deliberate bug makes the fleet miss what is asked in the scenario that is for it.
# Usage: tests/fleet/bugs.sh FOLDER_OF_PROGRAMS
set -uo pipefail
programs=${1:?folder of the programs}
status=0

while read -r bug scenario; do
    row=$("$programs/fleet-$bug" --machines 20000 --only "$scenario" | tail -n 1)
    if [[ $row == *MISSED ]]; then
        printf '%-28s %s\n' "$bug" "$row"
    else
        echo "$bug is not noticed by \"$scenario\""
        status=1
    fi
done <<'BUGS'
cap-does-not-grow            outage-6h
retry-after-without-jitter   retry-date
search-that-hurries          poison-500
BUGS
exit $status
