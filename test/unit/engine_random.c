/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* engine_random.c - random programs, in the engines of engine_kit.h and in an evaluator of 200 lines.
 *
 * engine_gen.h makes them. Result, trap, place of the trap, fuel and the buffer must be the same. The evaluator
 * knows nothing of blocks beyond their charges: one instruction after the other, isa_eval for each.
 *
 *   engine_random [PROGRAMS [SEED]] */
#include "engine_gen.h"
#include "engine_kit.h"
#include "ir/cfg.h"
#include <stdio.h>

enum { FRAMES = 8 };

struct test {
    struct gen g;
    struct cfg cfg[MAX_FUNC];
    struct link_view view;
    void *image;
    struct arena arena;
};

/* One side's outcome. */
struct outcome {
    u64 ret;
    u32 trap, func, pc;
    s64 fuel;
    u8 buf[BUF];
};

/* --- helpers: a mixture of the arguments; a trap; another run --- */

static u64 mix(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    (void)cx;
    return (r1 ^ r2 * 3) + (r3 ^ r4 * 5) + r5 * 7;
}
static bool traps(u64 r1) {
    return (r1 & 15) == 3;
}
static u64 may_trap(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    if (traps(r1))
        cx->trap = TRAP_BAD_ARGUMENT;
    return r1 + r2 + r3 + r4 + r5;
}
static u64 nested(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    u64 args[5] = {r2, r3, r4, r5, r1}, ret = 0;
    cx->services->call(cx, MAX_FUNC - 1, args, &ret);
    return ret + 1;
}
static const struct helper helpers[] = {
    {.name = "mix", .fn = mix, .arg = {ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY}, .id = 0},
    {.name = "may_trap", .fn = may_trap, .arg = {ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY}, .id = 1},
    {.name = "nested", .fn = nested, .arg = {ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY, ARG_ANY}, .id = 2},
};
static const struct helper *const table[] = {&helpers[0], &helpers[1], &helpers[2], NULL};

/* --- the evaluator --- */

struct eval {
    struct test *t;
    u8 *stack, *buf;
    s64 fuel;
    u32 trap, func, pc, depth;
};

static u8 *at(struct eval *e, u64 addr, u32 size) {
    u64 s = addr - (u64)(uintptr_t)e->stack, b = addr - (u64)(uintptr_t)e->buf;
    if ((s < FRAME * FRAMES && size <= FRAME * FRAMES - s) || (b < BUF && size <= BUF - b))
        return (u8 *)(uintptr_t)addr;
    return NULL;
}

static bool stop(struct eval *e, u32 trap, u32 func, u32 pc) {
    e->trap = trap;
    e->func = func;
    e->pc = pc;
    return false;
}

static bool eval_call(struct eval *e, u32 f, const u64 args[5], u64 *ret, u32 from, u32 pc);

static bool atomic(const struct insn *i, u8 *p, u64 *r) {
    u32 size = isa_info[i->op].size;
    u64 old = 0, v = r[i->c], new;
    memcpy(&old, p, size);
    switch (isa_info[i->op].atom) {
    case ATOM_ADD:
    case ATOM_FADD: new = old + v; break;
    case ATOM_OR:
    case ATOM_FOR: new = old | v; break;
    case ATOM_AND:
    case ATOM_FAND: new = old &v; break;
    case ATOM_XOR:
    case ATOM_FXOR: new = old ^ v; break;
    case ATOM_XCHG:
    case ATOM_STREL: new = v; break;
    case ATOM_CMPXCHG: new = old == (size == 4 ? (u32)r[0] : r[0]) ? v : old; break;
    default: new = old; break;
    }
    memcpy(p, &new, size);
    if (isa_info[i->op].atom == ATOM_CMPXCHG)
        r[0] = old;
    else if (isa_info[i->op].atom == ATOM_LDACQ)
        r[i->a] = old;
    else if (isa_info[i->op].atom >= ATOM_FADD && isa_info[i->op].atom <= ATOM_XCHG)
        r[i->c] = old;
    return true;
}

static bool access_of(struct eval *e, const struct insn *i, u64 *r, u32 f, u32 pc) {
    const struct isa_row *row = &isa_info[i->op];
    u64 addr = r[i->b] + (u64)(s64)i->off, v = 0;
    u8 *p;
    if (row->shape == SHAPE_ATOM && addr % row->size)
        return stop(e, TRAP_UNALIGNED, f, pc);
    if (!(p = at(e, addr, row->size)))
        return stop(e, TRAP_OUT_OF_BOUNDS, f, pc);
    switch (row->shape) {
    case SHAPE_LD:
        memcpy(&v, p, row->size);
        if (i->op == OP_ldsx8 || i->op == OP_ldsx16 || i->op == OP_ldsx32)
            v = (u64)((s64)(v << (64 - 8 * row->size)) >> (64 - 8 * row->size));
        r[i->a] = v;
        return true;
    case SHAPE_ST: memcpy(p, &r[i->c], row->size); return true;
    case SHAPE_STI:
        v = (u64)(s64)i->imm;
        memcpy(p, &v, row->size);
        return true;
    default: return atomic(i, p, r);
    }
}

