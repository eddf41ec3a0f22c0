/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* split.h - from bare slots to a module; private to front/raw/. */
#ifndef FRONT_RAW_SPLIT_H
#define FRONT_RAW_SPLIT_H
#include "ir/module.h"

/* What every module of bare code has: name, license, one program over function 0. */
int raw_begin(struct module *m, const char *front, const struct load_options *o, struct error *e);
/* slot[n] of the arena become functions, split where calls go. labels (may be NULL) name them. */
int raw_split(struct module *m, const u64 *slot, u32 n, const struct asm_label *label, u32 nlabel, struct error *e);
/* Little-endian bytes to slots of the arena, and those to functions. */
int raw_bytes(struct module *m, const u8 *p, size_t len, const struct load_options *o, struct error *e);

#endif
