/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* linked.c - code that a linker has put into a library or an executable, and whose accesses of memory 0 fault: who
 * handles that is told where it is, and finds whose access it was in the line tables that it has brought along
 * (carry.c). */
#include "base/fault.h"
#include "engine/native/object.h"
#include "engine/native/run.h"
#include <stdlib.h>

struct native_code_block *native_linked(const struct native_head *h, struct error *e) {
    const struct native_lines *l = h->lines;
    struct native_code_block *c = calloc(1, sizeof *c);
    if (!c || !(c->part = calloc(1, sizeof *c->part))) {
        free(c);
        fail(e, E_NOMEM, NOWHERE, "out of memory");
        return NULL;
    }
    c->c.run = (u8 *)(uintptr_t)(l->func - l->func_at);
    c->c.size = l->ncode;
    c->part->line = (u8 *)(uintptr_t)l->line;
    c->part->nline = l->nline;
    c->npart = 1;
    if ((c->faults = !fault_code_add(c->c.run, c->c.size, native_fault)))
        return c;
    native_unlink(c);
    fail(e, E_NOMEM, NOWHERE, "faults of native code cannot be caught");
    return NULL;
}

void native_unlink(struct native_code_block *c) {
    if (c->faults)
        fault_code_remove(c->c.run, c->c.size);
    free(c->part);
    free(c);
}
