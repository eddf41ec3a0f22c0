#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# workers.sh - "supervm run --workers": whatever their number, the verdicts, the maps and the packets written
# are those of one thread; and pcapng out, which must come in again as the same packets.
. "$(dirname "$0")/../lib.sh"
svm=$bin/supervm
data=$root/examples/data
bpf=$build/bpf
[ "${SVM_PCAP:-TRUE}" = TRUE ] || skip "a build without libpcap"
[ -n "$clang" ] || skip "no clang for BPF"

# All that workers share: a per-CPU counter, one that is added to at once, a table of flows, and per flow
# the order in which its packets came.
cat >"$tmp/count.bpf.c" <<'C'
#include "bpf.h"
struct seen { u64 packets, order; };
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, u64); } percpu SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4096); __type(key, u64); __type(value, struct seen); } flows SEC(".maps");
u64 total, bytes;
SEC("xdp") int count(struct xdp_md *ctx) {
    u8 *p = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
    u32 zero = 0, len = end - p;
    u64 *n = bpf_map_lookup_elem(&percpu, &zero), key;
    if (n)
        ++*n;
    __sync_fetch_and_add(&total, 1);
    __sync_fetch_and_add(&bytes, len);
    if (p + 38 > end || p[12] != 8 || p[13] || p[14] != 0x45)
        return XDP_DROP;
    u32 from = *(u32 *)(p + 26), to = *(u32 *)(p + 30), ports = *(u32 *)(p + 34);
    key = (u64)(from ^ to) << 32 | (u16)(ports ^ ports >> 16);
    struct seen none = {0}, *s;
    bpf_map_update_elem(&flows, &key, &none, BPF_NOEXIST);
    if ((s = bpf_map_lookup_elem(&flows, &key))) {
        s->packets++;
        s->order = s->order * 31 + (len ^ ports); /* another order, another number */
    }
    return p[23] == 6 ? XDP_TX : XDP_PASS;
}
char LICENSE[] SEC("license") = "GPL";
C
ok "compiles" "$clang" -O2 -g -target bpf -mcpu=v3 -I "$root/examples/bpf" -c "$tmp/count.bpf.c" -o "$tmp/count.o"

# What a run says, without speed and worker; per-CPU values added up; entries in the order of their keys.
told() { # JSON
    python3 - "$1" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
for m in d["maps"].values():
    for e in m.get("entries", []):
        if "values" in e:
            e["value"] = sum(int.from_bytes(bytes.fromhex(v), "little") for v in e.pop("values"))
    if "entries" in m:
        m["entries"] = sorted((e["key"], e["value"]) for e in m["entries"])
print({k: d[k] for k in ("packets", "verdicts", "result", "maps", "insns")})
PY
}
run() { # workers, options...
    "$svm" run "$tmp/count.o" --pcap "$data/demo.pcap" --workers "$1" --json "${@:2}" >"$tmp/json$1"
}
run 1 --repeat 3 --out "$tmp/1.pcap"
told "$tmp/json1" >"$tmp/told1"
ok "it has seen flows" grep -q "'flows'" "$tmp/told1"
for n in 2 3 8; do
    run "$n" --repeat 3 --out "$tmp/$n.pcap"
    told "$tmp/json$n" >"$tmp/told$n"
    ok "$n workers: the same verdicts and maps" diff "$tmp/told1" "$tmp/told$n"
    ok "$n workers: the same packets in the same order" cmp "$tmp/1.pcap" "$tmp/$n.pcap"
    equal "$n workers: they add up" "$n True" "$(python3 -c 'import json,sys; d=json.load(open(sys.argv[1]))
w=d["workers"]; print(len(w), sum(x["packets"] for x in w)==d["packets"] and all(x["packets"] for x in w))' "$tmp/json$n")"
done
equal "one worker is no list" 0 "$(grep -c workers "$tmp/json1")"
equal "per-CPU values: a slot a worker" 3 "$("$svm" run "$tmp/count.o" --pcap "$data/demo.pcap" --workers 3 --json --cpus 3 |
    python3 -c 'import json,sys; print(sum(any(c != "0" for c in v) for v in json.load(sys.stdin)["maps"]["percpu"]["entries"][0]["values"]))')"