static bool helper(struct eval *e, u64 *r, u32 id, u32 f, u32 pc) {
    u64 args[5] = {r[2], r[3], r[4], r[5], r[1]}, ret = 0;
    switch (id) {
    case 0: ret = mix(NULL, r[1], r[2], r[3], r[4], r[5]); break;
    case 1:
        if (traps(r[1]))
            return stop(e, TRAP_BAD_ARGUMENT, f, pc);
        ret = r[1] + r[2] + r[3] + r[4] + r[5];
        break;
    case 2:
        if (!eval_call(e, MAX_FUNC - 1, args, &ret, MAX_FUNC - 1, 0))
            return false;
        ret++;
        break;
    default: return stop(e, TRAP_BAD_HELPER, f, pc);
    }
    r[0] = ret;
    memset(r + 1, 0, 5 * sizeof *r);
    return true;
}

/* Pays for the block at pc. */
static bool enter(struct eval *e, u32 f, u32 pc) {
    const struct cfg *g = &e->t->cfg[f];
    e->fuel -= g->blk[g->of[pc]].charge;
    return e->fuel >= 0 || stop(e, TRAP_FUEL, f, pc);
}

/* from, pc: where it is told when there are no frames left */
static bool eval_call(struct eval *e, u32 f, const u64 args[5], u64 *ret, u32 from, u32 pc) {
    u64 r[REGS] = {0}, z;
    if (e->depth == FRAMES)
        return stop(e, TRAP_CALL_DEPTH, from, pc);
    memcpy(r + 1, args, 5 * sizeof *r);
    r[REG_FP] = (u64)(uintptr_t)(e->stack + FRAME * (FRAMES - e->depth++));
    memset((void *)(uintptr_t)(r[REG_FP] - FRAME), 0, FRAME);
    if (!enter(e, f, 0))
        return false;
    for (pc = 0;; pc++) {
        const struct insn *i = &e->t->g.code[f][pc];
        const struct isa_row *row = &isa_info[i->op];
        u64 y = row->shape == SHAPE_BIN || row->shape == SHAPE_JCC ? r[i->c] : (u64)(s64)i->imm;
        switch (row->shape) {
        case SHAPE_BIN:
        case SHAPE_BINI:
        case SHAPE_UN:
            if (!isa_eval(i->op, r[i->b], y, &r[i->a]))
                return stop(e,
                            row->type[0] == 'I' ? (u32)y ? TRAP_INT_OVERFLOW : TRAP_DIV_BY_ZERO
                            : y                 ? TRAP_INT_OVERFLOW
                                                : TRAP_DIV_BY_ZERO,
                            f, pc);
            break;
        case SHAPE_JCC:
        case SHAPE_JCCI:
            isa_eval(i->op, r[i->b], y, &z);
            if (!enter(e, f, z ? (u32)i->off : pc + 1))
                return false;
            pc = z ? (u32)i->off - 1 : pc;
            break;
        case SHAPE_LD:
        case SHAPE_ST:
        case SHAPE_STI:
        case SHAPE_ATOM:
            if (!access_of(e, i, r, f, pc))
                return false;
            break;
        default:
            switch (i->op) {
            case OP_mov64i: r[i->a] = (u64)(s64)i->imm; break;
            case OP_mov32i: r[i->a] = (u32)i->imm; break;
            case OP_const64: r[i->a] = insn_imm64(i); break;
            case OP_pad: break;
            case OP_ja:
                if (!enter(e, f, (u32)i->off))
                    return false;
                pc = (u32)i->off - 1;
                break;
            case OP_call:
                if (!helper(e, r, (u32)i->imm, f, pc))
                    return false;
                break;
            case OP_callf:
                if (!eval_call(e, (u32)i->imm, r + 1, &r[0], f, pc))
                    return false;
                memset(r + 1, 0, 5 * sizeof *r);
                break;
            case OP_exit:
                *ret = r[0];
                e->depth--;
                return true;
            default: abort();
            }
        }
    }
}

/* --- both sides --- */

