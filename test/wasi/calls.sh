#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# calls.sh - the programs of this folder: every call with what it gives and refuses, both ways of resolving paths; calls
# that wait, interrupted; a guest that tries to leave its folder while names in it are swapped.
. "$(dirname "$0")/../lib.sh"
command -v wasm-ld-19 >/dev/null || command -v wasm-ld >/dev/null || skip "no wasm-ld (of lld)"
here=$root/test/wasi
for name in calls waits escape; do
    "$clang" --target=wasm32 -O1 -mbulk-memory -nostdlib -Wall -Wno-unused-result -Wno-missing-braces -Wl,--no-entry \
        "$here/$name.c" -o "$tmp/$name.wasm" 2>"$tmp/cc" || { cat "$tmp/cc"; ok "compiling $name.c" false; }
done
count() { # what, arguments of supervm-wasi behind FILE
    local program=$1 last
    mkdir "$tmp/dir"
    "$bin/supervm-wasi" "$program" "$tmp/$program.wasm" "$tmp/dir" "${@:2}" >"$tmp/out" 2>&1
    last=$(tail -n 1 "$tmp/out")
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
        [ "${BASH_REMATCH[2]}" = 0 ] || { echo "in $*:"; cat "$tmp/out"; }
    else
        failed=$((failed + 1))
        echo "FAIL $*: it ended early"
        cat "$tmp/out"
    fi
    rm -rf "$tmp/dir"
}
count calls
count calls walk
count waits
count escape "${SVM_ESCAPE_MS:-1000}"
count escape "${SVM_ESCAPE_MS:-1000}" walk
finish
