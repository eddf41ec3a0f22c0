#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# summary.sh COUNTS... - adds up what test/count.sh kept, in one or more folders.
# Says what was skipped and why, what failed, and ends with 'N passed, N failed' alone on a line.
# Exit status 1 where anything failed or nothing ran.
set -u
passed=0 failed=0
for folder in "$@"; do
    for file in "$folder"/*; do
        [ -f "$file" ] || continue
        case $file in *.log) continue ;; esac
        { read -r p f s; read -r why; } <"$file"
        passed=$((passed + p)) failed=$((failed + f))
        [ "$s" = 0 ] || echo "skipped: ${file##*/}: $s test(s): ${why#skipped: }"
        [ "$f" = 0 ] || echo "failed:  ${file##*/}: $f of $((p + f)) (see $file.log)"
    done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
