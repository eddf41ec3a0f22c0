/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* object.c - globals, tables, references, exceptions as values; operations on objects that rt makes. */
#include "abi/object.h"
#include "engine/jit/typed.h"
#include "engine/jit/x86_64/emit.h"

/* SCRATCH := word i of the array that a field of the context points at. */
static void ctx_word(struct emit *e, size_t field, u32 i) {
    x_load(e->c, W64, SCRATCH, mem_b(CTX, (s32)field));
    x_load(e->c, W64, SCRATCH, mem_b(SCRATCH, (s32)(8 * i)));
}

/* --- globals --- */

static void global_get(struct emit *e, const struct insn *i) {
    struct mem at = mem_b(SCRATCH, 0);
    char t = i->op == OP_vgget ? 'V' : (char)vt_letter(e->im->m->global[i->imm].vt);
    ctx_word(e, offsetof(struct ctx, global), (u32)i->imm);
    if (t == 'V' || t == 'F' || t == 'D') {
        unsigned x = def_xmm(e, i->a, XSCRATCH);
        v_rm(e->c, t == 'V' ? V_movups : t == 'F' ? V_movss_ld : V_movsd_ld, x, at);
        done_xmm(e, i->a, x, t);
        return;
    }
    enum gpr d = def_gpr(e, i->a, SCRATCH);
    x_load(e->c, t == 'I' ? W32 : W64, d, at);
    done_gpr(e, i->a, d);
}

static void global_set(struct emit *e, const struct insn *i) {
    struct mem at = mem_b(SCRATCH, 0);
    char t = i->op == OP_vgset ? 'V' : (char)vt_letter(e->im->m->global[i->imm].vt);
    u64 x;
    ctx_word(e, offsetof(struct ctx, global), (u32)i->imm);
    if (t == 'V' || t == 'F' || t == 'D') /* the upper half of an f32's cell stays 0 */
        v_mr(e->c, t == 'V' ? V_movups_st : t == 'F' ? V_movss_st : V_movsd_st, at, use_xmm(e, i->a, XSCRATCH));
    else if (const_of(e, i->a, &x) && store_fits(e, W64, x))
        x_store_i(e->c, W64, at, (s32)x);
    else
        x_store(e->c, t == 'I' ? W32 : W64, at, use_gpr(e, i->a, SCRATCH2));
}

/* --- tables --- */

/* SCRATCH := the elements of table n, SCRATCH2 := index v, which is one of them. */
static void table_index(struct emit *e, u32 n, u32 v) {
    x_mov_rr(e->c, e->im->m->table[n].lim.is64 ? W64 : W32, SCRATCH2, use_gpr(e, v, SCRATCH2));
    ctx_word(e, offsetof(struct ctx, table), n);
    x_alu_rm(e->c, ALU_cmp, W64, SCRATCH2, mem_b(SCRATCH, offsetof(struct table, size)));
    trap_if(e, CC_ae, TRAP_TABLE_BOUNDS);
    mask_index(e, CC_ae, SCRATCH2);
    x_load(e->c, W64, SCRATCH, mem_b(SCRATCH, offsetof(struct table, elem)));
}

static void table_get(struct emit *e, const struct insn *i) {
    enum gpr d = def_gpr(e, i->a, SCRATCH);
    table_index(e, (u32)i->imm, i->b);
    x_load(e->c, W64, d, mem_bx(SCRATCH, SCRATCH2, 3, 0));
    done_gpr(e, i->a, d);
}

static void table_set(struct emit *e, const struct insn *i) {
    table_index(e, (u32)i->imm, i->b);
    x_lea(e->c, W64, SCRATCH2, mem_bx(SCRATCH, SCRATCH2, 3, 0));
    x_store(e->c, W64, mem_b(SCRATCH2, 0), use_gpr(e, i->a, SCRATCH));
}

static void table_size(struct emit *e, const struct insn *i) {
    enum gpr d = def_gpr(e, i->a, SCRATCH);
    ctx_word(e, offsetof(struct ctx, table), (u32)i->imm);
    x_load(e->c, W64, d, mem_b(SCRATCH, offsetof(struct table, size)));
    done_gpr(e, i->a, d);
}

/* --- references --- */

static void function_ref(struct emit *e, const struct insn *i) {
    enum gpr d = def_gpr(e, i->a, SCRATCH);
    x_load(e->c, W64, d, mem_b(CTX, offsetof(struct ctx, func)));
    x_alu_ri(e->c, ALU_add, W64, d, (s32)((u32)i->imm * sizeof(struct funcref)));
    done_gpr(e, i->a, d);
}

