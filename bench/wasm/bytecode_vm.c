/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bytecode_vm.c - an interpreter in the interpreter: a register machine of 16 instructions runs a sieve and a sum:
 * a switch in a loop, fields out of words.
 * bench: n=2 */
#include "bench.h"

/*  | imm16 | b4 a4 | op8 |  */
enum op { HALT, SET, MOV, ADD, ADDI, SUB, MUL, AND, SHR, LOAD, STORE, JMP, JLT, JEQ, JNE, XOR };
#define I(op, a, b, imm) ((u32)(op) | (u32)(a) << 8 | (u32)(b) << 12 | (u32)(u16)(imm) << 16)

enum { MEM = 4096 };
static u32 mem[MEM];

/* r1 i, r2 multiple, r3 sum, r4 limit, r5 tmp, r6 one, r7 checksum */
/* clang-format off */
static const u32 program[] = {
    I(SET, 4, 0, MEM),  I(SET, 6, 0, 1),   I(SET, 7, 0, 0),   I(SET, 1, 0, 0),   I(SET, 5, 0, 0),
    I(STORE, 5, 1, 0),  I(ADDI, 1, 1, 1),  I(JLT, 1, 4, -3),                      /*  5: clear */
    I(SET, 1, 0, 2),
    I(LOAD, 5, 1, 0),   I(JEQ, 5, 6, 5),                                          /*  9: composite: to 16 */
    I(MOV, 2, 1, 0),
    I(ADD, 2, 1, 0),    I(JLT, 4, 2, 2),   I(STORE, 6, 2, 0), I(JMP, 0, 0, -4),   /* 12: mark multiples */
    I(XOR, 7, 5, 0),    I(MUL, 7, 1, 0),   I(SHR, 7, 0, 1),   I(ADD, 7, 1, 0),    /* 16 */
    I(ADDI, 1, 1, 1),   I(JLT, 1, 4, -13),                                        /* 20: to 9 */
    I(SET, 1, 0, 2),    I(SET, 3, 0, 0),
    I(LOAD, 5, 1, 0),   I(JEQ, 5, 6, 1),   I(ADD, 3, 1, 0),                       /* 24: sum of the primes */
    I(ADDI, 1, 1, 1),   I(JLT, 1, 4, -5),
    I(XOR, 7, 3, 0),    I(HALT, 0, 0, 0),
};
/* clang-format on */

static NOINLINE u32 run(const u32 *code, u64 *steps) {
    u32 r[16] = {0}, pc = 0;
    u64 n = 0;
    for (;; n++) {
        u32 w = code[pc++], a = w >> 8 & 15, b = w >> 12 & 15;
        s32 imm = (s32)w >> 16;
        switch ((enum op)(w & 0xff)) {
        case HALT: *steps += n; return r[7];
        case SET: r[a] = (u32)imm; break;
        case MOV: r[a] = r[b]; break;
        case ADD: r[a] += r[b]; break;
        case ADDI: r[a] = r[b] + (u32)imm; break;
        case SUB: r[a] -= r[b]; break;
        case MUL: r[a] *= r[b]; break;
        case AND: r[a] &= r[b]; break;
        case SHR: r[a] >>= imm & 31; break;
        case LOAD: r[a] = mem[(r[b] + (u32)imm) & (MEM - 1)]; break;
        case STORE: mem[(r[b] + (u32)imm) & (MEM - 1)] = r[a]; break;
        case JMP: pc += (u32)imm; break;
        case JLT:
            if (r[a] < r[b])
                pc += (u32)imm;
            break;
        case JEQ:
            if (r[a] == r[b])
                pc += (u32)imm;
            break;
        case JNE:
            if (r[a] != r[b])
                pc += (u32)imm;
            break;
        case XOR: r[a] ^= r[b]; break;
        }
    }
}

EXPORT u32 bench(u32 n) {
    u64 steps = 0;
    u32 h = 0;
    for (u32 k = 0; k < n; k++)
        h = mix(h, run(program, &steps));
    return mix(h, (u32)steps);
}
