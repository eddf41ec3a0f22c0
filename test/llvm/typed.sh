#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# typed.sh - typed functions by LLVM at level 1, where traps are exact: a fixed part of the specification's tests, random
# modules and random functions against the interpreter and the evaluator. test/long/llvm_typed.sh has all of it.
. "$(dirname "$0")/../lib.sh"
"$bin/supervm" engines | grep -q '^llvm' || skip "built without LLVM"
dir=$suites/wasm
if [ -d "$dir" ] && [ -x "$bin/supervm-spectest" ]; then
    part "the specification's tests" "$bin/supervm-spectest" --engine llvm-fast \
        "$dir"/core/{call_indirect,br_table,memory_trap,float_exprs,conversions,return_call,return_call_indirect,table_grow}.json \
        "$dir"/exceptions/*.json "$dir"/proposal-threads/atomic.json "$dir"/multi-memory/{load,memory_grow}*.json \
        "$dir"/memory64/memory_trap64.json "$dir"/simd/simd_{lane,load_splat,i8x16_arith2,f32x4_pmin_pmax}.json
else
    echo "the specification's tests are not run: no suite at $dir, or built without cJSON"
fi
part "random modules" "$bin/supervm-wasmdiff" --engine interp --engine llvm-fast --first 1 --count 12
[ ! -x "$bin/unit-engine_typed_random" ] || ok "random functions" env SVM_ENGINE=llvm-fast "$bin/unit-engine_typed_random" 60
# what instances begin as is taken from their functions, which a hit of the cache does not need
for from in compiled cache; do
    [ ! -x "$bin/unit-typed_image" ] || ok "images of instances, $from" env SVM_ENGINE=llvm "$bin/unit-typed_image"
done
finish
