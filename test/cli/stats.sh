#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# stats.sh - "supervm run --stats": each operation that a program does with a map is counted once, for that map.
. "$(dirname "$0")/../lib.sh"
svm=$bin/supervm
[ -n "$clang" ] || skip "no clang for BPF"
cat >"$tmp/ops.bpf.c" <<'C'
#include "bpf.h"
#define MAP(name, kind, k, v, n) struct { __uint(type, kind); __uint(max_entries, n); __type(key, k); __type(value, v); } name SEC(".maps")
#define LIST(name, kind, n) struct { __uint(type, kind); __uint(max_entries, n); __uint(value_size, 4); } name SEC(".maps")
struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, u32); } inside SEC(".maps");
struct { __uint(type, 12); __uint(max_entries, 1); __type(key, u32); __array(values, struct inner); } outer SEC(".maps") = {.values = {&inside}};
MAP(array, BPF_MAP_TYPE_ARRAY, u32, u64, 2);
MAP(hash, BPF_MAP_TYPE_HASH, u32, u64, 2);
MAP(unused, BPF_MAP_TYPE_HASH, u32, u64, 2);
LIST(queue, 22, 1);
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(".maps");
char text[1500];
int next_one(struct xdp_md *ctx);
struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 2); __uint(key_size, 4); __array(values, int(void *)); }
    jump SEC(".maps") = {.values = {[1] = (void *)&next_one}};
static long (*const push)(void *, const void *, u64) = (void *)87;
static long (*const pop)(void *, void *) = (void *)88;
static long (*const peek)(void *, void *) = (void *)89;
static long (*const output)(void *, void *, u64, u64) = (void *)130;

SEC("xdp") int next_one(struct xdp_md *ctx) { (void)ctx; return XDP_DROP; }
SEC("xdp") int ops(struct xdp_md *ctx) {
    u32 k = 0, far = 9, v;
    u64 big = 1, *p;
    if ((p = bpf_map_lookup_elem(&array, &k))) ++*p;
    bpf_map_lookup_elem(&array, &far);
    bpf_map_update_elem(&array, &far, &big, BPF_ANY);
    bpf_map_update_elem(&hash, &k, &big, BPF_ANY);
    bpf_map_update_elem(&hash, &k, &big, BPF_NOEXIST);
    bpf_map_lookup_elem(&hash, &k);
    bpf_map_delete_elem(&hash, &k);
    bpf_map_delete_elem(&hash, &k);
    bpf_map_lookup_elem(&hash, &k);
    push(&queue, &k, 0);
    push(&queue, &k, 0);
    peek(&queue, &v);
    pop(&queue, &v);
    pop(&queue, &v);
    peek(&queue, &v);
    for (int i = 0; i < 3; i++)
        output(&ring, text, sizeof text, 0);
    void *in = bpf_map_lookup_elem(&outer, &k);
    if (in) {
        bpf_map_lookup_elem(in, &k);
        bpf_map_lookup_elem(in, &far);
    }
    bpf_tail_call(ctx, &jump, 0);
    bpf_tail_call(ctx, &jump, 1);
    return XDP_PASS;
}
char LICENSE[] SEC("license") = "GPL";
C
ok "compiles" "$clang" -O2 -target bpf -mcpu=v3 -I "$root/examples/bpf" -g -c "$tmp/ops.bpf.c" -o "$tmp/ops.o"
run() { "$svm" run "$tmp/ops.o" --prog ops --mem 00 "$@"; }
run --repeat 10 --stats --json >"$tmp/json" || finish
get() { python3 -c 'import json,sys
d=json.load(open(sys.argv[1]))["stats"]
for k in sys.argv[2].split("/"): d=d[k]
print(*(d.values() if type(d) is dict else [d]))' "$tmp/json" "$1"; }
# lookups misses updates deletes failed lost
equal "array" "20 10 0 0 10 0" "$(get maps/array)"
equal "hash" "20 10 10 10 20 0" "$(get maps/hash)"
equal "queue" "20 10 10 10 20 0" "$(get maps/queue)"
equal "a ring: room for two, and read after the last run" "0 0 2 0 0 28" "$(get maps/ring)"
equal "the map of maps" "10 0 0 0 0 0" "$(get maps/outer)"
equal "inner maps" "20 10 0 0 0 0" "$(get maps/)"
equal "not used" "0 0 0 0 0 0" "$(get maps/unused)"
equal "look-ups of all maps" 90 "$(get lookups)"
equal "misses" 40 "$(get misses)"
equal "tail calls that were taken" 10 "$(get tail_calls)"
equal "events lost" 28 "$(get lost)"
equal "runs" 10 "$(get runs)"
equal "instructions, as the run counts them" "$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["insns"] * 10)' "$tmp/json")" "$(get insns)"
equal "without it there are none" 0 "$(run --json | grep -c '"stats"')"
run --stats >"$tmp/text"
ok "text: hash" grep -qE '^hash +2 +1 +1 +1 +2 +0$' "$tmp/text"
ok "text: inner maps" grep -qE '^\(others\) +2 +1 +0 +0 +0 +0$' "$tmp/text"
ok "text: times" grep -qE '^  each +[0-9.,]+  half within [0-9,]+, 99% within [0-9,]+, the longest [0-9,]+$' "$tmp/text"
not_there() { ! grep -q unused "$1"; }
ok "text: not what was not used" not_there "$tmp/text"
if [ "${SVM_PCAP:-TRUE}" = TRUE ]; then
    "$svm" run "$build/bpf/flows.bpf.o" --pcap "$root/examples/data/demo.pcap" --workers 3 --stats --json >"$tmp/json"
    equal "several workers add up" "2870 2870" "$(get runs) $(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["packets"])' "$tmp/json")"
    ok "as many look-ups as flows need" test "$(get maps/flows | cut -d' ' -f1)" -gt 2000
fi
finish
