#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# fuzz.sh SECONDS - each fuzz target for so long under ASan and UBSan, with libFuzzer where clang has it.
# New inputs are kept in build-fuzz/corpus; an input that fails is left as build-fuzz/crash-*.
set -u
cd "$(dirname "$0")/.." || exit 1
seconds=${1:-60}
dir=build-fuzz
fuzzer=OFF
for cc in clang-19 clang; do
    if echo 'int LLVMFuzzerTestOneInput(const char *p, long n) { return !p && n; }' |
        "$cc" -x c - -fsanitize=fuzzer,address -o /dev/null 2>/dev/null; then
        fuzzer=ON
        break
    fi
done
[ $fuzzer = ON ] || { cc=gcc; echo "no libFuzzer here: using the stand-alone driver"; }
CC=$cc tools/build.sh $dir -DSVM_SANITIZE=address,undefined -DSVM_LIBFUZZER=$fuzzer -DCMAKE_BUILD_TYPE=RelWithDebInfo || exit 1
failed=0 passed=0
for target in "$dir"/bin/fuzz_*; do
    name=${target##*/fuzz_}
    mkdir -p "$dir/corpus/$name"
    seeds=()
    for s in "fuzz/corpus/$name" $([ "$name" = elf ] && echo "$dir/bpf"); do [ -d "$s" ] && seeds+=("$s"); done
    echo "fuzzing $name for $seconds s"
    log=$dir/fuzz-$name.log
    if "$target" -max_total_time="$seconds" -artifact_prefix="$dir/" -timeout=25 -print_final_stats=1 \
        "$dir/corpus/$name" "${seeds[@]}" >"$log" 2>&1; then
        passed=$((passed + 1))
        grep -E 'stat::number_of_executed_units|inputs,' "$log" | sed 's/^/    /'
    else
        failed=$((failed + 1))
        tail -n 40 "$log"
    fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
