/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf.h - the little that a running program needs of its module's BTF (checked by the front end). */
#ifndef RT_BTF_H
#define RT_BTF_H
#include "ir/module.h"

u64 btf_size_of(const struct module *m, u32 type); /* bytes of a struct or union; 0: it is none */
/* Offset of the member of that type whose own type is the struct of this name; -1: there is none. */
s64 btf_member_of(const struct module *m, u32 type, const char *name);
u32 btf_find_type(const struct module *m, const char *name, u32 kind); /* 0: none */

#endif