static bool no_fuel(struct ctx *cx) {
    if (cx->fuel_rest <= 0) {
        cx->trap = TRAP_FUEL;
        return false;
    }
    cx->fuel += cx->fuel_rest < 100 ? cx->fuel_rest : 100;
    cx->fuel_rest -= cx->fuel_rest < 100 ? cx->fuel_rest : 100;
    return true;
}
static bool no_access(struct ctx *cx, u64 addr, u32 size, bool write, u64 *val, bool *done) {
    (void)addr, (void)size, (void)write, (void)val;
    *done = false;
    cx->trap = TRAP_OUT_OF_BOUNDS;
    return false;
}
static const struct engine *tested;
static const void *running; /* the image: the service below has no other way to it */
static bool call_again(struct ctx *cx, u32 func, const u64 args[5], u64 *ret) {
    memcpy(cx->arg, args, sizeof cx->arg);
    tested->run(running, cx, func);
    *ret = cx->ret;
    return !cx->trap;
}
static const struct services services = {.refuel = no_fuel, .access = no_access, .call = call_again};

static void set_arguments(struct ctx *cx, u8 *buf) {
    memset(cx->arg, 0, sizeof cx->arg);
    cx->arg[0] = (u64)(uintptr_t)buf;
    cx->arg[1] = BUF;
}

/* Where a run has ended well, and the engine has a way for runs that begin as it did: two of these, from the same
 * buffer, and whatever the stack holds. */
static void run_again(const void *image, struct ctx *cx, s64 slice, s64 rest, u8 *stack, u8 *buf, const u8 *first) {
    struct engine_entry en = {0};
    set_arguments(cx, buf); /* nested runs have had theirs there */
    if (cx->trap || !tested->entry || !tested->entry(image, cx, 0, &en))
        return;
    en.fuel = slice;
    for (u32 k = 0; k < 2 && !cx->trap; k++) {
        memcpy(buf, first, BUF);
        memset(stack, 0x5a, FRAME * FRAMES);
        set_arguments(cx, buf);
        cx->fuel_rest = rest;
        en.enter(cx, &en);
    }
}

/* slice: of the budget, what the run begins with. */
static void run_engine(const void *image, u64 budget, u64 slice, u8 *stack, u8 *buf, struct outcome *o) {
    struct region region[REGION_MAP] = {0};
    u8 first[BUF];
    s64 begin = (s64)(budget < slice ? budget : slice);
    struct ctx cx = {.fuel = begin, .fuel_rest = (s64)budget - begin, .max_depth = FRAMES, .frame_size = FRAME};
    cx.region = region;
    cx.nregion = REGION_MAP;
    cx.services = &services;
    cx.stack_top = stack + FRAME * FRAMES;
    set_arguments(&cx, buf);
    region_set(&region[REGION_STACK], stack, FRAME * FRAMES, true);
    region_set(&region[REGION_PACKET], buf, BUF, true);
    running = image;
    memcpy(first, buf, BUF);
    tested->run(image, &cx, 0);
    run_again(image, &cx, begin, (s64)budget - begin, stack, buf, first);
    o->trap = cx.trap;
    o->ret = cx.trap ? 0 : cx.ret;
    o->func = cx.trap ? cx.trap_func : 0;
    o->pc = cx.trap ? cx.trap_pc : 0;
    o->fuel = cx.fuel + cx.fuel_rest;
    memcpy(o->buf, buf, BUF);
}

static void run_eval(struct test *t, u64 budget, u8 *stack, u8 *buf, struct outcome *o) {
    struct eval e = {.t = t, .stack = stack, .buf = buf, .fuel = (s64)budget};
    u64 args[5] = {(u64)(uintptr_t)buf, BUF}, ret = 0;
    eval_call(&e, 0, args, &ret, 0, 0);
    *o = (struct outcome){e.trap ? 0 : ret, e.trap, e.trap ? e.func : 0, e.trap ? e.pc : 0, e.fuel, {0}};
    memcpy(o->buf, buf, BUF);
}

static void print_program(const struct test *t) {
    for (u32 f = 0; f < MAX_FUNC; f++)
        for (u32 i = 0; i < t->g.func[f].nslot; i++) {
            const struct insn *k = &t->g.code[f][i];
            fprintf(stderr, "  f%u %3u  %s a%u b%u c%u off %d imm %d\n", f, i, isa_name(k->op), k->a, k->b, k->c,
                    k->off, k->imm);
        }
}

static void fill_buffer(u8 *buf, u64 seed) {
    for (u32 i = 0; i < BUF; i++)
        buf[i] = (u8)(i * 37 + seed);
}

