#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# inline.sh - what LLVM's code does in place of calls, seen in its form of a program behind all passes: no call is left. What
# it computes, test/isa/helpers_in_place.t and test/format/{constant_data,tail_call_own}.t hold against every engine.
. "$(dirname "$0")/../lib.sh"
"$bin/supervm" engines | grep -q '^llvm' || skip "built without LLVM"
[ -n "$clang" ] || skip "no clang for BPF"
export XDG_CACHE_HOME=$tmp/cache

# A program of C, at a level; its text goes to $tmp/text
compile() { # level, C
    printf '#include "bpf.h"\n%s\n' "$2" >"$tmp/p.c"
    "$clang" -O2 -g -target bpf -mcpu=v3 -I "$root/examples/bpf" -c "$tmp/p.c" -o "$tmp/p.o" &&
        "$bin/supervm" compile -O "$1" "$tmp/p.o" -o "$tmp/p.ll" && grep -v '^declare\|^attributes' "$tmp/p.ll" >"$tmp/text" ||
        echo 'call i64 %it does not compile' >"$tmp/text"
}
map() { printf 'struct { __uint(type, %s); __uint(max_entries, 64); __type(key, %s); __type(value, u64); } m SEC(".maps");' "$1" "$2"; }
lookup='SEC("xdp") u64 f(struct xdp_md *ctx) { KEY k = ctx->ingress_ifindex; u64 *v = bpf_map_lookup_elem(&m, &k); return v ? *v : 0; }'

for level in 1 2; do
    compile $level "$(map BPF_MAP_TYPE_PERCPU_ARRAY u32) ${lookup/KEY/u32}"
    ok "-O$level: an entry of a per-CPU array" not grep -q 'call i64 %' "$tmp/text"
    compile $level "$(map BPF_MAP_TYPE_ARRAY u32) ${lookup/KEY/u32}"
    ok "-O$level: an entry of an array" not grep -q 'call i64 %' "$tmp/text"
    compile $level "$(map BPF_MAP_TYPE_HASH u64) ${lookup/KEY/u64}"
    ok "-O$level: a hash's chain is walked" grep -q 'mul .*i128' "$tmp/text"
    walks=$(grep -c '%bucket[0-9]* = ' "$tmp/text") # level 2: also in the copy of the function that a run begins in
    ok "-O$level: in line ($walks)" test "$walks" -gt 0
    equal "-O$level: and its function is there for the rest of each" "$walks" "$(grep -c 'call i64 %' "$tmp/text")"
    compile $level 'static u32 (*bpf_get_smp)(void) = (void *)8; SEC("xdp") int f(void *ctx) { return bpf_get_smp(); }'
    ok "-O$level: the processor's number" not grep -q 'call i64 %' "$tmp/text"
    compile $level 'static u32 (*bpf_get_random)(void) = (void *)7; SEC("xdp") int f(void *ctx) { return bpf_get_random(); }'
    ok "-O$level: random numbers" grep -q 'mul i64 .*2685821657736338717' "$tmp/text"
    equal "-O$level: but for the first one" "$(grep -c '^seed[0-9]*:' "$tmp/text")" "$(grep -c 'call i64 %' "$tmp/text")"
    compile $level 'static s64 (*csum_diff)(void *, u32, void *, u32, u32) = (void *)28;
        SEC("xdp") int f(struct xdp_md *c) { u32 a[2] = {c->ingress_ifindex, 3}, b[2] = {c->rx_queue_index, 7}; return csum_diff(a, 8, b, 8, 0); }'
    ok "-O$level: a checksum of what is in the frame" not grep -q 'call i64 %' "$tmp/text"
    compile $level 'const volatile u64 wide = 0x1122334455667788; SEC("xdp") u64 f(void *ctx) { return wide; }'
    ok "-O$level: a constant variable" grep -q 'ret i64 1234605616436508552' "$tmp/text"
    compile $level 'int f(struct xdp_md *c); struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 2); __type(key, u32);
        __array(values, int(struct xdp_md *)); } j SEC(".maps") = {.values = {[1] = &f}};
        SEC("xdp") int f(struct xdp_md *c) { bpf_tail_call(c, &j, 1); return 2; }'
    ok "-O$level: a tail call" grep -q 'musttail call i64 %' "$tmp/text"
done
ok "a tail call on a machine where LLVM may not jump" "$bin/supervm" compile --target powerpc64le-linux-gnu "$tmp/p.o" -o "$tmp/p.s"

# Threads look up what others replace and delete: whoever finds a value finds that of its key.
if [ "${SVM_PCAP:-TRUE}" = TRUE ]; then
    cat >"$tmp/p.c" <<'EOF'
#include "bpf.h"
struct two { u64 key, round; };
static u32 (*const random)(void) = (void *)7;
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64); __type(key, u64); __type(value, struct two); } m SEC(".maps");
u64 broken, found, missed;
SEC("xdp") int prog(struct xdp_md *ctx) {
    u64 x = random();
    for (u32 i = 0; i < 200; i++) {
        x = x * 6364136223846793005ull + 1442695040888963407ull;
        u64 key = x >> 58;
        struct two *v, put = {key * 7, i};
        if (x >> 40 & 15) {
            v = bpf_map_lookup_elem(&m, &key);
            __sync_fetch_and_add(!v ? &missed : v->key == key * 7 ? &found : &broken, 1);
        } else if (x >> 50 & 1) {
            bpf_map_update_elem(&m, &key, &put, 0);
        } else {
            bpf_map_delete_elem(&m, &key);
        }
    }
    return XDP_PASS;
}
char LICENSE[] SEC("license") = "GPL";
EOF
    ok "threads: compiles" "$clang" -O2 -g -target bpf -mcpu=v3 -I "$root/examples/bpf" -c "$tmp/p.c" -o "$tmp/p.o"
    "$bin/supervm" run --engine llvm --workers 4 --repeat 4 --pcap "$root/examples/data/demo.pcap" --json "$tmp/p.o" >"$tmp/json"
    ok "threads: no value of another key" grep -q '"broken": *0\b' "$tmp/json"
    ok "threads: some were found" grep -q '"found": *[1-9]' "$tmp/json"
fi
finish
