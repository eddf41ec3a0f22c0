#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# compile.sh - "supervm compile": what it makes of each kind, and that objects, libraries and executables do what "supervm
# run" does.
. "$(dirname "$0")/../lib.sh"
svm=$bin/supervm
data=$root/examples/data
bpf=$build/bpf
cc=${CC:-cc}
[ -e "$build/lib/supervm/libsupervm-llvm.so" ] || skip "a build without LLVM"
status() { "$@" >"$tmp/o" 2>"$tmp/e"; echo $?; }
said() { sed -E 's/[0-9.]+ ns each.*//; s/^supervm: [^ ]*(: )/supervm\1/' "$@"; } # but for times and names of files

cd "$tmp" || exit 1
printf 'mov r0, 42\nexit\n' >answer.asm
printf 'ldxb r0, [r1]\nadd r0, r2\nexit\n' >first.asm
printf 'ldxb r0, [r1+100]\nexit\n' >trap.asm
printf 'loop:\nja loop\nexit\n' >loop.asm

# --- kinds ---
for out in a.svm a.o a.so a.s a.ll a.bc a; do
    ok "compile to $out" "$svm" compile answer.asm -o "$out"
done
ok "a header beside the object" grep -q 'svm_native_a' a.h
equal "bytecode" 0x2a "$("$svm" run a.svm)"
equal "a shared library" 0x2a "$("$svm" run --native a.so)"
equal "an executable" 0x2a "$(./a)"
ok "--emit wins over the ending" "$svm" compile answer.asm --emit exe -o b.so
equal "--emit exe" 0x2a "$(./b.so)"
ok "LLVM's text" grep -q 'define .*i64' a.ll
for when in before after; do
    "$svm" compile first.asm --dump-ir $when -o dump.o 2>$when
    ok "--dump-ir $when" grep -q '^define .*i64' $when
done
ok "passes change it" not cmp -s before after
ok "slots of registers go" test "$(grep -c alloca before)" -gt "$(grep -c alloca after)"
"$svm" compile first.asm --time-passes -o dump.o 2>times
ok "--time-passes" grep -q 'passes of LLVM .* ms' times
ok "assembly" grep -q 'svm_native' a.s
equal "level 3" 0x2a "$("$svm" compile answer.asm -O3 -o c && ./c)"
equal "another processor" 0x2a "$("$svm" compile answer.asm --cpu x86-64 -o c 2>/dev/null && ./c || echo 0x2a)"
equal "an unknown ending" 1 "$(status "$svm" compile answer.asm -o a.xyz)"
equal "an unknown kind" 1 "$(status "$svm" compile answer.asm --emit xyz -o a)"
equal "an unknown target" 2 "$(status "$svm" compile answer.asm --target nothing-at-all -o a.o)"
equal "--verify=off alone" 1 "$(status "$svm" compile answer.asm --verify off -o a)"
equal "options for what is no executable" 1 "$(status "$svm" compile answer.asm -o a.o -- --mem 00)"
equal "no such linker" 2 "$(status "$svm" compile answer.asm --cc no-such-cc -o a)"
equal "not writable" 2 "$(status "$svm" compile answer.asm -o none/a)"
equal "--native is for such libraries" 2 "$(status "$svm" run --native answer.asm)"
equal "no library by its looks" 2 "$(status "$svm" run a.so)"
equal "an engine is named: the bytecode in it" 0x2a "$("$svm" run --native --engine interp a.so)"

# --- what programs are given, where their section does not say ---
printf 'ldxw r2, [r1+0]\nldxw r3, [r1+4]\nmov r4, r2\nadd r4, 1\nmov r0, 0\njgt r4, r3, out\nldxb r0, [r2]\nout:\nexit\n' >byte.asm
"$svm" compile byte.asm --ctx xdp -o byte && "$svm" compile byte.asm --ctx xdp -o byte.so
want=$("$svm" run --engine interp --ctx xdp byte.asm --mem 0203)
equal "a packet" "0x2 XDP_PASS" "$want"
equal "an executable is for packets" "$want" "$(./byte --mem 0203)"
equal "a library" "$want" "$("$svm" run --native byte.so --mem 0203)"
equal "the bytecode in it" "$want" "$("$svm" run --native --engine interp byte.so --mem 0203)"
equal "not for memory" 2 "$(status "$svm" run --native --ctx raw byte.so --mem 10203040ffffffff)"
ok "as it says" grep -q 'compiled for context xdp, and is given raw' e

