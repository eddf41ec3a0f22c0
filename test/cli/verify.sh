#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# verify.sh - "supervm verify": verdicts, messages, JSON, exit statuses; and run --verify.
. "$(dirname "$0")/../lib.sh"
svm=$bin/supervm
bpf=$build/bpf
status() { "$@" >"$tmp/o" 2>"$tmp/e"; echo $?; }
key() { python3 -c 'import json,sys; d=json.load(open(sys.argv[1]))["programs"]; print(d[int(sys.argv[2])][sys.argv[3]])' "$tmp/json" "$1" "$2"; }

# --- a program that is safe, one that is not ---
printf 'stdw [r10-8], 7\nldxdw r0, [r10-8]\nexit\n' >"$tmp/safe.asm"
printf 'mov r1, 64\nldxdw r0, [r1]\nexit\n' >"$tmp/wild.asm"
equal "accepted" 0 "$(status "$svm" verify "$tmp/safe.asm")"
ok "says so" grep -q '^accepted .*: 3 instructions, accesses proven: 2 of 2' "$tmp/o"
equal "rejected" 2 "$(status "$svm" verify "$tmp/wild.asm")"
ok "what it is, and its word" grep -q '^error: read of 8 bytes at an address that is a number \[not-a-pointer\]' "$tmp/o"
ok "where" grep -qE -- '--> .*wild.asm:2.*, insn 1$' "$tmp/o"
ok "the instruction" grep -q '= r0 = \*(u64 \*)(r1 + 0x0)' "$tmp/o"
ok "what is known" grep -q '= r1 = 64' "$tmp/o"
ok "how it came there" grep -q 'insn 0 .*r1 = 0x40' "$tmp/o"
ok "help" grep -q '= help: ' "$tmp/o"
equal "guarded: told, and well" 0 "$(status "$svm" verify --guarded "$tmp/wild.asm")"
ok "a line each" grep -q '  .*: insn 1 (wild.asm:2): read of 8 bytes at an address that is a number: r1 = 64' "$tmp/o"
equal "no colours in a pipe" 0 "$(grep -c "$(printf '\033')" "$tmp/o")"
equal "which file" 1 "$(status "$svm" verify)"
equal "no such program" 2 "$(status "$svm" verify --prog x "$tmp/safe.asm")"
equal "steps" 1 "$(status "$svm" verify --steps 0 "$tmp/safe.asm")"
ok "states" grep -q 'insn 0.*r10 = ' <("$svm" verify --log "$tmp/safe.asm")

# --- JSON: exactly these ---
"$svm" verify --strict --json "$tmp/wild.asm" >"$tmp/json"
equal "rejected in JSON" 2 $?
equal "one line" 1 "$(wc -l <"$tmp/json")"
equal "its fields" "checks_proven checks_total insn insns line name reason section time_us verdict" \
    "$(python3 -c 'import json,sys; print(*sorted(json.load(open(sys.argv[1]))["programs"][0]))' "$tmp/json")"
equal "verdict" rejected "$(key 0 verdict)"
equal "insn" 1 "$(key 0 insn)"
equal "line" 2 "$(key 0 line)"
equal "insns" 3 "$(key 0 insns)"
equal "checks_total" 1 "$(key 0 checks_total)"
equal "checks_proven" 0 "$(key 0 checks_proven)"
ok "reason" grep -q '"reason":"not-a-pointer: ' "$tmp/json"
"$svm" verify --json "$tmp/safe.asm" >"$tmp/json"
equal "accepted in JSON" "accepted None None None" "$(key 0 verdict) $(key 0 reason) $(key 0 insn) $(key 0 line)"

# --- run ---
equal "strict refuses" 2 "$(status "$svm" run --verify=strict "$tmp/wild.asm")"
ok "and says why" grep -q 'not proven safe: .*insn 1 .*\[not-a-pointer\]' "$tmp/e"
equal "strict runs what is proven" 0x7 "$("$svm" run --verify=strict "$tmp/safe.asm")"
equal "guarded traps" 3 "$(status "$svm" run "$tmp/wild.asm")"
equal "off alone" 1 "$(status "$svm" run --verify=off "$tmp/safe.asm")"
equal "unsafe alone" 1 "$(status "$svm" run --unsafe "$tmp/safe.asm")"
equal "another word" 1 "$(status "$svm" run --verify=maybe "$tmp/safe.asm")"
printf 'r2 = *(u32 *)(r1 + 0x4)\nr1 = *(u32 *)(r1 + 0x0)\nr2 -= r1\nr0 = r2\nexit\n' >"$tmp/len.asm"
for engine in interp jit; do # raw code whose context is named is given that, without checks too
    equal "off, a context, $engine" "0x4 XDP_REDIRECT" "$("$svm" run --engine $engine --verify=off --unsafe --ctx xdp -m 00112233 "$tmp/len.asm")"
done
equal "off and unsafe" 0x7 "$("$svm" run --verify=off --unsafe "$tmp/safe.asm")"
ok "what was proven, in --stats" grep -qE '  proven before +2$' <("$svm" run --stats "$tmp/safe.asm")

# --- C, with its lines ---
if [ -f "$bpf/firewall.bpf.o" ]; then
    equal "our own programs are safe" 0 "$(for f in "$bpf"/*.bpf.o; do
        case $f in *parse_mem* | *request*) continue ;; esac # contexts of hosts, memory of unknown length
        "$svm" verify "$f" >"$tmp/o" 2>&1 || { echo "$f"; cat "$tmp/o"; }
    done | tee "$tmp/all" | wc -l)"
fi
if [ -n "$clang" ]; then
    cat >"$tmp/short.bpf.c" <<'C'
#include "bpf.h"
SEC("xdp")
int drop(struct xdp_md *ctx) {
    unsigned char *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
    if (data + 14 > end)
        return XDP_PASS;
    return data[20] == 6 ? XDP_DROP : XDP_PASS;
}
C
    if "$clang" -g -O2 -target bpf -I "$root/examples/bpf" -c "$tmp/short.bpf.c" -o "$tmp/short.o" 2>"$tmp/e"; then
        equal "a missing bounds check" 2 "$(status "$svm" verify "$tmp/short.o")"
        ok "the source line" grep -q '^ *7 |     return data\[20\] == 6' "$tmp/o"
        ok "the caret under its column" grep -qE '^ +\| {12}\^' "$tmp/o"
        ok "needed and known" grep -q 'packet.*14 bytes checked, 21 needed' "$tmp/o"
        ok "the hint" grep -q 'help: the check before covers less than this access' "$tmp/o"
        equal "guarded runs it" 3 "$(status "$svm" run "$tmp/short.o" --mem 000102030405060708090a0b0c0d0e)"
        equal "as far as the packet goes" 0x1 \
            "$("$svm" run "$tmp/short.o" --mem 0001020304050607080910111213141516171819060000 | cut -d' ' -f1)"
    else
        echo "FAIL clang:"; cat "$tmp/e"; failed=$((failed + 1))
    fi
fi
finish
