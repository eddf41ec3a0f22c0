#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ebpf.sh - eBPF by LLVM: the .t files at each level, also with what the checker proves, the conformance suite, random programs
# against the evaluator, the tests of the interfaces for hosts, and that what is kept on disk does the same. test/long/llvm_ebpf.sh
# has the rest.
. "$(dirname "$0")/../lib.sh"
"$bin/supervm" engines | grep -q '^llvm' || skip "built without LLVM"
export XDG_CACHE_HOME=$tmp/cache
for folder in isa hostile format; do
    part "$folder, level 1" "$bin/supervm-t" --engine llvm-fast "$root/test/$folder"
    part "$folder" "$bin/supervm-t" --engine llvm "$root/test/$folder"
    part "$folder, guarded" "$bin/supervm-t" --engine llvm --guarded "$root/test/$folder"
done
part "isa, out of .svm files" "$bin/supervm-t" --saved --engine llvm-fast "$root/test/isa"
dir=$suites/bpf_conformance/tests
[ ! -d "$dir" ] || part "conformance" "$bin/supervm-suite-bpf" --engine llvm-fast "$dir"
[ ! -x "$bin/unit-engine_random" ] || ok "random programs" env SVM_ENGINE=llvm "$bin/unit-engine_random" 300
[ ! -x "$bin/unit-engine_rows" ] || ok "rows" env SVM_ENGINE=llvm "$bin/unit-engine_rows" 20
for unit in "$bin"/unit-{api_run,api_helpers,api_contexts,api_hooks,api_verify,ebpf_vm_run,rt_run,typed_calls,typed_exceptions,typed_link,typed_signals}; do
    [ ! -x "$unit" ] || ok "${unit##*/}" env SVM_ENGINE=llvm "$unit"
done

# straight code that is cut in pieces, alone and as the body of a loop
mixed() { # rows
    awk -v n="$1" 'BEGIN { x = 1; for (k = 0; k < n; k++) { x = (x * 1103515245 + 12345) % 2147483648; a = int(x / 65536) % 5; b = int(x / 1024) % 5
        printf "xor r%d, r5\nadd r%d, r%d\nmul r%d, %d\nadd r5, r%d\n", a, b, a, b, x % 500000 * 2 + 1, a } }'
}
for rounds in 1 3; do
    { printf 'ldxdw r5, [r1]\nmov r7, %d\nmov r0, 1\nmov r1, 2\nmov r2, 3\nmov r3, 4\nmov r4, 5\nagain:\n' $rounds
      mixed 1500
      printf 'sub r7, 1\njne r7, 0, again\nexit\n'; } >"$tmp/long.asm"
    want=$("$bin/supervm" run --engine interp --mem 0123456789abcdef "$tmp/long.asm")
    for level in 1 2; do
        equal "straight code, $rounds rounds, level $level" "$want" "$("$bin/supervm" run --engine llvm --opt $level --cache none --mem 0123456789abcdef "$tmp/long.asm")"
    done
done

# the second run of one program comes out of the cache; a broken file of it is as if it were not there
object=$build/bpf/filter.bpf.o
if [ -f "$object" ]; then
    run() { SUPERVM_LOG=info "$bin/supervm" run --engine llvm --mem 00112233445566778899aabbccddeeff "$@" "$object" >"$tmp/said" 2>"$tmp/log"; }
    rm -rf "$XDG_CACHE_HOME"
    mkdir "$XDG_CACHE_HOME"
    run
    equal "compiled" "0x0 drop" "$(cat "$tmp/said")"
    ok "it was compiled" grep -q 'compiled by LLVM' "$tmp/log"
    run
    equal "out of the cache" "0x0 drop" "$(cat "$tmp/said")"
    ok "it was there" grep -q 'from the cache' "$tmp/log"
    ok "its folder is the user's alone" test "$(stat -c %a "$XDG_CACHE_HOME/supervm")" = 700
    ok "its files too" test "$(stat -c %a "$XDG_CACHE_HOME/supervm"/* | sort -u)" = 600
    for file in "$XDG_CACHE_HOME/supervm"/*; do
        printf x | dd of="$file" bs=1 seek=500 conv=notrunc 2>/dev/null
    done
    run
    equal "a broken file" "0x0 drop" "$(cat "$tmp/said")"
    ok "it was compiled again" grep -q 'compiled by LLVM' "$tmp/log"
    run --opt 1
    ok "another level is another file" grep -q 'compiled by LLVM' "$tmp/log"
    run --cache none
    ok "--cache none" grep -q 'compiled by LLVM' "$tmp/log"
    run --dump-ir before --time-passes
    ok "--dump-ir" grep -q '^define ' "$tmp/log"
    ok "--time-passes" grep -q 'passes of LLVM .* ms' "$tmp/log"
    run --harden
    equal "--harden" "0x0 drop" "$(cat "$tmp/said")"
    ok "it is another file" grep -q 'compiled by LLVM' "$tmp/log"
    run --harden
    ok "that is kept too" grep -q 'from the cache' "$tmp/log"
    not run --cache relative
    ok "--cache wants a whole path" grep -q 'absolute' "$tmp/log"
fi
finish
