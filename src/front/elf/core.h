/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* core.h - CO-RE between its two files: matching types, computing and patching values. */
#ifndef FRONT_ELF_CORE_H
#define FRONT_ELF_CORE_H
#include "front/elf/elf_load.h"
#include "front/elf/libbpf.h"

/* The numbers are of the BTF.ext format (enum bpf_core_relo_kind of linux/bpf.h). */
enum core_kind {
    CORE_FIELD_OFFSET, CORE_FIELD_SIZE, CORE_FIELD_EXISTS, CORE_FIELD_SIGNED, CORE_FIELD_LSHIFT, CORE_FIELD_RSHIFT,
    CORE_TYPE_LOCAL, CORE_TYPE_TARGET, CORE_TYPE_EXISTS, CORE_TYPE_SIZE, CORE_ENUM_EXISTS, CORE_ENUM_VALUE,
    CORE_TYPE_MATCHES, CORE_KINDS
};
enum { SPEC_MAX = 64 };

/* One access, resolved against one BTF: s->a[2].b is root s, then named fields and array elements. */
struct spec {
    const struct btf *btf;
    u32 root;                            /* type id */
    struct access { u32 type, index; const char *name; } part[SPEC_MAX]; /* name: NULL for array elements */
    u32 nparts;
    u32 raw[SPEC_MAX]; u32 nraw;         /* "0:1:2" */
    u64 bit;                             /* offset from the start of the root */
};

/* What matching needs on its way down; every step is counted, so that no input takes for ever. */
struct matcher { const struct btf *local, *target; u64 *work; };

/* core_match.c */
bool core_is_type(u32 kind);             /* kinds about a whole type */
bool core_is_enum(u32 kind);
size_t core_name_len(const char *name);  /* without the flavour "___x" */
/* Reads "0:1:2" against the program's own types; NULL, or why it makes no sense. */
const char *core_parse(struct spec *s, const struct btf *b, u32 type, u32 kind, const char *access);
/* Whether candidate type id of the target has what local asks for: 1 and *out, 0, or -1: too much work. */
int core_match(const struct matcher *m, const struct spec *local, u32 kind, u32 id, struct spec *out);

#endif
