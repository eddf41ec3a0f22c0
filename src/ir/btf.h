/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf.h - the little that is needed of a module's BTF after loading (checked by the front end). */
#ifndef IR_BTF_H
#define IR_BTF_H
#include "ir/module.h"

u64 btf_size_of(const struct module *m, u32 type); /* bytes of a struct or union; 0: it is none */
/* Offset of the member of that type whose own type is the struct of this name; -1: there is none. */
s64 btf_member_of(const struct module *m, u32 type, const char *name);
u32 btf_find_type(const struct module *m, const char *name, u32 kind); /* 0: none */


enum btf_kind {
    BTF_INT = 1, BTF_PTR, BTF_ARRAY, BTF_STRUCT, BTF_UNION, BTF_ENUM, BTF_FWD, BTF_TYPEDEF, BTF_VOLATILE, BTF_CONST, BTF_RESTRICT,
    BTF_FUNC, BTF_FUNC_PROTO, BTF_VAR, BTF_DATASEC, BTF_FLOAT, BTF_DECL_TAG, BTF_TYPE_TAG, BTF_ENUM64
};
struct btf_type {
    u32 name, info, size;  /* size: or the type that it is about */
    const u8 *more;        /* what belongs to the kind: n members, parameters and so on */
    u32 kind, n;
};
u32 btf_more_bytes(u32 kind, u32 n); /* of what belongs to the kind; 0: nothing does, or there is no such kind */
/* Each takes time that grows with the number of types. */
bool btf_type_at(const struct module *m, u32 id, struct btf_type *t);
bool btf_resolve(const struct module *m, u32 id, struct btf_type *t); /* behind typedefs and qualifiers */
const char *btf_text(const struct module *m, u32 name);               /* "" where there is none */
bool btf_says(const struct module *m, const char *name);              /* the word is among its strings */
/* Member, or parameter, i of a struct or a prototype: its type, name and (of members) offset in bits. */
struct btf_part { u32 name, type, bit; };
struct btf_part btf_part(const struct btf_type *t, u32 i);
u64 btf_bytes(const struct module *m, u32 type); /* of any type of a size; 0: it has none */

#endif