equal "a table of workers" 5 "$("$svm" run "$tmp/count.o" --pcap "$data/demo.pcap" --workers 5 | sed -n '/^worker /,/ each, /p' | grep -c '^[0-4] ')"
equal "--trace: whole lines" 2870 "$("$svm" run "$bpf/hello.bpf.o" --pcap "$data/demo.pcap" --workers 4 --trace | grep -c '^Hello, packet [0-9]*: [0-9]* bytes$')"

# The first packet that traps is named, whoever ran it.
printf 'ldxw r2, [r1]\nldxw r3, [r1+4]\nmov r4, r2\nadd r4, 1000\nldxb r0, [r4]\nmov r0, 2\nexit\n' >"$tmp/long.asm"
trapped() { "$svm" run "$tmp/long.asm" --ctx xdp --pcap "$data/demo.pcap" --workers "$1" 2>&1 >/dev/null; echo $?; }
equal "the same trap" "$(trapped 1)" "$(trapped 4)"
ok "it is one" grep -q 'packet [0-9]*: .*out of bounds' <(trapped 4)

wrong() { "$svm" run "$tmp/count.o" "$@" >/dev/null 2>&1; echo $?; }
equal "fewer slots than workers" 1 "$(wrong --pcap "$data/demo.pcap" --workers 4 --cpus 2)"
equal "no packets to share" 1 "$(wrong --mem 00 --workers 2)"
equal "too many" 1 "$(wrong --pcap "$data/demo.pcap" --workers 1000)"
equal "none" 1 "$(wrong --pcap "$data/demo.pcap" --workers 0)"

# --- pcapng ---
run 2 --out "$tmp/a.pcapng"
equal "a section, an interface, a block a packet" "1 1 $(($(stat -c %s "$tmp/a.pcapng") > 1000)) True" "$(python3 - "$tmp/a.pcapng" "$tmp/json2" <<'PY'
import json, struct, sys
d, at, n, verdicts = open(sys.argv[1], "rb").read(), 0, {}, {}
while at < len(d):
    kind, size = struct.unpack_from("<II", d, at)
    assert size % 4 == 0 and struct.unpack_from("<I", d, at + size - 4)[0] == size
    n[kind] = n.get(kind, 0) + 1
    if kind == 6:
        length = struct.unpack_from("<I", d, at + 20)[0]
        o = at + 28 + (length + 3 & ~3)
        code, ol, of, value = struct.unpack_from("<HHBQ", d, o)
        assert (code, ol, of) == (7, 9, 2)
        verdicts[value] = verdicts.get(value, 0) + 1
    at += size
want = json.load(open(sys.argv[2]))["verdicts"]
print(n[0x0a0d0d0a], n[1], 1 if n[6] > 100 else 0, verdicts == {2: want["XDP_PASS"], 3: want["XDP_TX"]})
PY
)"
"$svm" run "$bpf/hello.bpf.o" --pcap "$tmp/a.pcapng" --out "$tmp/b.pcapng" >/dev/null
"$svm" run "$bpf/hello.bpf.o" --pcap "$tmp/b.pcapng" --out "$tmp/b.pcap" >/dev/null
"$svm" run "$bpf/hello.bpf.o" --pcap "$tmp/1.pcap" --out "$tmp/c.pcapng" >/dev/null
"$svm" run "$bpf/hello.bpf.o" --pcap "$tmp/c.pcapng" --out "$tmp/c.pcap" >/dev/null
ok "the same packets and times, once through pcapng and twice" cmp "$tmp/b.pcap" "$tmp/c.pcap"
equal "no such folder" 2 "$(wrong --pcap "$data/demo.pcap" --out "$tmp/none/a.pcapng")"
[ -c /dev/full ] && equal "a full disk" 2 "$(ln -s /dev/full "$tmp/full.pcapng"; wrong --pcap "$data/demo.pcap" --out "$tmp/full.pcapng")"
finish