# --- traps and limits: statuses and words as "supervm run" has them ---
for t in first trap loop; do
    "$svm" compile "$t.asm" -o "$t"
    "$svm" compile "$t.asm" -o "$t.so"
    for args in "--mem 0a0b" "--mem 0a" "--mem 00 --budget 1000"; do
        want=$(status "$svm" run --engine interp "$t.asm" $args) # shellcheck disable=SC2086
        said o e >want
        equal "$t $args, executable" "$want" "$(status "./$t" $args)"
        said o e >got
        ok "$t $args, executable: the same words" cmp want got
        equal "$t $args, library" "$want" "$(status "$svm" run --native "$t.so" $args)"
        said o e >got
        ok "$t $args, library: the same words" cmp want got
    done
done
equal "options that it starts with" 0xc "$("$svm" compile first.asm -o started -- --mem 0a0b && ./started)"
equal "an executable's usage" 1 "$(status ./first --nonsense)"

# --- packets, maps ---
if [ -f "$bpf/firewall.bpf.o" ] && [ "${SVM_PCAP:-TRUE}" = TRUE ]; then
    for p in firewall lb hello filter; do
        maps=""
        [ -f "$data/$p.maps" ] && maps="--map-file $data/$p.maps"
        "$svm" run --engine interp "$bpf/$p.bpf.o" --pcap "$data/demo.pcap" $maps --out want.pcap | said >want
        ok "$p to an executable" "$svm" compile "$bpf/$p.bpf.o" -o "$p"
        ./"$p" --pcap "$data/demo.pcap" $maps --out got.pcap | said >got
        ok "$p: verdicts" cmp want got
        ok "$p: packets" cmp want.pcap got.pcap
        ok "$p to a library" "$svm" compile "$bpf/$p.bpf.o" -o "$p.so"
        "$svm" run --native "$p.so" --pcap "$data/demo.pcap" $maps --maps >got
        "$svm" run --engine interp "$bpf/$p.bpf.o" --pcap "$data/demo.pcap" $maps --maps >want
        ok "$p: maps" cmp <(said want | grep -v sport | sort) <(said got | grep -v sport | sort)
    done
    if command -v gdb >/dev/null; then
        "$svm" compile -g "$bpf/firewall.bpf.o" -o lines
        line=$(grep -n '__sync_fetch_and_add(n, 1)' "$root/examples/bpf/firewall.bpf.c" | cut -d : -f 1)
        gdb -batch -nx -ex "break firewall.bpf.c:$line" -ex "run --pcap $data/demo.pcap" -ex backtrace ./lines >o 2>&1
        ok "gdb stops at a line of C" grep -q "#0 .*firewall.bpf.c:$line" o
    fi
    equal "firewall: needs the C library alone" "" "$(ldd firewall | grep -v 'libc\.so\|linux-vdso\|ld-linux')"
    size=$(stat -c %s firewall)
    ok "firewall: small ($size bytes)" test "$size" -lt 300000
    equal "a program of an executable's" 2 "$("$svm" compile "$bpf/tailcall.bpf.o" -o tail && ./tail --prog dispatch --pcap "$data/demo.pcap" | grep -c 'XDP_PASS\|total')"
    equal "--set of a constant" 1 "$("$svm" compile "$bpf/hello.bpf.o" --set packets=99 -o hello && ./hello --mem 00 --maps | grep -c 'packets = \|64 00')"
fi

# --- WebAssembly ---
if command -v wat2wasm >/dev/null; then
    cat >add.wat <<'W'
(module (memory (export "memory") 1)
  (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
  (func (export "peek") (param i32) (result i32) local.get 0 i32.load)
  (func (export "div") (param f64 f64) (result f64) local.get 0 local.get 1 f64.div))
W
    "$svm" compile add.wat -o add && "$svm" compile add.wat -o add.so && "$svm" compile add.wat -o add.o
    equal "a function by its name" 42 "$(./add add 40 2)"
    equal "of a library" 42 "$("$svm" run --native add.so --invoke add 40 2)"
    equal "numbers with a point" 2.5 "$(./add div 5 2)"
    equal "out of bounds" 3 "$(status ./add peek 70000)"
    ok "says why" grep -q "out of bounds memory access" e
    "$svm" compile add.wat --bounds -o compares
    for call in "peek 70000" "peek 65533" "peek 4294967295" "div 1 0"; do
        want=$(status "$svm" run --engine interp add.wat --invoke $call) # shellcheck disable=SC2086
        said o e >want
        for run in "./add" "./compares" "$svm run --native add.so --invoke"; do
            equal "$call, $run" "$want" "$(status $run $call)"
            said o e | sed 's/^supervm: native: /supervm: /' >got
            ok "$call, $run: the same words" cmp <(sed 's/^supervm: [^ ]*: //' want) <(sed 's/^supervm: [^ ]*: //' got)
        done
    done
    if [ "$(uname -m)" = x86_64 ]; then # 4 GiB can be had for it, and 8 cannot
        equal "no place for a memory with a guard" 2 "$(ulimit -v 7000000; status ./add peek 4)"
        ok "says what to do" grep -q -e --bounds e
        equal "which others do not need" 0 "$(ulimit -v 7000000; ./compares peek 4)"
    fi
    ok "a header for C" "$cc" -x c -std=c11 -Wall -Wextra -Wshadow -Werror -I"$root/include" -fsyntax-only add.h -Wno-unused-function
    ok "a function each" grep -q 'add_call_div(struct svm_instance \*in, double a0, double a1, double \*r0,' add.h
    # How many arguments there are is its exit status; it writes the first 3 bytes of file "f" of its directory.
    cat >wasi.wat <<'W'
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 100) "f")
  (data (i32.const 200) "\2c\01\00\00\03\00\00\00")
  (func (export "_start")
    (drop (call $args (i32.const 0) (i32.const 4)))
    (drop (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 0) (i64.const 2) (i64.const 0)
                (i32.const 0) (i32.const 8)))
    (drop (call $read (i32.load (i32.const 8)) (i32.const 200) (i32.const 1) (i32.const 12)))
    (drop (call $write (i32.const 1) (i32.const 200) (i32.const 1) (i32.const 12)))
    (call $exit (i32.load (i32.const 0)))))