static bool differs(const struct test *t, u64 seed, const char *how, const struct outcome *a, const struct outcome *b) {
    if (a->trap == b->trap && a->ret == b->ret && a->func == b->func && a->pc == b->pc && a->fuel == b->fuel &&
        !memcmp(a->buf, b->buf, BUF))
        return false;
    fprintf(stderr,
            "engine_random: seed %llu%s: engine: r0 0x%llx trap %u at %u:%u fuel %lld; evaluator: r0 0x%llx trap %u "
            "at %u:%u fuel %lld%s\n",
            (unsigned long long)seed, how, (unsigned long long)b->ret, b->trap, b->func, b->pc, (long long)b->fuel,
            (unsigned long long)a->ret, a->trap, a->func, a->pc, (long long)a->fuel,
            memcmp(a->buf, b->buf, BUF) ? "; the buffers differ" : "");
    print_program(t);
    return true;
}

/* What ended by itself, once more: begun with all the fuel that it takes (func_facts.bounded), with checks, and
 * without where it needed none. */
static bool differs_bounded(struct test *t, u64 seed, s64 need, u8 *stack, u8 *buf, struct outcome *a) {
    struct func_facts facts[MAX_FUNC] = {0};
    struct link_view v = t->view;
    struct error e = {0};
    bool differ = false;
    a->fuel = 0;
    for (u32 f = 0; f < MAX_FUNC; f++)
        facts[f].bounded = true;
    v.facts = facts;
    for (u32 k = 0; !differ && k < (a->trap ? 1u : 2u); k++) {
        struct outcome b = {0};
        void *image;
        v.checks = !k;
        if (tested->compile(&v, &image, &e))
            abort();
        fill_buffer(buf, seed);
        memset(stack, 0x5a, FRAME * FRAMES);
        run_engine(image, (u64)need, (u64)need, stack, buf, &b);
        differ = differs(t, seed, v.checks ? " bounded" : " bounded, without checks", a, &b);
        tested->free(image);
    }
    return differ;
}

static int one(u64 seed, u64 *ran) {
    static struct test t; /* large, and nothing of it outlives the call */
    const struct engine *g = tested;
    static u8 memory[2 << 20] __attribute__((aligned(64))); /* far apart: nothing strays from one to the other */
    u8 *stack = memory, *buf = memory + (1 << 20);
    struct outcome a = {0}, b = {0};
    struct error e = {0};
    u64 budget;
    int status = 0;
    memset(&t, 0, sizeof t);
    gen_begin(&t.g, seed);
    budget = below(&t.g, 4) ? 2000 : below(&t.g, 300);
    gen_module(&t.g);
    t.view = (struct link_view){
        .m = &t.g.m, .helper = table, .nhelper = COUNT(table), .checks = true, .fuel = true, .frame_size = FRAME};
    if (validate(&t.g.m, NULL, &e) || g->compile(&t.view, &t.image, &e)) {
        fprintf(stderr, "engine_random: seed %llu: %s\n", (unsigned long long)seed, e.text);
        print_program(&t);
        arena_drop(&t.g.m.arena);
        return 1;
    }
    for (u32 f = 0; f < MAX_FUNC; f++) {
        memcpy(t.g.code[f], t.g.func[f].code,
               t.g.func[f].nslot * sizeof(struct insn)); /* as decoded: callees are indices */
        if (cfg_build(&t.cfg[f], &t.g.func[f], &t.arena, &e))
            abort();
    }
    /* One after the other in the same memory: programs may compare pointers. What the stack holds
     * before the engine's run must not show. */
    fill_buffer(buf, seed);
    memset(stack, 0, FRAME * FRAMES);
    run_eval(&t, budget, stack, buf, &a);
    fill_buffer(buf, seed);
    memset(stack, 0x5a, FRAME * FRAMES);
    run_engine(t.image, budget, 100, stack, buf, &b);
    status = differs(&t, seed, "", &a, &b) ||
             (a.trap != TRAP_FUEL && differs_bounded(&t, seed, (s64)budget - a.fuel, stack, buf, &a));
    *ran += !a.trap;
    g->free(t.image);
    arena_drop(&t.g.m.arena);
    arena_drop(&t.arena);
    return status;
}

int main(int argc, char **argv) {
    u64 n = argc > 1 ? strtoull(argv[1], NULL, 0) : 20000, seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    const char *only = getenv("SVM_ENGINE");
    int failed = 0;
    for (u32 k = 0; (tested = engine_to_test(k, only)); k++) {
        u64 ran = 0;
        int differ = 0;
        for (u64 i = 0; i < n && differ < 3; i++)
            differ += one(seed + i, &ran);
        printf("engine_random: %s: %llu programs, %llu ran to their end, %d differ\n", tested->name,
               (unsigned long long)n, (unsigned long long)ran, differ);
        failed += differ;
    }
    return failed != 0;
}
