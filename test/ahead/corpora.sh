#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# corpora.sh - programs of every kind, compiled before they run: .t files, the conformance suite, specification tests, WASI's
# suite, random programs and modules, budgets, as shared libraries, objects and executables. A fixed part of each; make test-all runs
# all of them (test/long/ahead.sh).
. "$(dirname "$0")/../lib.sh"
[ -e "$build/lib/supervm/libsupervm-llvm.so" ] || skip "a build without LLVM"
part "isa" "$bin/supervm-t" --engine ahead-object "$root/test/isa"
part "isa, as libraries" "$bin/supervm-t" --engine ahead "$root"/test/isa/[a-b]*.t
part "format" "$bin/supervm-t" --engine ahead "$root/test/format"
part "hostile" "$bin/supervm-t" --engine ahead-object "$root/test/hostile"
part "hostile, of what is proven" "$bin/supervm-t" --engine ahead-object --guarded "$root"/test/hostile/[a-c]*.t
[ ! -d "$suites/bpf_conformance/tests" ] ||
    part "conformance" "$bin/supervm-suite-bpf" --engine ahead-object "$suites/bpf_conformance/tests"
if [ -d "$suites/wasm" ] && [ -x "$bin/supervm-spectest" ]; then
    for name in core/{fac,i32,i64,call_indirect,memory_trap,float_memory,elem,switch} simd/{simd_load64_lane,simd_splat} \
        exceptions/throw memory64/float_memory64 bulk-memory/memory_fill multi-memory/load1; do
        file=$suites/wasm/$name.json
        [ ! -f "$file" ] || part "$name" "$bin/supervm-spectest" --engine ahead-object "$file"
    done
    part "as a library" "$bin/supervm-spectest" --engine ahead "$suites/wasm/core/call_indirect.json"
fi
part "random modules" "$bin/supervm-wasmdiff" --engine interp --engine ahead-object --first 1 --count 12
part "random programs, of what is proven" "$bin/supervm-checkfuzz" --no-kernel --engine ahead-object --count 300 "$root/test/check"
export SVM_ENGINE=ahead-object
[ ! -x "$bin/unit-engine_random" ] || ok "random programs" "$bin/unit-engine_random" 60
[ ! -x "$bin/unit-engine_typed_random" ] || ok "random functions" "$bin/unit-engine_typed_random" 100
unset SVM_ENGINE
if [ -d "$suites/wasi" ] && command -v python3 >/dev/null; then
    SVM_WASI_ONLY="args_get fopen pwrite-with-append" SVM_AHEAD=shared part "WASI, libraries" bash "$root/test/suite_wasi.sh"
    SVM_WASI_ONLY="proc_exit environ_get" SVM_AHEAD=exe part "WASI, executables" bash "$root/test/suite_wasi.sh"
fi
for object in "$build"/bench/{checksum,hash_map,calls}.o; do
    [ ! -f "$object" ] || part "budgets of ${object##*/}" "$bin/supervm-budgets" --engine interp --engine ahead-object -n 60 "$object"
done
finish
