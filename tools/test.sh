#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# test.sh BUILD [all] - runs the tests of a build folder through ctest; ends with 'N passed, N failed'.
# all: those labelled "long" too. SVM_TESTS_MATCH: only tests whose names match this expression.
set -u
cd "$(dirname "$0")/.." || exit 1
build=$1
long=(-LE long)
[ "${2:-}" = all ] && long=()
[ -n "${SVM_TESTS_MATCH:-}" ] && long+=(-R "$SVM_TESTS_MATCH")

rm -rf "$build/counts"
# A test that ctest cannot even start must not be forgotten: each begins as failed.
mkdir -p "$build/counts"
for name in $(ctest --test-dir "$build" -N "${long[@]}" | awk '/^ *Test +#/ { print $3 }'); do
    echo "0 1 0" >"$build/counts/$name"
done
ctest --test-dir "$build" "${long[@]}" -j "${JOBS:-$(nproc)}" --output-on-failure
echo
tools/summary.sh "$build/counts"
