/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* dwarf.h - source lines out of the custom sections .debug_line, .debug_line_str and .debug_str.
 *
 * They are for people only: what is malformed in them, of a version or form that is not known, or too much for the
 * room that they have, is as if it were not there. Addresses are offsets in the contents of the code section. */
#ifndef FRONT_WASM_DWARF_H
#define FRONT_WASM_DWARF_H
#include "base/buf.h"
#include "front/wasm/wasm.h"
#include "ir/module.h"

/* From addr on up to the next row; file: in file[], or NO_INDEX; line 0: what comes from no line. */
struct dwarf_row {
    u32 addr, line, column, file;
};
/* Addresses start .. end - 1: row[first] and n - 1 more, by addr. */
struct dwarf_run {
    u32 start, end, first, n;
};
/* Texts begin at off, and end with a 0 in the len bytes from there on; else they are none. dir.len 0: no directory. */
struct dwarf_file {
    struct wasm_span dir, name;
    const char *path; /* once it was asked for; "": none */
};

struct dwarf {
    const u8 *p;                                /* the module; spans are offsets in it */
    struct wasm_span code, line, line_str, str; /* sections; len 0: there is none */
    struct dwarf_row *row;
    struct dwarf_run *run; /* by start */
    struct dwarf_file *file;
    u32 nrow, nrun, nfile;
    u64 room; /* bytes of memory that lines may still take */
};

/* dwarf_line.c: what the line programs say; runs in the order of the file. */
struct dwarf_tables {
    struct buf row, run, file;
};
void dwarf_line_read(const struct dwarf *d, struct dwarf_tables *t);

/* dwarf.c: module.lines. */
void wasm_lines(struct module *m, u32 f);

#endif
