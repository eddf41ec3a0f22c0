#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# gdb.sh - what gdb knows of machine code with --debug: breakpoints by name, source lines, backtraces through guests and
# the host, also where they stand on different stacks.
. "$(dirname "$0")/lib.sh"
"$bin/supervm" engines | grep -q '^jit' || skip "no engine here makes machine code"
export ASAN_OPTIONS=detect_leaks=0 # leaks cannot be looked for under gdb
command -v gdb >/dev/null || skip "no gdb"
debug() { # script, arguments of supervm run
    local script=$1
    shift
    printf 'set pagination off\nset breakpoint pending on\nset debuginfod enabled off\n%s\n' "$script" >"$tmp/script"
    timeout 100 gdb -nx -batch -x "$tmp/script" --args "$bin/supervm" run --engine "${engine:-jit}" --debug "$@" >"$tmp/gdb" 2>&1
}
debug "run" "$bin/none"
grep -q 'exited with code' "$tmp/gdb" || skip "gdb may not run programs here"
functions() { sed -n 's/^#[0-9]* *\(0x[0-9a-f]* in \)\?\([a-z_A-Z0-9]*\) (.*/\2/p' "$tmp/gdb" | tr '\n' ' '; }

object=$build/bench/calls.o
if [ -f "$object" ]; then
    head -c 256 /dev/zero >"$tmp/packet"
    sub=$("$bin/supervm" disasm "$object" | sed -n 's/^[0-9a-f]\{16\} <\(.*\)>:$/\1/p' | grep -v '^calls$' | head -n 1)
    debug "break $sub
run
bt
stepi
stepi
stepi
bt
info line *\$pc
delete
finish" -m "$tmp/packet" "$object"
    ok "eBPF: a breakpoint in a subprogram" grep -qE "^Breakpoint 1(\.[0-9]+)?, $sub \(.*calls\.c:[0-9]" "$tmp/gdb"
    ok "eBPF: the caller and the host behind it" grep -qE "$sub calls supervm_thunk .*instance_run .*main $sub calls supervm_thunk .*instance_run .*main" <(functions)
    ok "eBPF: source lines" grep -q '^Line [0-9]* of ".*calls\.c" starts at' "$tmp/gdb"
fi

if command -v wat2wasm >/dev/null; then
    cat >"$tmp/w.wat" <<'WAT'
(module (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
 (memory (export "memory") 1) (data (i32.const 16) "hello\n") (data (i32.const 0) "\10\00\00\00\06\00\00\00")
 (func $inner (param i32) (result i32)
   (if (result i32) (i32.eqz (local.get 0))
     (then (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100)))
     (else (i32.add (i32.const 1) (call $inner (i32.sub (local.get 0) (i32.const 1)))))))
 (func $outer (param f64 i32) (result f64) (f64.add (local.get 0) (f64.convert_i32_s (call $inner (local.get 1)))))
 (func (export "_start") (drop (call $outer (f64.const 1) (i32.const 2)))))
WAT
    wat2wasm --debug-names "$tmp/w.wat" -o "$tmp/w.wasm"
    debug "break inner
run
bt
delete
break wasi_call
continue
bt
delete
continue" "$tmp/w.wasm"
    ok "WebAssembly: a breakpoint" grep -qE '^Breakpoint 1(\.[0-9]+)?, .*inner \(' "$tmp/gdb"
    ok "WebAssembly: from a guest to the host" grep -qE 'inner outer _start supervm_thunk .*svm_func_call .*main ' <(functions)
    ok "WebAssembly: from the host, through a guest, to the host" \
        grep -qE 'wasi_call .*__morestack inner inner inner outer _start supervm_thunk .*svm_func_call .*main ' <(functions)
    ok "WebAssembly: goes on" grep -q 'exited normally' "$tmp/gdb"
fi

if "$bin/supervm" engines | grep -q '^llvm'; then # functions are called NAME.NUMBER in the table of symbols
    engine=llvm
    export XDG_CACHE_HOME=$tmp
    if [ -f "$object" ]; then
        debug "break calls.0
run
bt
info line *\$pc" -m "$tmp/packet" "$object"
        ok "llvm, eBPF: a breakpoint, and the host behind it" grep -qE "calls .*native_enter native_run .*main " <(functions)
        ok "llvm, eBPF: source lines" grep -q '^Line [0-9]* of ".*calls\.c" starts at' "$tmp/gdb"
    fi
    if [ -f "$tmp/w.wasm" ]; then
        debug "break wasi_call
run
bt
delete
continue" "$tmp/w.wasm"
        ok "llvm, WebAssembly: from the host, through a guest, to the host" \
            grep -qE 'wasi_call .*native_call_ref inner inner inner outer .*native_enter .*svm_func_call .*main ' <(functions)
        ok "llvm, WebAssembly: goes on" grep -q 'exited normally' "$tmp/gdb"
    fi
    for lines in "$build"/wasm/lines-[45]-[02].wasm; do # middle(7) divides by 0 in inner
        [ -f "$lines" ] || continue
        debug "break native_trap_at
run
bt" "$lines" --invoke middle 7
        ok "llvm, ${lines##*/}: lines of C" grep -q 'inner.* at .*lines\.c:11$' "$tmp/gdb"
        ok "llvm, ${lines##*/}: and of the caller" grep -q 'middle.* at .*lines\.c:17$' "$tmp/gdb"
    done
    lines=$build/wasm/lines-4-0.wasm
    if [ -f "$lines" ]; then
        "$bin/supervm" compile -g "$lines" -o "$tmp/lines.so"
        gdb -batch -nx -ex 'info line lines.c:17' "$tmp/lines.so" >"$tmp/gdb" 2>&1
        ok "llvm: lines of C in a library" grep -q '^Line 17 of ".*lines\.c" starts at' "$tmp/gdb"
        equal "llvm: whose faults and traps are where they were" "$("$bin/supervm" run --engine interp "$lines" --invoke middle 7 2>&1 | sed 's/^supervm: [^ ]*: //')" \
            "$("$bin/supervm" run --native "$tmp/lines.so" --invoke middle 7 2>&1 | sed 's/^supervm: [^ ]*: //')"
    fi
fi
[ "$passed$failed" != 00 ] || skip "no eBPF clang and no wat2wasm"
finish
