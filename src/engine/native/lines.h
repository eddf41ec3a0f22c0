/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lines.h - line tables of objects, read. */
#ifndef ENGINE_NATIVE_LINES_H
#define ENGINE_NATIVE_LINES_H
#include "engine/native/object.h"
#include "front/wasm/dwarf.h"

/* Of both sections; code: addresses are less. */
struct native_tables {
    struct buf all;
    struct dwarf_tables t;
};
void native_tables_read(struct native_tables *x, const u8 *line, u32 nline, const u8 *str, u32 nstr, u32 code);
void native_tables_drop(struct native_tables *x);
bool native_row_place(const struct native_tables *x, const struct dwarf_row *row, u64 *place); /* false: it says none */

#endif
