#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ahead.sh - all of what test/ahead/corpora.sh runs a part of.
. "$(dirname "$0")/../lib.sh"
[ -e "$build/lib/supervm/libsupervm-llvm.so" ] || skip "a build without LLVM"
for dir in isa hostile format; do
    part "$dir" "$bin/supervm-t" --engine ahead "$root/test/$dir"
    part "$dir, of what is proven" "$bin/supervm-t" --engine ahead --guarded "$root/test/$dir"
done
[ ! -d "$suites/bpf_conformance/tests" ] ||
    part "conformance" "$bin/supervm-suite-bpf" --engine ahead "$suites/bpf_conformance/tests"
if [ -d "$suites/ebpf-samples" ] && [ -x "$bin/supervm-run-samples" ]; then
    for guarded in "" --guarded; do # shellcheck disable=SC2086
        part "programs of real projects $guarded" "$bin/supervm-run-samples" --engine ahead-object $guarded \
            --expect "$root/test/samples-run.expect" "$suites/ebpf-samples"
    done
fi
if [ -d "$suites/wasm" ] && [ -x "$bin/supervm-spectest" ]; then
    for file in "$suites"/wasm/{core,simd,bulk-memory,memory64,multi-memory,exceptions,relaxed-simd,proposal-threads}/*.json; do
        part "$(basename "$file")" "$bin/supervm-spectest" --engine ahead "$file"
    done
fi
part "random modules" "$bin/supervm-wasmdiff" --engine interp --engine ahead-object --first 2000 --count 500
part "random programs, of what is proven" "$bin/supervm-checkfuzz" --no-kernel --engine ahead-object --first 3000 --count 10000 \
    "$root/test/check" "$build/bpf" "$build/bench"
export SVM_ENGINE=ahead-object
[ ! -x "$bin/unit-engine_random" ] || ok "random programs" "$bin/unit-engine_random" 2000 1000
[ ! -x "$bin/unit-engine_typed_random" ] || ok "random functions" "$bin/unit-engine_typed_random" 5000 1000
unset SVM_ENGINE
if [ -d "$suites/wasi" ] && command -v python3 >/dev/null; then
    for kind in shared exe; do
        SVM_AHEAD=$kind part "WASI, $kind" bash "$root/test/suite_wasi.sh"
    done
fi
ls "$build"/bench/*.o >/dev/null 2>&1 &&
    part "budgets" "$bin/supervm-budgets" --engine interp --engine ahead-object -n 400 "$build"/bench/*.o
finish
