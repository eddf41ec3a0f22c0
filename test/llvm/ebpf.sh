#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ebpf.sh - eBPF by LLVM: the .t files and the conformance suite at level 1, random programs against the evaluator, the tests of the
# interfaces for hosts, and that what is kept on disk does the same. test/long/llvm_ebpf.sh has the rest.
. "$(dirname "$0")/../lib.sh"
"$bin/supervm" engines | grep -q '^llvm' || skip "built without LLVM"
export XDG_CACHE_HOME=$tmp/cache
for folder in isa hostile format; do
    part "$folder" "$bin/supervm-t" --engine llvm-fast "$root/test/$folder"
done
part "isa, out of .svm files" "$bin/supervm-t" --saved --engine llvm-fast "$root/test/isa"
dir=$suites/bpf_conformance/tests
[ ! -d "$dir" ] || part "conformance" "$bin/supervm-suite-bpf" --engine llvm-fast "$dir"
[ ! -x "$bin/unit-engine_random" ] || ok "random programs" env SVM_ENGINE=llvm "$bin/unit-engine_random" 300
[ ! -x "$bin/unit-engine_rows" ] || ok "rows" env SVM_ENGINE=llvm "$bin/unit-engine_rows" 20
for unit in "$bin"/unit-{api_run,api_helpers,api_contexts,api_hooks,api_verify,ebpf_vm_run,rt_run,typed_calls,typed_exceptions,typed_link,typed_signals}; do
    [ ! -x "$unit" ] || ok "${unit##*/}" env SVM_ENGINE=llvm "$unit"
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
    not run --harden
    ok "--harden is not for this engine" grep -q 'does not harden' "$tmp/log"
    not run --cache relative
    ok "--cache wants a whole path" grep -q 'absolute' "$tmp/log"
fi
finish
