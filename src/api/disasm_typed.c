/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* disasm_typed.c - a typed function in, its text out: the instructions of the input, each above what it became.
 *
 *   0000000000000051 <fib>: (i32) -> (i32), 4 registers
 *           53: local.get 0
 *           55: i32.const 2
 *           57: i32.lt_u
 *           58: br_if 0
 *                     0:	if w0 < 2 goto +6
 *
 * func.where[] says which instruction of the input each came from; several often become one. */
#include "api/api.h"
#include "api/disasm.h"
#include "front/front.h"
#include "ir/text.h"

struct listing {
    const struct module *m;
    const struct func *f;
    u32 index;
    const struct front *front;
    u64 next;                /* the input is printed so far; 0: not begun */
    const struct line *last; /* that was printed */
    struct isa_names names;
};

static const char *func_name(void *arg, u32 i) {
    const struct module *m = ((struct listing *)arg)->m;
    return i < m->nfunc ? m->func[i].name : NULL;
}

static void source_upto(struct listing *t, u64 upto, struct buf *b) {
    if (t->front && t->front->view && upto >= t->next)
        t->next = t->front->view->insns(t->m, t->index, t->next, upto, b);
}

/* "; src/a.c:12" where another line begins: the text of lines is not in the file, as eBPF's is. */
static void print_source(struct listing *t, u32 pc, struct buf *b) {
    const struct line *l = module_line(t->m, t->index, pc);
    if (!l || (t->last && l->line == t->last->line && l->file == t->last->file))
        return;
    if (l->file)
        buf_printf(b, "; %s:%u\n", l->file, l->line);
    else
        buf_printf(b, "; line %u\n", l->line);
    t->last = l;
}

int disasm_typed(const struct module *m, u32 index, unsigned flags, struct native *n, struct buf *b,
                 struct error *e) {
    const struct func *f = &m->func[index];
    struct listing t = {.m = m, .f = f, .index = index, .front = front_named(m->front)};
    t.names = (struct isa_names){.func = func_name, .arg = &t};
    if (func_ready(m, index, e) || (n && native_func(n, index, e)))
        return e->code;
    buf_printf(b, "\n%016llx <%s>: ", (unsigned long long)f->file_off, f->name);
    print_signature(b, m, f->type);
    buf_printf(b, ", %u registers\n", f->nreg);
    for (u32 pc = 0; pc < f->nslot; pc++) {
        if (f->code[pc].op == OP_pad)
            continue;
        if (n)
            native_upto(n, pc, b);
        if (flags & SVM_DISASM_SOURCE)
            print_source(&t, pc, b);
        if (f->where)
            source_upto(&t, f->where[pc], b);
        buf_printf(b, "%20u:\t", pc);
        if (flags & SVM_DISASM_HEX && f->slot)
            disasm_slots(b, f, pc);
        isa_print(b, &f->code[pc], pc, &t.names);
        buf_printf(b, "\n");
    }
    if (n)
        native_upto(n, UINT32_MAX, b);
    source_upto(&t, UINT64_MAX, b); /* what nothing came from: dead code, the last end */
    for (u32 k = 0; k < f->nhandler; k++)
        buf_printf(b, "%20s\thandler of %u .. %u: %u, exception in r%u\n", "", f->handler[k].start,
                   f->handler[k].end - 1, f->handler[k].target, f->handler[k].reg);
    return 0;
}
