/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* value_vm.c - a machine for a dynamic language: a stack of tagged values, calls, a hash table of values. It runs
 * recursive Fibonacci and then fills and reads a table: tags tested at each step, numbers that are doubles or integers.
 * bench: n=17 */
#include "bench.h"

enum tag { NIL, INTEGER, NUMBER, TABLE };
struct value {
    u32 tag;
    union {
        s32 i;
        f64 n;
        struct table *t;
    } u;
};
enum { SLOTS = 512, STACK = 1024, FRAMES = 256 };
struct pair {
    struct value key, val;
};
struct table {
    struct pair slot[SLOTS];
    u32 count;
};
static struct table the_table;
static struct value stack[STACK];
static struct frame {
    const u8 *pc;
    u32 base;
} frames[FRAMES];

static u32 key_hash(const struct value *k) {
    union {
        f64 f;
        u64 u;
    } x = {k->u.n};
    return k->tag == INTEGER ? (u32)k->u.i * 0x9e3779b1u >> 7 : (u32)((x.u >> 32) ^ x.u) * 0x85ebca6bu >> 5;
}

static u32 same(const struct value *a, const struct value *b) {
    return a->tag == b->tag && (a->tag == INTEGER ? a->u.i == b->u.i : a->u.n == b->u.n);
}

/* The pair with this key, or the free one where it would stand. */
static NOINLINE struct pair *lookup(struct table *t, const struct value *k) {
    u32 i = key_hash(k);
    for (;; i++) {
        i &= SLOTS - 1;
        if (t->slot[i].key.tag == NIL || same(&t->slot[i].key, k))
            return &t->slot[i];
    }
}

static void store(struct table *t, const struct value *k, const struct value *v) {
    struct pair *to = lookup(t, k);
    if (to->key.tag == NIL) {
        if (t->count + 1 >= SLOTS)
            return;
        t->count++;
        to->key = *k;
    }
    to->val = *v;
}

static f64 number(const struct value *v) {
    return v->tag == INTEGER ? v->u.i : v->tag == NUMBER ? v->u.n : 0;
}

static void arith(struct value *a, const struct value *b, u32 op) {
    if (a->tag == INTEGER && b->tag == INTEGER) {
        u32 x = (u32)a->u.i, y = (u32)b->u.i;
        a->u.i = (s32)(op == 0 ? x + y : op == 1 ? x - y : x * y);
    } else {
        f64 x = number(a), y = number(b);
        a->tag = NUMBER;
        a->u.n = op == 0 ? x + y : op == 1 ? x - y : x * y;
    }
}

static u32 less(const struct value *a, const struct value *b) {
    return a->tag == INTEGER && b->tag == INTEGER ? a->u.i < b->u.i : number(a) < number(b);
}

enum op { END, INT, HALF, LOCAL, SET_LOCAL, ADD, SUB, MUL, JUMP_UNLESS_LESS, JUMP, CALL, RETURN, NEW, GET, PUT };

/* function 0: fib(n); function 1: fill and add up a table of n entries */
/* clang-format off */
static const u8 code0[] = {
    LOCAL, 0, INT, 2, JUMP_UNLESS_LESS, 3, LOCAL, 0, RETURN,
    LOCAL, 0, INT, 1, SUB, CALL, 0, LOCAL, 0, INT, 2, SUB, CALL, 0, ADD, RETURN,
};
static const u8 code1[] = {
    NEW, INT, 0, INT, 0,                                        /* locals: 0 n, 1 table, 2 i, 3 sum */
    LOCAL, 2, LOCAL, 0, JUMP_UNLESS_LESS, 21,                   /*  5: while i < n */
    LOCAL, 1, LOCAL, 2, HALF, MUL, LOCAL, 2, LOCAL, 2, MUL, PUT, /* 11: t[i / 2] = i * i */
    LOCAL, 2, INT, 1, ADD, SET_LOCAL, 2, JUMP, 26,              /* 23: i = i + 1, to 5 */
    INT, 0, SET_LOCAL, 2,                                       /* 32: i = 0 */
    LOCAL, 2, LOCAL, 0, JUMP_UNLESS_LESS, 21,                   /* 36: while i < n */
    LOCAL, 3, LOCAL, 1, LOCAL, 2, HALF, MUL, GET, ADD, SET_LOCAL, 3, /* 42: sum = sum + t[i / 2] */
    LOCAL, 2, INT, 1, ADD, SET_LOCAL, 2, JUMP, 26,              /* 54: to 36 */
    LOCAL, 3, RETURN,                                           /* 63 */
};
/* clang-format on */
static const u8 *const codes[] = {code0, code1};

static NOINLINE struct value run(u32 f, s32 arg) {
    const u8 *pc = codes[f];
    u32 sp = 1, base = 0, depth = 0, op;
    stack[0] = (struct value){.tag = INTEGER, .u.i = arg};
    for (;;)
        switch ((enum op)(*pc++)) {
        case END: return stack[0];
        case INT: stack[sp++] = (struct value){.tag = INTEGER, .u.i = *pc++}; break;
        case HALF: stack[sp++] = (struct value){.tag = NUMBER, .u.n = 0.5}; break;
        case LOCAL: stack[sp++] = stack[base + *pc++]; break;
        case SET_LOCAL: stack[base + *pc++] = stack[--sp]; break;
        case ADD:
        case SUB:
        case MUL:
            op = (u32)pc[-1] - ADD;
            sp--;
            arith(&stack[sp - 1], &stack[sp], op);
            break;
        case JUMP_UNLESS_LESS:
            sp -= 2;
            pc += less(&stack[sp], &stack[sp + 1]) ? 1 : *pc + 1;
            break;
        case JUMP: pc -= *pc; break;
        case CALL:
            if (depth == FRAMES)
                return (struct value){0};
            frames[depth++] = (struct frame){pc + 1, base};
            base = sp - 1;
            pc = codes[*pc];
            break;
        case RETURN:
            stack[base] = stack[sp - 1];
            sp = base + 1;
            if (!depth)
                return stack[base];
            pc = frames[--depth].pc;
            base = frames[depth].base;
            break;
        case NEW:
            for (u32 i = 0; i < SLOTS; i++)
                the_table.slot[i].key.tag = the_table.slot[i].val.tag = NIL;
            the_table.count = 0;
            stack[sp++] = (struct value){.tag = TABLE, .u.t = &the_table};
            break;
        case GET:
            sp--;
            stack[sp - 1] = lookup(stack[sp - 1].u.t, &stack[sp])->val;
            break;
        case PUT:
            sp -= 3;
            store(stack[sp].u.t, &stack[sp + 1], &stack[sp + 2]);
            break;
        }
}

EXPORT u32 bench(u32 n) {
    struct value a = run(0, (s32)n), b = run(1, 400);
    return mix(mix_f64(a.tag, number(&a)), (u32)number(&b));
}
