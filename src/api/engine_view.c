/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* engine_view.c - what an engine of the host's sees of a linked program, and how its code
 * touches the running ctx. Each function is one rule of docs/ISA.md, so that such an
 * engine keeps them by calling it. */
#include "abi/ctx.h"
#include "abi/engine.h"
#include "ir/module.h"
#include "supervm/engine.h"
#include <string.h>

#define SAME(field) _Static_assert(offsetof(struct svm_insn, field) == offsetof(struct insn, field), "one layout")
SAME(op);
SAME(a);
SAME(b);
SAME(c);
SAME(off);
SAME(imm);
_Static_assert(sizeof(struct svm_insn) == sizeof(struct insn), "one layout");
_Static_assert((int)SVM_SHAPE_CTL == SHAPE_CTL && (int)SVM_SHAPE_LD == SHAPE_LD, "svm_shape is shape");

bool svm_op_describe(uint16_t op, struct svm_op_info *out) {
    const struct isa_row *row;
    if (op >= OP_COUNT)
        return false;
    row = &isa_info[op];
    *out = (struct svm_op_info){
        .name = isa_row_name(row), .shape = row->shape, .size = row->size, .wide = (row->flags & WIDE) != 0};
    return true;
}

int svm_op_find(const char *name) {
    int op;
    for (op = 0; op < OP_COUNT; op++)
        if (*isa_name(op) && !strcmp(isa_name(op), name))
            return op;
    return SVM_ENOENT;
}

bool svm_op_eval(uint16_t op, uint64_t x, uint64_t y, uint64_t *out) {
    return op < OP_COUNT && isa_eval(op, x, y, out);
}

/* ---- the program ---- */

static const struct link_view *view_of(const struct svm_link *l) {
    return (const struct link_view *)l;
}

bool svm_link_func(const struct svm_link *l, uint32_t i, struct svm_func_view *out) {
    const struct module *m = view_of(l)->m;
    const struct func *f;
    if (i >= m->nfunc)
        return false;
    f = &m->func[i];
    *out = (struct svm_func_view){.name = f->name,
                                  .section = f->section,
                                  .code = (const struct svm_insn *)f->code,
                                  .ninsn = f->nslot,
                                  .nreg = f->nreg,
                                  .reg_type = f->reg_type,
                                  .slot = f->base};
    return true;
}

bool svm_link_map(const struct svm_link *l, uint32_t i, struct svm_map_view *out) {
    const struct map_view *v = &view_of(l)->map[i];
    if (i >= view_of(l)->m->nmap)
        return false;
    *out = (struct svm_map_view){.handle = v->handle,
                                 .value = v->value,
                                 .value_len = v->value_len,
                                 .stride = v->stride,
                                 .max_entries = v->max_entries,
                                 .type = v->type,
                                 .read_only = v->read_only};
    return true;
}

const struct svm_callee *svm_link_helper(const struct svm_link *l, uint32_t id) {
    const struct link_view *v = view_of(l);
    return id < v->nhelper ? (const struct svm_callee *)v->helper[id] : NULL;
}

const struct svm_callee *svm_link_import(const struct svm_link *l, uint32_t i) {
    const struct link_view *v = view_of(l);
    return i < v->m->nimport ? (const struct svm_callee *)v->import[i] : NULL;
}

uint64_t svm_link_import_address(const struct svm_link *l, uint32_t i) {
    const struct link_view *v = view_of(l);
    return i < v->m->nimport ? v->import_addr[i] : 0;
}

uint64_t svm_link_arena(const struct svm_link *l) {
    return view_of(l)->arena;
}
bool svm_link_checks(const struct svm_link *l) {
    return view_of(l)->checks;
}
bool svm_link_fuel(const struct svm_link *l) {
    return view_of(l)->fuel;
}
const char *svm_callee_name(const struct svm_callee *c) {
    return ((const struct helper *)c)->name;
}

/* ---- the run ---- */

static struct ctx *ctx_of(struct svm_ctx *cx) {
    return (struct ctx *)cx;
}

static bool stop(struct ctx *cx, u32 trap) {
    cx->trap = trap;
    return false;
}

