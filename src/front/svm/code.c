/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* code.c - a function in a .svm file: its head, its instructions as slots, what is known of each of them.
 *
 * Code that came as slots goes out as it came. Code that a front end made is encoded; each instruction keeps its
 * place, so that targets, handlers, lines and offsets need no translation. */
#include "front/svm/code.h"
#include "base/buf.h"

enum { FUNC_WIDE = 1, FUNC_GLOBAL = 2, FUNC_TYPED = 4, FUNC_IMPORTED = 8, FUNC_FLAGS = 15 };

static void io_flags(struct io *s, struct func *f) {
    u8 flags =
        (u8)(f->wide * FUNC_WIDE | f->global * FUNC_GLOBAL | f->typed * FUNC_TYPED | f->imported * FUNC_IMPORTED);
    io_u8(s, &flags);
    if (flags & ~FUNC_FLAGS)
        io_bad(s, E_RESERVED, "function flags 0x%x", flags);
    if (s->writing)
        return;
    f->wide = flags & FUNC_WIDE;
    f->global = flags & FUNC_GLOBAL;
    f->typed = flags & FUNC_TYPED;
    f->imported = flags & FUNC_IMPORTED;
}

/* --- registers: runs of equal letters --- */

static void write_types(struct io *s, const struct func *f) {
    u32 runs = 0, n;
    for (u32 k = 0; f->reg_type && k < f->nreg; k++)
        runs += !k || f->reg_type[k] != f->reg_type[k - 1];
    buf_u32(&s->out, runs);
    for (u32 k = 0; runs && k < f->nreg; k += n) {
        u16 len;
        u8 type = f->reg_type[k];
        for (n = 1; k + n < f->nreg && f->reg_type[k + n] == type; n++)
            ;
        len = (u16)n;
        io_u8(s, &type);
        io_u16(s, &len);
    }
}

static void read_types(struct io *s, struct func *f) {
    u32 runs = io_count(s, 0, 3), at = 0;
    u8 *type = runs ? io_alloc(s, f->nreg, 1) : NULL;
    for (u32 k = 0; type && k < runs; k++) {
        u8 letter = get_u8(&s->r);
        u16 n = get_u16(&s->r);
        if (!n || n > f->nreg - at) {
            io_bad(s, E_FORMAT, "types of %u registers, of %u", at + n, f->nreg);
            return;
        }
        while (n--)
            type[at++] = letter;
    }
    if (runs && !s->r.bad && at != f->nreg)
        io_bad(s, E_FORMAT, "types of %u registers, of %u", at, f->nreg);
    f->reg_type = type;
}

/* --- instructions --- */

static void write_code(struct io *s, const struct func *f) {
    for (u32 pc = 0; pc < f->nslot;) {
        u32 len = pc + 1 < f->nslot && f->code[pc + 1].op == OP_pad ? 2 : 1;
        u64 slot[2] = {0};
        if (isa_encode(&f->code[pc], pc, slot) != (int)len) {
            io_bad(s, E_UNSUP, "function %s, instruction %u: %s has no encoding with these operands", f->name, pc,
                   isa_name(f->code[pc].op));
            return;
        }
        for (u32 k = 0; k < len; k++)
            buf_u64(&s->out, slot[k]);
        pc += len;
    }
}

/* eBPF functions call each other by distance, so each keeps its place among the slots of the module. One that never
 * had slots stands where the last one ended, so that places are in order. */
static void io_place(struct io *s, struct func *f) {
    u32 base = s->writing && !f->slot ? s->end : f->base;
    io_u32(s, &base);
    if (base < s->end)
        io_bad(s, E_FORMAT, "function %s overlaps another", f->name ? f->name : "?");
    s->end = f->typed ? base : base + (u32)min64(f->nslot, UINT32_MAX - base);
    if (!s->writing)
        f->base = base;
}

static void io_code(struct io *s, struct func *f) {
    f->nslot = io_count(s, f->nslot, 8);
    io_place(s, f);
    if (s->writing && !f->slot)
        write_code(s, f);
    else
        io_u64s(s, &f->slot, f->nslot);
}

/* --- what is known of them --- */

static void io_line(struct io *s, void *row) {
    struct line *l = row;
    io_u32(s, &l->insn);
    io_u32(s, &l->line);
    io_u32(s, &l->column);
    io_text_or_null(s, &l->file);
    io_text_or_null(s, &l->text);
}

static void io_handler(struct io *s, void *row) {
    struct handler *h = row;
    io_u32(s, &h->start);
    io_u32(s, &h->end);
    io_u32(s, &h->target);
    io_u16(s, &h->reg);
}

static void io_pool_entry(struct io *s, void *row) {
    for (u32 k = 0; k < 16; k++)
        io_u8(s, (u8 *)row + k);
}

static void io_notes(struct io *s, struct func *f) {
    bool jumps = f->jump_ok != NULL, places = f->where != NULL;
    io_rows(s, &f->line, &f->nline, sizeof *f->line, 14, io_line);
    for (u32 k = 1; !s->writing && k < f->nline; k++)
        if (f->line[k].insn < f->line[k - 1].insn)
            io_bad(s, E_FORMAT, "line %u is out of order", k);
    io_bool(s, &jumps);
    if (jumps && io_count(s, (f->nslot + 63) / 64, 8) != (f->nslot + 63) / 64)
        io_bad(s, E_FORMAT, "targets of jump tables for another number of instructions");
    if (jumps)
        io_u64s(s, &f->jump_ok, (f->nslot + 63) / 64);
    io_bool(s, &places);
    if (places && io_count(s, f->nslot, 4) != f->nslot)
        io_bad(s, E_FORMAT, "places of another number of instructions");
    if (places)
        io_u32s(s, &f->where, f->nslot);
    io_rows(s, &f->pool, &f->npool, 16, 16, io_pool_entry);
    io_rows(s, &f->handler, &f->nhandler, sizeof *f->handler, 14, io_handler);
}

void io_func(struct io *s, void *row) {
    struct func *f = row;
    io_text_or_null(s, &f->name);
    io_text_or_null(s, &f->section);
    io_u64(s, &f->file_off);
    io_flags(s, f);
    io_u32(s, &f->type);
    io_u32(s, &f->import);
    io_u16(s, &f->nreg);
    if (s->writing)
        write_types(s, f);
    else
        read_types(s, f);
    io_code(s, f);
    io_notes(s, f);
}
