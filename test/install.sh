#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# install.sh - installs to a temporary prefix, and builds a host program against that: through
# pkg-config (shared and static) and through find_package(supervm) (both targets).
. "$(dirname "$0")/lib.sh"
CC=${CC:-cc}
grep -qE '^SVM_SANITIZE:[A-Z]*=.|^SVM_COVERAGE:BOOL=ON' "$build/CMakeCache.txt" && skip "this build is not for installing"
prefix=$tmp/usr
ok "install" cmake --install "$build" --prefix "$prefix"
lib=$(dirname "$(find "$prefix" -name libsupervm.so | head -n 1)")
for file in bin/supervm include/supervm/supervm.h include/supervm/engine.h include/wasm.h; do
    ok "$file" test -f "$prefix/$file"
done

# Nothing but the public names leaves either library.
foreign() { nm "$@" | awk '$NF !~ /^(svm_|ebpf_|wasm_)/ && $NF !~ /^SUPERVM_/ { print $NF }' | sort -u; }
equal "exported by libsupervm.so" "" "$(foreign -D --defined-only "$lib/libsupervm.so")"
equal "exported by libsupervm.a" "" "$(nm -g --defined-only "$lib/libsupervm.a" | awk 'NF == 3 && $3 !~ /^(svm_|ebpf_|wasm_)/ { print $3 }')"

# What wasm.h declares, and does not define in place, is what is exported of the standard interface.
awk_names='{ while (match($0, /wasm_[a-z0-9_]+ *\(/)) { n = substr($0, RSTART, RLENGTH); sub(/ *\(/, "", n);
             if (/static inline/) inline[n] = 1; else seen[n] = 1; $0 = substr($0, RSTART + RLENGTH) } }
           END { for (n in seen) if (!(n in inline)) print n }'
declared=$(echo '#include <wasm.h>' | "$CC" -E -P -I"$prefix/include" - | tr -s '\n' ' ' | tr ';{}' '\n' | awk "$awk_names" | sort)
equal "wasm.h" "$declared" "$(nm -D --defined-only "$lib/libsupervm.so" | awk '$NF ~ /^wasm_/ { sub(/@.*/, "", $NF); print $NF }' | sort)"
ok "wasm.h: names" test "$(wc -l <<<"$declared")" -gt 250

# A host with functions that carry the names of our internals.
cat >"$tmp/host.c" <<'END'
#include <supervm/supervm.h>
#include <stdio.h>
int fail(void), validate(void);
int fail(void) { return 0; }
int validate(void) { return 0; }
int main(int argc, char **argv) {
    static const char text[] = "mov r0, 42\nexit\n";
    struct svm_load_options o = SVM_LOAD_INIT;
    struct svm_error err = {0};
    struct svm_result r = {0};
    struct svm_input in = {0};
    struct svm *vm = svm_new(NULL, &err);
    struct svm_module *m;
    struct svm_program *p = NULL;
    struct svm_instance *i = NULL;
    if (argc > 1) {
        m = svm_module_load_file(vm, argv[1], NULL, &err);
        puts(m ? svm_module_front(m) : err.text);
        svm_module_free(m);
        svm_free(vm);
        return 0;
    }
    o.front = "asm";
    if ((m = svm_module_load(vm, text, sizeof text - 1, &o, &err)) && (p = svm_program_link(m, NULL, &err)) &&
        (i = svm_instance_new(p, &err)) && !svm_run(i, NULL, &in, &r, &err))
        printf("%d\n", (int)r.ret + fail() + validate());
    else
        printf("%s\n", err.text);
    svm_instance_free(i);
    svm_program_free(p);
    svm_module_free(m);
    svm_free(vm);
    return 0;
}
END
export PKG_CONFIG_PATH=$lib/pkgconfig LD_LIBRARY_PATH=$lib
# shellcheck disable=SC2046
shared() { "$CC" -o "$tmp/shared" "$tmp/host.c" $(pkg-config --cflags --libs supervm); }
# shellcheck disable=SC2046
static() { "$CC" -o "$tmp/static" "$tmp/host.c" $(pkg-config --cflags supervm) "$lib/libsupervm.a" $(pkg-config --static --libs-only-l supervm | sed 's/-lsupervm//g'); }
ok "pkg-config: version" test -n "$(pkg-config --modversion supervm)"
ok "pkg-config: shared" shared
equal "pkg-config: shared, run" 42 "$("$tmp/shared")"
ok "pkg-config: static" static
equal "pkg-config: static, run" 42 "$(LD_LIBRARY_PATH='' "$tmp/static")"

# What is installed compiles ahead of time, by the plug-in and the runtime beside it.
if [ -e "$lib/supervm/libsupervm-llvm.so" ]; then
    printf 'mov r0, 42\nexit\n' >"$tmp/answer.asm"
    ok "an executable" "$prefix/bin/supervm" compile "$tmp/answer.asm" -o "$tmp/answer"
    equal "an executable, run" 0x2a "$("$tmp/answer")"
