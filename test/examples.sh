#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# examples.sh - the programs that embed the library, each run from the root of the tree; where the head of
# the source says what it prints ("prints: ..." to the end of the comment), it must print that.
. "$(dirname "$0")/lib.sh"
export SVM_BUILD=$build
cd "$root" || exit 1
for source in examples/*.c; do
    name=$(basename "$source" .c)
    ok "$name" "$bin/example-$name"
    wanted=$(awk '/prints:/ { sub(/^.*prints: */, ""); on = 1 } on { last = /\*\//; sub(/ *\*\/.*/, ""); sub(/^ \* +/, ""); print } on && last { exit }' "$source")
    [ -z "$wanted" ] || equal "$name prints" "$wanted" "$(cat "$tmp/out")"
done
finish