uint64_t svm_ctx_arg(const struct svm_ctx *cx, unsigned i) {
    return i < 5 ? ((const struct ctx *)cx)->arg[i] : 0;
}

void svm_ctx_return(struct svm_ctx *cx, uint64_t r0) {
    ctx_of(cx)->ret = r0;
}

void svm_ctx_trap(struct svm_ctx *cx, uint32_t trap) {
    ctx_of(cx)->trap = trap;
}

void svm_ctx_stop(struct svm_ctx *c, uint32_t func, uint32_t pc, const uint64_t regs[11]) {
    struct ctx *cx = ctx_of(c);
    cx->trap_func = func;
    cx->trap_pc = pc;
    if (regs)
        memcpy(cx->trap_regs, regs, sizeof cx->trap_regs);
}

bool svm_ctx_trapped(const struct svm_ctx *cx) {
    return ((const struct ctx *)cx)->trap != TRAP_NONE;
}

bool svm_ctx_spend(struct svm_ctx *c, uint32_t n) {
    struct ctx *cx = ctx_of(c);
    cx->fuel -= n;
    return cx->fuel >= 0 || cx->services->refuel(cx);
}

bool svm_ctx_enter(struct svm_ctx *c, uint32_t func, uint32_t pc, uint64_t *fp) {
    struct ctx *cx = ctx_of(c);
    if (cx->depth >= cx->max_depth)
        return stop(cx, TRAP_CALL_DEPTH);
    if (cx->depth < COUNT(cx->shadow))
        cx->shadow[cx->depth] = (u64)func << 32 | pc;
    *fp = (u64)(uintptr_t)cx->stack_top - (u64)cx->depth * cx->frame_size;
    cx->depth++;
    return true;
}

void svm_ctx_leave(struct svm_ctx *cx) {
    ctx_of(cx)->depth--;
}

/* Where the low size bytes of a u64 stand on this machine. */
static size_t low_bytes(unsigned size) {
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : sizeof(u64) - size;
}

bool svm_ctx_load(struct svm_ctx *c, uint64_t addr, unsigned size, uint64_t *value) {
    struct ctx *cx = ctx_of(c);
    bool done = false;
    *value = 0;
    if (!cx->services->access(cx, addr, size, false, value, &done))
        return done;
    memcpy((u8 *)value + low_bytes(size), (const void *)(uintptr_t)addr, size);
    return true;
}

bool svm_ctx_store(struct svm_ctx *c, uint64_t addr, unsigned size, uint64_t value) {
    struct ctx *cx = ctx_of(c);
    bool done = false;
    if (!cx->services->access(cx, addr, size, true, &value, &done))
        return done;
    memcpy((void *)(uintptr_t)addr, (const u8 *)&value + low_bytes(size), size);
    return true;
}

bool svm_ctx_atomic(struct svm_ctx *c, uint64_t addr, unsigned size) {
    struct ctx *cx = ctx_of(c);
    bool done = false;
    u64 unused = 0;
    if (handle_tag(addr) == TAG_CTX)
        return stop(cx, TRAP_BAD_CONTEXT);
    if (addr % size)
        return stop(cx, TRAP_UNALIGNED);
    return cx->services->access(cx, addr, size, true, &unused, &done);
}

bool svm_ctx_packet_load(struct svm_ctx *c, uint64_t off, unsigned size, uint64_t *value) {
    struct ctx *cx = ctx_of(c);
    return cx->services->packet_load(cx, off, size, value);
}

bool svm_ctx_call(struct svm_ctx *c, const struct svm_callee *callee, const uint64_t r[5], uint64_t *r0) {
    const struct helper *h = (const struct helper *)callee;
    struct ctx *cx = ctx_of(c);
    if (!h)
        return stop(cx, TRAP_BAD_HELPER);
    cx->callee = h;
    *r0 = h->fn(cx, r[0], r[1], r[2], r[3], r[4]);
    if (cx->trap)
        return false;
    if (h->ends_if_zero && !*r0) {
        cx->ret = 0;
        return stop(cx, TRAP_END);
    }
    return true;
}
