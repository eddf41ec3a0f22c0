/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf_index.h - types of a BTF that are found by number at once: the running kernel's, and the program's own. */
#ifndef CHECK_BTF_INDEX_H
#define CHECK_BTF_INDEX_H
#include "base/arena.h"
#include "ir/btf.h"

struct btf_index {
    const u8 *btf;
    u64 size, strings;
    u32 *at, n; /* where type i + 1 begins */
};

/* False: it is no BTF, or is cut off; then there are no types in it. */
bool btf_index_make(struct btf_index *x, const u8 *p, u64 size, struct arena *a);
bool btf_index_at(const struct btf_index *x, u32 id, struct btf_type *t);
const char *btf_index_text(const struct btf_index *x, u32 name); /* "" where there is none */
/* Behind typedefs and qualifiers: the id, or 0. *tag: a type tag that stands on the way, or "". */
u32 btf_index_resolved(const struct btf_index *x, u32 id, struct btf_type *t, const char **tag);
/* Takes time that grows with the number of types. 0: none. */
u32 btf_index_find(const struct btf_index *x, const char *name, u32 kind);
u64 btf_index_bytes(const struct btf_index *x, u32 id); /* of an object of this type; 0: it has no size */
/* The prototype of a function, a pointer to one, or a typedef of that; 0: it is none. */
u32 btf_index_prototype(const struct btf_index *x, u32 id);

#endif
