#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# start_order.sh [BUILD] - writes cmake/start.ld anew: the functions that a short WebAssembly process runs.
# in:  BUILD/bin/supervm, static (cmake/static.cmake); BUILD/wasm/hello.wasm
# out: cmake/start.ld, which the linker takes when the command is linked next
# A name that is in no object any more does no harm, nor one that is missing: they are pages touched, not what runs.
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
steps=$(mktemp -d)
trap 'rm -rf "$steps"' EXIT
for engine in interp jit; do
    "$build/bin/supervm-steps" "$build/bin/supervm" run --engine $engine "$build/wasm/hello.wasm" 3>"$steps/$engine" >/dev/null
done
# The C library's functions do not stand in sections of their own.
find "$build" -name '*.o' -path '*supervm*objects.dir/src/*' -exec nm {} + | awk '$2 ~ /^[tT]$/ { print $3 }' | sort -u >"$steps/ours"
nm "$build/bin/supervm" | awk '$2 ~ /^[tTwW]$/ { print $1, $3 }' | sort >"$steps/symbols"
{
    sed -n '/^SECTIONS/q;p' cmake/start.ld
    echo 'SECTIONS {'
    echo '    .text.start : {'
    cat "$steps/interp" "$steps/jit" | awk -v symbols="$steps/symbols" -v ours="$steps/ours" '
        function number(hex,    i, n) {
            for (i = 1; i <= length(hex); i++)
                n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
            return n
        }
        BEGIN {
            while ((getline line <ours) > 0)
                is_ours[line] = 1
            while ((getline line <symbols) > 0) {
                split(line, part, " ")
                at[++n] = number(part[1])
                name[n] = part[2]
            }
        }
        {
            offset = number($1)
            low = 1
            high = n
            while (low < high) {
                middle = int((low + high + 1) / 2)
                if (at[middle] <= offset) low = middle; else high = middle - 1
            }
            f = name[low]
            if (!is_ours[f])
                next
            sub(/\..*/, "", f)
            if (!seen[f]++)
                print "        *(.text." f " .text." f ".*)"
        }'
    echo '    }'
    echo '} INSERT BEFORE .text;'
} >"$steps/start.ld"
mv "$steps/start.ld" cmake/start.ld
echo "cmake/start.ld: $(grep -c '^        ' cmake/start.ld) functions"
