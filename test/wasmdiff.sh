#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# wasmdiff.sh - random WebAssembly modules in every engine, out of .svm files, and in V8 where there is a node.
# SVM_WASMDIFF_FIRST, SVM_WASMDIFF_COUNT: which seeds; the same each time.
. "$(dirname "$0")/lib.sh"
tool=$bin/supervm-wasmdiff
counted() { # description, command...: takes over the "N passed, N failed" at the end
    local what=$1 p f
    shift
    "$@" >"$tmp/out" 2>&1
    read -r p f < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2/p' "$tmp/out" | tail -n 1)
    passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
    [ "${f:-1}" = 0 ] || { echo "FAIL $what"; tail -n 20 "$tmp/out"; }
}
mkdir "$tmp/modules"
counted "our engines" "$tool" --first "${SVM_WASMDIFF_FIRST:-1}" --count "${SVM_WASMDIFF_COUNT:-250}" --write "$tmp/modules"
if command -v node >/dev/null && node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)'; then
    counted "V8" node "$root/test/tools/wasmdiff.js" "$tmp/modules"
else
    echo "V8 is not asked: no node of version 20 or later"
fi
finish
