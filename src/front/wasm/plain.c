/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* plain.c - instructions as most of them are: of one opcode byte, on locals, numbers or the only memory, and right.
 * in:  a validator in the middle of a body
 * out: the same, behind as many of them as come in a row; the next one is for the rules (validate.c), which say what is
 *      wrong with it if anything is
 *
 * The rules keep all that they know in the validator, where their messages find it. Here it is in registers, and that
 * is twice as fast. */
#include "front/wasm/validate.h"

enum shape { OTHER, GET, SET, TEE, INTEGER, FLOAT, UNARY, BINARY, LOAD, STORE };

struct plain {
    u8 shape;
    u8 most; /* FLOAT: its bytes; INTEGER: bytes of a right one, whatever is in them; LOAD, STORE: the alignment */
    u8 result;
    u8 a, b; /* operands; b of two is on top */
};

/* Rows out of those of wasm.def, by what a compiler folds: n operands of the types sig[1], sig[2]. */
#define SHAPE(op, imm, sig, n, feature)                                                                                \
    ((op) == W_local_get                      ? GET                                                                    \
     : (op) == W_local_set                    ? SET                                                                    \
     : (op) == W_local_tee                    ? TEE                                                                    \
     : (sig)[0] == '*' || (feature) != WF_MVP ? OTHER                                                                  \
     : (imm) == IMM_I32 || (imm) == IMM_I64   ? INTEGER                                                                \
     : (imm) == IMM_F32 || (imm) == IMM_F64   ? FLOAT                                                                  \
     : (imm) == IMM_NONE                      ? ((n) == 1 ? UNARY : BINARY)                                            \
     : (imm) >= IMM_ACC0 && (imm) <= IMM_ACC3 ? ((n) == 1 ? LOAD : STORE)                                              \
                                              : OTHER)
#define MOST(imm)                                                                                                      \
    ((imm) == IMM_I32 || (imm) == IMM_F32 ? 4 : (imm) == IMM_I64 ? 9 : (imm) == IMM_F64 ? 8 : (u8)((imm) - IMM_ACC0))
#define LETTER(c) ((c) == 'A' ? 'I' : (c))
#define ROW_BASE(code, op, imm, sig, n, feature)                                                                       \
    [code] = {SHAPE(op, imm, sig, n, feature), MOST(imm), LETTER((sig)[0]), LETTER((sig)[1]), LETTER((sig)[2])},
#define ROW_FB(...)
#define ROW_FC(...)
#define ROW_FD(...)
#define ROW_FE(...)

static const struct plain plain[256] = {
#define OP(id, text, page, code, imm, sig, feature)                                                                    \
    ROW_##page(code, W_##id, IMM_##imm, sig "\0\0", sizeof(sig) - 2, WF_##feature)
#include "front/wasm/wasm.def"
};

/* Behind an integer of at most so many bytes; NULL: it has more. The last byte of a body ends an integer, too. */
static inline const u8 *behind(const u8 *p, u32 most) {
    for (u32 n = 0; n < most; n++)
        if (p[n] < 0x80)
            return p + n + 1;
    return NULL;
}

void plain_run(struct validator *v) {
    const struct wasm_module *m = v->m;
    const u8 *p = v->b.p, *end = v->b.end, *next = p;
    const u32 *low = v->stack + v->base, *high = v->stack + v->room, *local = v->local;
    u32 *sp = v->stack + v->sp, nlocal = v->nlocal < v->first_unset ? v->nlocal : v->first_unset;
    bool memory = m->nmemory && !m->memory[0].lim.is64;

    if (p == end || end[-1] != 0x0b) /* no end: nothing is right */
        return;
    if (nlocal > 0x80)
        nlocal = 0x80; /* of those whose index is a byte */
    for (; p < end; p = next) {
        const struct plain *o = &plain[*p];

        switch ((enum shape)o->shape) {
        case GET:
            if (p[1] >= nlocal || sp >= high)
                goto out;
            *sp++ = local[p[1]];
            next = p + 2;
            break;
        case SET:
            if (p[1] >= nlocal || sp == low || sp[-1] != local[p[1]])
                goto out;
            sp--;
            next = p + 2;
            break;
        case TEE:
            if (p[1] >= nlocal || sp == low || sp[-1] != local[p[1]])
                goto out;
            next = p + 2;
            break;
        case INTEGER:
            if (!(next = behind(p + 1, o->most)) || sp >= high)
                goto out;
            *sp++ = o->result;
            break;
        case FLOAT:
            next = p + 1 + o->most;
            if (next > end || sp >= high)
                goto out;
            *sp++ = o->result;
            break;
        case UNARY:
            if (sp - low < 1 || sp[-1] != o->a)
                goto out;
            sp[-1] = o->result;
            next = p + 1;
            break;
        case BINARY:
            if (sp - low < 2 || sp[-2] != o->a || sp[-1] != o->b)
                goto out;
            *(--sp - 1) = o->result;
            next = p + 1;
            break;
        case LOAD:
            if (!memory || p[1] > o->most || sp == low || sp[-1] != 'I' || !(next = behind(p + 2, 4)))
                goto out;
            sp[-1] = o->result;
            break;
        case STORE:
            if (!memory || p[1] > o->most || sp - low < 2 || sp[-2] != 'I' || sp[-1] != o->b ||
                !(next = behind(p + 2, 4)))
                goto out;
            sp -= 2;
            break;
        case OTHER: goto out;
        }
    }
out:
    v->b.p = p;
    v->sp = (u32)(sp - v->stack);
}
