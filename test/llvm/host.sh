#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# host.sh - the LLVM engine in a host: no LLVM until it is used; one that the host has itself is never met; a plug-in of another
# build is refused; what SUPERVM_LOG tells.
. "$(dirname "$0")/../lib.sh"
[ -e "$build/lib/supervm/libsupervm-llvm.so" ] || skip "a build without LLVM"
grep -qE '^SVM_SANITIZE:[A-Z]*=.' "$build/CMakeCache.txt" && skip "a build with sanitizers"
cc=${CC:-cc}
cat >"$tmp/host.c" <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <supervm/supervm.h>
static int mapped(void) {
    char line[512];
    FILE *f = fopen("/proc/self/maps", "r");
    int n = 0;
    while (f && fgets(line, sizeof line, f))
        n |= strstr(line, "libsupervm-llvm") != NULL;
    return n;
}
static int run(struct svm *vm, const char *engine, struct svm_error *err) {
    static const char text[] = "ldxb r0, [r1]\nadd r0, r2\nexit\n";
    struct svm_link_options o = SVM_LINK_INIT;
    unsigned char mem[] = {40, 0};
    struct svm_input i = {.kind = SVM_KIND_RAW, .mem = mem, .mem_len = sizeof mem};
    struct svm_module *m = svm_module_load(vm, text, strlen(text), NULL, err);
    struct svm_program *p;
    struct svm_instance *in;
    struct svm_result r = {0};
    o.engine = engine;
    p = m ? svm_program_link(m, &o, err) : NULL;
    in = p ? svm_instance_new(p, err) : NULL;
    if (!in || svm_run(in, NULL, &i, &r, err))
        return 0;
    svm_instance_free(in);
    svm_program_free(p);
    svm_module_free(m);
    return (int)r.ret;
}
int main(void) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_error err = {0};
    struct svm *vm;
    c.cache = "";
    vm = svm_new(&c, &err);
    printf("interp %d", run(vm, "interp", &err));
    printf(", LLVM %d", mapped());
    printf(", llvm %d", run(vm, "llvm", &err));
    printf(", LLVM %d%s%s\n", mapped(), err.code ? ": " : "", err.code ? err.text : "");
    svm_free(vm);
    return 0;
}
C
# An LLVM that the host shows to all: whoever gets it is told so. With it, where wanted, a malloc.
cat >"$tmp/shown.c" <<'C'
#define _GNU_SOURCE
#include <stddef.h>
#include <unistd.h>
#define SHOWN(f) void f(void); void f(void) { (void)!write(1, "the host's own " #f "\n", sizeof "the host's own " #f); _exit(9); }
SHOWN(LLVMContextCreate) SHOWN(LLVMCreateBuilderInContext) SHOWN(LLVMGetTargetFromTriple) SHOWN(LLVMRunPasses)
SHOWN(LLVMBuildAdd) SHOWN(_ZN4llvm11LLVMContextC1Ev) SHOWN(_ZN4llvm6ModuleC1ENS_9StringRefERNS_11LLVMContextE)
long _ZTVN4llvm11BasicBlockE[8], _ZTVN4llvm11raw_ostreamE[40], _ZTVN4llvm18raw_svector_ostreamE[40];
#ifdef MALLOC
void *__libc_malloc(size_t n);
void *malloc(size_t n) { return __libc_malloc(n); }
#endif
C
host() { # name, what else it is made of
    local name=$1
    shift
    "$cc" -I"$root/include" "$tmp/host.c" "$@" -L"$build/lib" -lsupervm -Wl,-rpath,"$build/lib" -rdynamic -o "$tmp/$name"
}
good="interp 42, LLVM 0, llvm 42, LLVM 1"
ok "a host" host plain
equal "a host: LLVM comes when it is used" "$good" "$("$tmp/plain")"
ok "a host that shows an LLVM" host shown "$tmp/shown.c"
equal "a host that shows an LLVM" "$good" "$("$tmp/shown")"
ok "one with a malloc too" host own -DMALLOC "$tmp/shown.c"
equal "one with a malloc too" 1 "$("$tmp/own" | grep -c 'interp 42, LLVM 0, llvm 0, LLVM 0: .*a malloc of its own, which cannot be kept apart')"
for other in /usr/lib/*-linux-gnu/libLLVM{-14,-15,-22}.so; do
    [ -e "$other" ] || continue
    ok "a host with ${other##*/}" host other -Wl,--no-as-needed "$other"
    equal "a host with ${other##*/}" "$good" "$("$tmp/other")"
done

# what was built together belongs together
mkdir -p "$tmp/lib/supervm"
cp -L "$build/lib/libsupervm.so" "$tmp/lib/$(readelf -d "$tmp/plain" | sed -n 's/.*NEEDED.*\[\(libsupervm[^]]*\)\]/\1/p')"
id=$(sed -n 's/.*SVM_BUILD_ID "\(.*\)"/\1/p' "$build/generated/supervm_build_id.h")
LC_ALL=C sed "s/$id/$(printf %s "$id" | tr 0-9a-f 1-9a-f0)/" "$build/lib/supervm/libsupervm-llvm.so" >"$tmp/lib/supervm/libsupervm-llvm.so"
equal "a plug-in of another build" 1 "$(LD_LIBRARY_PATH=$tmp/lib "$tmp/plain" | grep -c 'llvm 0, LLVM 1: .*libsupervm-llvm.so is of another build$')"
cp "$build/lib/supervm/libsupervm-llvm.so" "$tmp/lib/supervm/"
equal "the plug-in of this one" "$good" "$(LD_LIBRARY_PATH=$tmp/lib "$tmp/plain")"
rm "$tmp/lib/supervm/libsupervm-llvm.so"
equal "none" 1 "$(LD_LIBRARY_PATH=$tmp/lib "$tmp/plain" | grep -c 'llvm 0, LLVM 0: .*there is no libsupervm-llvm.so beside the library')"

# $SUPERVM_LOG
said() { SUPERVM_LOG=$1 "$tmp/plain" 2>&1 >/dev/null | sed -E 's/[0-9.]+ ms/N ms/; s/LLVM [0-9.]+/LLVM V/; s|: /.*/lib|: lib|'; }
equal "nothing is told" "" "$(said '')"
equal "info" "supervm: llvm: : compiled by LLVM V, N ms" "$(said info)"
equal "debug" "supervm: llvm: libsupervm-llvm.so, LLVM V
supervm: llvm: : compiled by LLVM V, N ms" "$(said debug)"
finish