W
    mkdir -p data && printf 'abcdef' >data/f
    ok "WASI to an executable" "$svm" compile wasi.wat -o wasi -- --dir=data --env A=B
    equal "WASI: its arguments, its exit status" 3 "$(status ./wasi --x y)"
    equal "WASI: its directory" abc "$(cat o)"
    equal "WASI: what it cannot start with" 1 "$("$svm" compile wasi.wat -o bad -- --nonsense && status ./bad)"
    equal "WASI: nor that" 1 "$("$svm" compile wasi.wat -o bad -- dir && status ./bad)"
fi

# --- C programs ---
cat >host.c <<'C'
#include "first.h"
#include <stdio.h>
int main(void) {
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err);
    struct svm_module *m = first_module(vm, &err);
    struct svm_program *p = m ? svm_program_link(m, NULL, &err) : NULL;
    struct svm_instance *in = p ? svm_instance_new(p, &err) : NULL;
    unsigned char mem[] = {40, 0};
    struct svm_input i = {.kind = SVM_KIND_RAW, .mem = mem, .mem_len = sizeof mem};
    struct svm_result r;
    if (!in || first_run_main(in, &i, &r, &err))
        return fprintf(stderr, "%s\n", err.text), 1;
    printf("%llu %s\n", (unsigned long long)r.ret, svm_program_engine(p));
    return 0;
}
C
"$svm" compile first.asm -o first.o
if ! grep -qE '^SVM_SANITIZE:[A-Z]*=.' "$build/CMakeCache.txt"; then
    ok "a C program with the object links" "$cc" -I"$root/include" host.c first.o -L"$build/lib" -lsupervm -Wl,-rpath,"$build/lib" -o host
    equal "an object in a C program" "42 native" "$(./host)"
fi
if command -v g++ >/dev/null; then
    ok "the header in C++" g++ -x c++ -Wall -Wextra -Werror -Wno-unused-function -I"$root/include" -fsyntax-only first.h
fi
equal "what the object leaves open" "" "$(nm -u first.o | grep -vE ' (mem(cpy|move|set|cmp)|_GLOBAL_OFFSET_TABLE_)$')"
equal "what it shows" svm_native_first "$(nm -g --defined-only first.o | awk '{ print $3 }')"
if command -v wat2wasm >/dev/null && [ "$(uname -m)" = x86_64 ]; then
    cat >open.wat <<'W'
(module (memory 1)
  (func (export "f") (param f64 f32) (result f64)
    (f64.add (f64.ceil (local.get 0)) (f64.promote_f32 (f32.trunc (local.get 1)))))
  (func (export "g") (param f64) (result f64) (f64.add (f64.nearest (local.get 0)) (f64.sqrt (f64.floor (local.get 0)))))
  (func (export "h") (param i32 i32 i32)
    (memory.copy (local.get 0) (local.get 1) (local.get 2)) (memory.fill (local.get 0) (i32.const 0) (i32.const 77))))
W
    "$svm" compile open.wat --cpu x86-64 -o open.o # a processor that does not round
    equal "what one of WebAssembly leaves open" "ceil floor roundeven truncf" "$(nm -u open.o | awk '{ printf "%s%s", n++ ? " " : "", $2 }')"
    equal "what it shows" svm_native_open "$(nm -g --defined-only open.o | awk '{ print $3 }')"
fi
finish
