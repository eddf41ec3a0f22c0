/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuzz_btf.c - whatever our check of BTF lets through must be harmless in libbpf's hands:
 * sizes, alignments and names of every type, and printing a value of it.
 * Seeds: .BTF sections cut out of objects (see seeds/README). */
#include "front/elf/elf_load.h"
#include <bpf/btf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void drop(void *arg, const char *fmt, va_list ap) {
    char text[64];
    (void)arg;
    vsnprintf(text, sizeof text, fmt, ap);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const u8 zero[4096];
    LIBBPF_OPTS(btf_dump_type_data_opts, opts, .emit_zeroes = true);
    struct arena tmp = {.limit = 64 << 20};
    struct error e = {0};
    struct btf *b = btf_open(data, size, &tmp, &e);
    struct btf_dump *d;
    u32 id;
    arena_drop(&tmp);
    if (!b)
        return 0;
    if (!(d = btf_dump__new(b, drop, NULL, NULL)))
        __builtin_trap();
    for (id = 1; id < btf__type_cnt(b); id++) {
        const struct btf_type *t = btf__type_by_id(b, id);
        s64 n = btf__resolve_size(b, id);
        if (n > 0)
            btf__align_of(b, id);
        if (strlen(btf_str(b, t->name_off)) > size)
            __builtin_trap();
        if (n > 0 && n <= (s64)sizeof zero)
            btf_dump__dump_type_data(d, id, zero, sizeof zero, &opts);
    }
    btf_dump__free(d);
    btf__free(b);
    return 0;
}
