/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* known.c - what is known of r0 .. r10 along straight code: constants, upper halves, pointers into the frame and to
 * values of maps. */
#include "engine/jit/x86_64/emit.h"
#include <string.h>

void forget(struct emit *e) {
    e->known = e->zext = e->value_at = 0;
    e->frame_at = 1u << REG_FP;
    e->frame_off[REG_FP] = 0;
}

bool frame_known(const struct emit *e, u32 v, u32 n, struct mem *m) {
    s64 off;
    if (!e->u->fixed || !(e->frame_at >> v & 1))
        return false;
    off = e->frame_off[v];
    if (!e->l->frame_size || off < -(s64)e->l->frame_size || off + n > 0)
        return false;
    *m = mem_b(FRAME, (s32)off);
    return true;
}

bool value_known(const struct emit *e, u32 v, s64 off, u32 n, bool write) {
    if (!e->u->fixed || !(e->value_at >> v & 1))
        return false;
    off += e->value_off[v];
    return off >= 0 && off + n <= e->l->m->map[e->value_map].value_size &&
           !(write && e->l->map[e->value_map].read_only);
}

static void know(struct emit *e, u32 v, u64 bits) {
    e->known |= 1u << v;
    e->bits[v] = bits;
    if (bits >> 32 == 0)
        e->zext |= 1u << v;
}

/* Of what they leave nothing more is to be known than whether the upper half is zero. */
enum { BINARY = 1, LOAD };
static const u8 dull[OP_COUNT] = {
#define BIN(name, ...) [OP_##name] = BINARY,
#define LD(name, ...)  [OP_##name] = LOAD,
#include "isa/isa.def"
};

/* What instruction i leaves behind it. */
void learn(struct emit *e, const struct insn *i) {
    u32 was = e->zext, frame = e->frame_at, value = e->value_at, out;
    u64 x = 0, y = 0, v;
    bool bx;
    if (unlikely(isa_brief[i->op] & BRIEF_ODD)) {
        struct regs w = isa_odd_writes(i);
        out = 0;
        for (u32 k = 0; k < w.n; k++)
            out |= 1u << w.r[k];
    } else {
        out = isa_brief[i->op] & BRIEF_A ? 1u << i->a : 0;
    }
    if (!out)
        return;
    bx = e->known >> (i->b & 15) & 1;
    x = e->bits[i->b < NREG_EBPF ? i->b : 0];
    e->known &= ~out;
    e->zext &= ~out;
    e->frame_at &= ~out;
    e->value_at &= ~out;
    if (dull[i->op]) {
        if (dull[i->op] == LOAD ? i->op == OP_ldx8 || i->op == OP_ldx16 : isa_info[i->op].type[0] == 'I')
            e->zext |= out; /* of 32 bits the context may give a whole pointer */
        return;
    }
    switch ((enum shape)isa_info[i->op].shape) {
    case SHAPE_BINI:
        if (isa_info[i->op].type[0] == 'I')
            e->zext |= 1u << i->a;
        y = (u64)(s64)i->imm;
        if (i->op == OP_add64i && frame >> i->b & 1 && e->frame_off[i->b] > -(1 << 20) &&
            e->frame_off[i->b] < 1 << 20 && i->imm > -(1 << 20) && i->imm < 1 << 20) {
            e->frame_at |= 1u << i->a;
            e->frame_off[i->a] = e->frame_off[i->b] + i->imm;
        }
        if (i->op == OP_add64i && value >> i->b & 1 && e->value_off[i->b] > -(1 << 20) &&
            e->value_off[i->b] < 1 << 20 && i->imm > -(1 << 20) && i->imm < 1 << 20) {
            e->value_at |= 1u << i->a;
            e->value_off[i->a] = e->value_off[i->b] + i->imm;
        }
        if (bx && isa_eval(i->op, x, y, &v))
            know(e, i->a, v);
        if ((i->op == OP_and64i && i->imm >= 0) || (i->op == OP_rsh64i && (i->imm & 63) >= 32))
            e->zext |= 1u << i->a;
        return;
    case SHAPE_UN:
        if (isa_info[i->op].type[0] == 'I' || i->op == OP_be16 || i->op == OP_be32 || i->op == OP_le16 ||
            i->op == OP_le32 || i->op == OP_bswap16 || i->op == OP_bswap32 || (i->op == OP_mov64 && was >> i->b & 1))
            e->zext |= 1u << i->a;
        if (i->op == OP_mov64 && frame >> i->b & 1) {
            e->frame_at |= 1u << i->a;
            e->frame_off[i->a] = e->frame_off[i->b];
        }
        if (i->op == OP_mov64 && value >> i->b & 1) {
            e->value_at |= 1u << i->a;
            e->value_off[i->a] = e->value_off[i->b];
        }
        if (bx && isa_eval(i->op, x, 0, &v))
            know(e, i->a, v);
        return;
    default: break;
    }
    switch (i->op) {
    case OP_mov64i: know(e, i->a, (u64)(s64)i->imm); return;
    case OP_mov32i: know(e, i->a, (u32)i->imm); return;
    case OP_const64: know(e, i->a, insn_imm64(i)); return;
    case OP_ldmap: know(e, i->a, e->l->map[i->imm].handle); return;
    case OP_ldmapval: know(e, i->a, (u64)(uintptr_t)e->l->map[i->imm].value + (u32)i->off); return;
    default: return;
    }
}

struct known knowledge(const struct emit *e) {
    struct known k = {e->known, e->zext, e->frame_at, e->value_at, e->value_map, {0}, {0}, {0}};
    memcpy(k.bits, e->bits, sizeof k.bits);
    memcpy(k.frame_off, e->frame_off, sizeof k.frame_off);
    memcpy(k.value_off, e->value_off, sizeof k.value_off);
    return k;
}

void recall(struct emit *e, const struct known *k) {
    e->known = k->known;
    e->zext = k->zext;
    e->frame_at = k->frame_at;
    e->value_at = k->value_at;
    e->value_map = k->value_map;
    memcpy(e->bits, k->bits, sizeof e->bits);
    memcpy(e->frame_off, k->frame_off, sizeof e->frame_off);
    memcpy(e->value_off, k->value_off, sizeof e->value_off);
}
