/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tell.h - tools are told of machine code that has been put in its place, where the host wants it (jit_options).
 * Failing to tell is no failure to compile: tools then see less. */
#ifndef ENGINE_TELL_H
#define ENGINE_TELL_H
#include "base/buf.h"
#include "ir/module.h"

/* gdb.c: an object file in memory, of code that is elsewhere: its symbols, lines and frames. It is taken from *elf, empty ones are
 * passed over, and belongs to *list until gdb_forget(). */
struct gdb_told;
void gdb_tell(struct gdb_told **list, struct buf *elf);
void gdb_forget(struct gdb_told *list);

/* perf.c: the files that perf reads. */
struct perf_code {
    const char *name;
    const u8 *code; u32 size;
    /* Its source lines, ascending by native position, one where another begins: calls fn for each. */
    void (*lines)(const void *of, void (*fn)(void *arg, u32 at, const struct line *l), void *arg);
    const void *of;
};
struct perf_files;
struct perf_files *perf_open(void); /* NULL: no file can be had */
void perf_add(struct perf_files *p, const struct perf_code *c);
void perf_close(struct perf_files *p);

#endif