static void reference_check(struct emit *e, const struct insn *i) {
    enum gpr r = use_gpr(e, i->b, SCRATCH);
    x_test_rr(e->c, W64, r, r);
    trap_if(e, CC_e, TRAP_NULL_REFERENCE);
}

static void exception_is(struct emit *e, const struct insn *i) {
    u32 end = enc_label(e->c);
    x_mov_rr(e->c, W64, SCRATCH2, use_gpr(e, i->b, SCRATCH2));
    ctx_word(e, offsetof(struct ctx, tag), (u32)i->imm);
    x_test_rr(e->c, W64, SCRATCH2, SCRATCH2);
    x_jcc(e->c, CC_e, end); /* null: its 0 is the result */
    x_alu_rm(e->c, ALU_cmp, W64, SCRATCH, mem_b(SCRATCH2, offsetof(struct exception, tag)));
    x_mov_ri(e->c, SCRATCH2, 0);
    x_setcc(e->c, CC_e, SCRATCH2);
    enc_bind(e->c, end);
    done_gpr(e, i->a, SCRATCH2);
}

static void exception_slots(struct emit *e, const struct insn *i) {
    const struct deftype *t = &e->im->m->type[e->im->m->tag[i->imm].type];
    const struct site *s = site_here(e);
    const u16 *out = &e->u->list[s->out];
    x_mov_rr(e->c, W64, SCRATCH2, use_gpr(e, i->b, SCRATCH2));
    ctx_word(e, offsetof(struct ctx, tag), (u32)i->imm);
    x_test_rr(e->c, W64, SCRATCH2, SCRATCH2);
    trap_if(e, CC_e, TRAP_NULL_EXCEPTION);
    x_alu_rm(e->c, ALU_cmp, W64, SCRATCH, mem_b(SCRATCH2, offsetof(struct exception, tag)));
    trap_if(e, CC_ne, TRAP_NULL_EXCEPTION);
    for (u32 k = 0, at = 0; k < t->nparam; k++) {
        u16 v = out[at];
        struct mem from = mem_b(SCRATCH2, (s32)(offsetof(struct exception, slot) + 8 * at));
        char c = (char)vt_letter(t->vt[k]);
        at += vt_slots(t->vt[k]);
        if (v == NO_VALUE)
            continue;
        if (c == 'V' || c == 'F' || c == 'D') {
            unsigned x = def_xmm(e, v, XSCRATCH);
            v_rm(e->c, c == 'V' ? V_movups : c == 'F' ? V_movss_ld : V_movsd_ld, x, from);
            done_xmm(e, v, x, c);
        } else {
            enum gpr d = def_gpr(e, v, SCRATCH);
            x_load(e->c, W64, d, from);
            done_gpr(e, v, d);
        }
    }
}

/* --- by way of rt --- */

static struct out_arg operand(const struct insn *i, u32 k, u32 v) {
    const struct isa_row *row = &isa_info[i->op];
    bool is = isa_has(row->type[k]) && (k || row->flags & READS_A);
    return (struct out_arg){is ? OUT_VALUE : OUT_NUMBER, 0, v, 0};
}

static void object(struct emit *e, const struct insn *i) {
    const struct isa_row *row = &isa_info[i->op];
    struct out_arg arg[] = {{OUT_NUMBER, 0, 0, i->op | (u64)(u32)i->imm << 32},
                            {OUT_NUMBER, 0, 0, (u32)i->off},
                            operand(i, 0, i->a),
                            operand(i, 1, i->b),
                            operand(i, 2, i->c)};
    call_service(e, jit_typed_object, arg, COUNT(arg));
    if (isa_has(row->type[0]) && !(row->flags & READS_A))
        done_gpr(e, i->a, SCRATCH);
}

bool emit_object(struct emit *e, const struct insn *i) {
    switch (i->op) {
    case OP_rnull:
        x_zero(e->c, SCRATCH);
        done_gpr(e, i->a, SCRATCH);
        return true;
    case OP_rfunc: function_ref(e, i); return true;
    case OP_rcheck: reference_check(e, i); return true;
    case OP_gget:
    case OP_vgget: global_get(e, i); return true;
    case OP_gset:
    case OP_vgset: global_set(e, i); return true;
    case OP_tget: table_get(e, i); return true;
    case OP_tset: table_set(e, i); return true;
    case OP_tsize: table_size(e, i); return true;
    case OP_exnis: exception_is(e, i); return true;
    case OP_exnarg: exception_slots(e, i); return true;
    case OP_tgrow:
    case OP_tfill:
    case OP_tcopy:
    case OP_tinit:
    case OP_tdrop:
    case OP_tseg:
    case OP_mfill:
    case OP_mcopy:
    case OP_minit:
    case OP_mdrop: object(e, i); return true;
    default: return false;
    }
}
