/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf.h - what the files that know the kernel's types share: objects (btf_types.c), what programs are given
 * (btf_args.c), functions of the kernel that are not built in (btf_call.c). Private to check/. */
#ifndef CHECK_BTF_H
#define CHECK_BTF_H
#include "check/btf_index.h"
#include "check/inner.h"

enum { OWN, KERNEL }; /* reg.sub of a VAL_BTF: whose type reg.map is */
enum { BTF_ARGS = 12, SAFE_LISTS = 32 };

enum attach_kind { AT_NOTHING, AT_ENTRY, AT_EXIT, AT_RESULT, AT_TRACEPOINT, AT_LSM, AT_ITER, AT_OPS };

struct btf_types {
    struct buf file;
    struct btf_index of[2];
    u64 work;        /* members that were looked at */
    struct reg task; /* found before; kind VAL_NONE: not yet, VAL_SCALAR: it is none */
    u32 safe[SAFE_LISTS], nsafe;
    bool safe_known; /* structs of the kernel that list what stays trusted, btf_types.c */
    struct { u32 own, kernel; } kept[8]; u32 nkept; /* kptr.c: of types that maps keep pointers to, the kernel's; NO_INDEX: none */
    /* what the program is attached to, btf_args.c */
    struct {
        u8 kind;         /* enum attach_kind */
        bool trusted;    /* what it is given is */
        u32 proto, skip; /* its prototype, 0: not known; parameters that are not the program's */
        u32 names;       /* AT_OPS: the prototype whose parameters' names say more; 0: none */
        char name[96], member[64];
    } at;
    struct {
        u8 state;
        struct reg r;
    } arg[BTF_ARGS]; /* found before */
};

struct btf_types *btf_types(struct check *c); /* NULL: out of memory; types may be none: then of[KERNEL].n is 0 */
/* A pointer to type id of that space: a struct or union, by the program's own of that name where it has one. */
bool btf_object(struct btf_types *b, u32 space, u32 id, struct reg *out);
const char *btf_struct_name(struct btf_types *b, const struct reg *r); /* "task_struct", or "" */
/* It is one of that name, or (unless exact) begins with one at the place that r points at. */
bool btf_is_a(struct btf_types *b, const struct reg *r, const char *name, bool exact);
bool is_trusted(const struct reg *r); /* as the kernel has it: there, for as long as it is used */
bool in_rcu(const struct check *c);   /* a section, or a program that does not sleep */
void btf_attach(struct check *c, struct btf_types *b);                               /* btf_args.c: fills at */
bool btf_ops_write(const struct btf_types *b, const char *type, const char *member); /* btf_args.c */

#endif