fi

mkdir "$tmp/consumer"
cat >"$tmp/consumer/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.20)
project(consumer C)
find_package(supervm 0.1 REQUIRED)
add_executable(with_shared ../host.c)
target_link_libraries(with_shared supervm::supervm)
add_executable(with_static ../host.c)
target_link_libraries(with_static supervm::static)
END
consumer() {
    cmake -S "$tmp/consumer" -B "$tmp/consumer/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$CC" &&
        cmake --build "$tmp/consumer/build"
}
ok "find_package" consumer
equal "supervm::supervm" 42 "$("$tmp/consumer/build/with_shared")"
equal "supervm::static" 42 "$(LD_LIBRARY_PATH='' "$tmp/consumer/build/with_static")"
# Libraries that are opened when they are needed: in either library and in the command; missing, old, not there at all.
object=$build/bpf/hello.bpf.o pcap=$root/examples/data/demo.pcap
status() { "$@" >"$tmp/o" 2>"$tmp/e"; echo $?; }
if [ -f "$object" ]; then
    equal "an object, shared library" elf "$("$tmp/shared" "$object")"
    equal "an object, static library" elf "$(LD_LIBRARY_PATH='' "$tmp/static" "$object")"
    mkdir "$tmp/broken"
    touch "$tmp/broken/libelf.so.1" "$tmp/broken/libpcap.so.0.8" "$tmp/broken/libcjson.so.1"
    equal "libelf that is none" 2 "$(LD_LIBRARY_PATH=$tmp/broken status "$prefix/bin/supervm" info "$object")"
    ok "says which" grep -q 'hello.bpf.o: a library is needed: .*libelf.so.1' "$tmp/e"
    ok "nor in the library" grep -q 'a library is needed: .*libelf.so.1' <(LD_LIBRARY_PATH=$tmp/broken:$lib "$tmp/shared" "$object")
    rm "$tmp/broken/libelf.so.1"
    if [ "${SVM_PCAP:-TRUE}" = TRUE ]; then
        equal "libpcap" 0 "$(status "$prefix/bin/supervm" run "$object" --pcap "$pcap")"
        equal "libpcap that is none" 2 "$(LD_LIBRARY_PATH=$tmp/broken status "$prefix/bin/supervm" run "$object" --pcap "$pcap")"
        ok "says which" grep -q 'demo.pcap: a library is needed: .*libpcap.so.0.8' "$tmp/e"
        echo 'int pcap_close(void) { return 0; }' | "$CC" -shared -fPIC -Wl,-soname,libpcap.so.0.8 -x c - -o "$tmp/broken/libpcap.so.0.8"
        equal "libpcap that lacks something" 2 "$(LD_LIBRARY_PATH=$tmp/broken status "$prefix/bin/supervm" run "$object" --pcap "$pcap")"
        ok "says what" grep -q 'a library is needed: libpcap.so.0.8 has no pcap_' "$tmp/e"
    fi
    equal "cJSON that is none" 2 "$(LD_LIBRARY_PATH=$tmp/broken status "$prefix/bin/supervm" info --json "$object")"
    ok "says which" grep -q -e '--json: .*libcjson.so.1' "$tmp/e"
fi
# Where there is a static C library the command is two: what runs WebAssembly, and the whole one that it runs for all else.
whole=$prefix/libexec/supervm/supervm
if [ -x "$whole" ]; then
    printf '\0asm\1\0\0\0\1\4\1\x60\0\0\3\2\1\0\7\5\1\1f\0\0\12\4\1\2\0\13' >"$tmp/f.wasm"
    printf 'mov r0, 42\nexit\n' >"$tmp/answer.asm"
    ln -s "$prefix/bin/supervm" "$tmp/link"
    equal "by a link" 0x2a "$("$tmp/link" run "$tmp/answer.asm")"
    equal "from standard input" 0x2a "$("$prefix/bin/supervm" run --format asm - <"$tmp/answer.asm")"
    equal "options behind the file" 0x2a "$("$prefix/bin/supervm" run "$tmp/answer.asm" --budget 9)"
    mv "$whole" "$whole.gone"
    equal "without the whole command: WebAssembly" 0 "$(status "$prefix/bin/supervm" run "$tmp/f.wasm" --invoke f)"
    equal "without the whole command: eBPF" 2 "$(status "$prefix/bin/supervm" run "$tmp/answer.asm")"
    ok "says what is missing" grep -q 'libexec/supervm/supervm: No such file or directory' "$tmp/e"
    equal "without the whole command: info" 2 "$(status "$prefix/bin/supervm" info "$tmp/f.wasm")"
    mv "$whole.gone" "$whole"
fi
equal "what the command needs" "" "$(objdump -p "$prefix/bin/supervm" | awk '$1 == "NEEDED" && $2 !~ /^lib[cm]\./ { print $2 }')"
equal "the installed command" 0 "$("$prefix/bin/supervm" engines >/dev/null 2>&1; echo $?)"
finish
