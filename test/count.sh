#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# count.sh NAME COMMAND... - runs one test and keeps what it counted.
# in:  the output of COMMAND: its last "N passed, N failed", or cmocka's own lines; neither: it is one test
# out: $SVM_BUILD/counts/NAME: "passed failed skipped", and a reason where some were skipped
# A test that is killed, or never started, leaves "0 1 0".
set -u
name=$1
shift
counts=${SVM_BUILD:-build}/counts
mkdir -p "$counts"
echo "0 1 0" >"$counts/$name"
out=$counts/$name.log

"$@" 2>&1 | tee "$out"
status=${PIPESTATUS[0]}

# Nothing counted, and the last word is that it was skipped.
if [ "$status" = 0 ] && ! grep -qE '[0-9]+ passed' "$out" && tail -n 1 "$out" | grep -q 'skipped:'; then status=77; fi
if [ "$status" = 77 ]; then
    printf '0 0 1\n%s\n' "$(tail -n 1 "$out" | sed 's/^.*skipped: *//')" >"$counts/$name"
    exit 77
fi
read -r passed failed skipped < <(awk '
    # the number before each word of the last line of counts
    /[0-9]+ passed, [0-9]+ failed/ { for (i = 1; i < NF; i++) { w = $(i + 1); sub(/,$/, "", w); n[w] = $i } mine = 1 }
    /^\[  PASSED  \] [0-9]+ test/  { cmocka["passed"] += $4; seen = 1 }
    /^\[  FAILED  \] [0-9]+ test/  { cmocka["failed"] += $4; seen = 1 }
    /^\[  SKIPPED \] [0-9]+ test/  { cmocka["skipped"] += $4 }
    END {
        if (mine) print n["passed"] + 0, n["failed"] + 0, n["skipped"] + 0
        else if (seen) print cmocka["passed"] + 0, cmocka["failed"] + 0, cmocka["skipped"] + 0
        else print -1, -1, 0
    }' "$out")
if [ "$passed" -lt 0 ]; then
    [ "$status" = 0 ] && passed=1 failed=0 || passed=0 failed=1
fi
[ "$status" != 0 ] && [ "$failed" = 0 ] && failed=1
{
    echo "$passed $failed $skipped"
    grep -m 1 '^.*skipped:' "$out"
} >"$counts/$name"
[ "$failed" = 0 ]
