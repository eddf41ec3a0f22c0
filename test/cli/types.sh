#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# types.sh - what maps and variables hold, told through BTF: as JSON and as text.
. "$(dirname "$0")/../lib.sh"
svm=$bin/supervm
[ -n "$clang" ] || skip "no clang for BPF"
ok "compiles" "$clang" -O2 -g -target bpf -mcpu=v3 -I "$root/examples/bpf" -c "$root/test/cli/types.bpf.c" -o "$tmp/types.o"
"$svm" run "$tmp/types.o" --mem 00 --maps --json --cpus 3 >"$tmp/json" || finish
get() { python3 -c 'import json,sys
d=json.load(open(sys.argv[1]))["maps"]
for k in sys.argv[2].split("/"): d=d[int(k) if k.isdigit() else k]
print(json.dumps(d))' "$tmp/json" "$1"; }
all=all/entries/0/formatted
equal "key" '{"x": -1, "y": 2}' "$(get $all/key)"
while IFS='|' read -r path want; do
    equal "$path" "$want" "$(get "$all/value/$path")"
done <<'END'
name|"eth0"
odd|[1, 0, 0, 0]
mac|[0, 0, 0, 0, 0, 255]
port|80
dport|443
addr|"0x0a000001"
color|"DARK"
unknown|3
wide|"HUGE_ONE"
negative|-5
big|18364758544493064720
yes|1
at|[{"x": 0, "y": 0}, {"x": 0, "y": -7}]
grid|[[0, 0, 0], [0, 0, -1]]
a|5
b|17
c|1193046
d|-3
e|"DARK"
word|16909060
bytes|[4, 3, 2, 1]
inner|9
named|{"whole": 3, "part": {"x": 3, "y": 0}}
pointer|"0x1234"
f|1.5
g|-2.25
inf|"inf"
last|4
END
equal "no other members" 28 "$(python3 -c 'import json,sys; print(len(json.load(open(sys.argv[1]))["maps"]["all"]["entries"][0]["formatted"]["value"]))' "$tmp/json")"
equal "the bytes are there too" '"ffff0200"' "$(get all/entries/0/key)"
equal "per-CPU values are a list" '[{"x": 6, "y": 0}, {"x": 0, "y": 0}, {"x": 0, "y": 0}]' "$(get percpu/entries/0/formatted/values)"
equal "its key" 1 "$(get percpu/entries/0/formatted/key)"
equal "a variable" '"eth0"' "$(get .bss/formatted/one/name)"
equal "an enum" '"GREEN"' "$(get .data/formatted/paint)"
equal "quotes in text" '"a\"b\\c"' "$(get .data/formatted/text)"
equal "a type that is not known" 0 "$(get queue/entries | grep -c formatted)"

"$svm" run "$tmp/types.o" --mem 00 --maps --cpus 3 >"$tmp/text"
for part in '{.x = -1, .y = 2} -> {.name = "eth0", .odd = 01:00:00:00, .mac = 00:00:00:00:00:ff, .port = 80' \
    '.dport = 443, .addr = 0x0a000001, .color = DARK, .unknown = 3, .wide = HUGE_ONE' \
    '.at = \[{.x = 0, .y = 0}, {.x = 0, .y = -7}\], .grid = ' '.a = 5, .b = 17, .c = 1193046, .d = -3, .e = DARK, {.word' \
    '.pointer = 0x1234, .f = 1.5, .g = -2.25, .inf = inf, .last = 4}' '  1 -> {.x = 6, .y = 0}' 'paint = GREEN'; do
    ok "text: $part" grep -q -- "$part" "$tmp/text"
done
finish
