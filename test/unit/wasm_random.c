/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_random.c - random valid bodies, as WebAssembly and as the bytecode that they become: both must do the same.
 *
 * wasm_gen.h writes bodies: integers, vectors, references, blocks with parameters and results, branches of all kinds,
 * calls, exceptions. Here they are run twice, by machines that are as plain as can be: one over the bytes of the body
 * with a stack, one over func.code with registers. What a call returns, or throws, is a hash of its arguments.
 * Operations are isa_eval() in both. */
#include "front/front.h"
#include "wasm_gen.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* wants the others before it */

enum { STEPS = 3000, DEPTH = 4096 };

/* Slot k of what function func returns for n slots of arguments: numbers as bits, references as handles. */
static u64 hash(u32 func, const u64 *arg, u32 n, u32 k, u8 letter) {
    u64 h = func * 0x9e3779b97f4a7c15u + k;

    for (u32 j = 0; j < n; j++) h = (h ^ arg[j]) * 0xbf58476d1ce4e5b9u, h ^= h >> 29;
    if (letter == 'E') return h & 7;
    if (letter == 'N') return 0;
    return letter == 'I' ? (u32)h : h;
}

/* All results of it, from `to` on. */
static void answer(const struct module *m, u32 func, const u64 *arg, u64 *to) {
    const struct deftype *t = &m->type[m->func[func].type];
    u32 slot = 0;

    for (u32 k = 0; k < t->nresult; k++) {
        u32 vt = t->vt[t->nparam + k];
        for (u32 half = 0; half < vt_slots(vt); half++, slot++)
            to[slot] = hash(func, arg, t->param_slots, slot, vt_letter(vt));
    }
}

enum { SLOTS = 2 * GEN_VALUES };

struct outcome { bool ended, trapped, thrown; u64 value[SLOTS], seen; }; /* seen: a hash of all arguments of calls */

/* Exceptions of a run: a reference is 1 + the index. */
struct exceptions { struct { u32 tag; u64 slot[SLOTS]; } of[STEPS]; u32 n; };

static u64 new_exception(struct exceptions *x, u32 tag, const u64 *slot, u32 n) {
    assert_true(x->n < STEPS);
    x->of[x->n].tag = tag;
    if (n) memcpy(x->of[x->n].slot, slot, n * sizeof *slot);
    return ++x->n;
}

static u32 tag_slots(const struct module *m, u32 tag) { return m->type[m->tag[tag].type].param_slots; }

/* Some calls throw: the exception, or 0. */
static u64 thrown_by(const struct module *m, struct exceptions *x, u32 func, const u64 *arg, u32 n) {
    u32 tag = func % GEN_TAGS, slot = 0;
    const struct deftype *t = &m->type[m->tag[tag].type];
    u64 payload[SLOTS] = {0};

    if (func < GEN_SINKS || hash(func, arg, n, 99, 'L') % 4) return 0;
    for (u32 k = 0; k < t->nparam; k++)
        for (u32 half = 0; half < vt_slots(t->vt[k]); half++, slot++)
            payload[slot] = hash(func, arg, n, slot + 50, vt_letter(t->vt[k]));
    return new_exception(x, tag, payload, slot);
}

/* --- the body as it stands --- */

/* A v128 takes two slots of the stack. Counts are of slots. */
struct frame { const u8 *start, *end, *other, *clause; u32 base, nparam, nresult, nclause; bool loop; };

struct stack_machine {
    const struct module *m;
    const struct wasm_module *w;
    struct bytes b;
    u64 v[DEPTH]; u32 sp;
    struct frame frame[GEN_DEPTH + 2]; u32 nframe;
    u64 local[GEN_LOCALS][2]; u8 letter[GEN_LOCALS];
    u32 steps;
    struct exceptions x;
};

/* Finds the end and the else of the block whose body starts at b. */
static void find_end(const struct wasm_module *w, struct bytes b, struct frame *f) {
    struct wasm_insn i;
    u32 depth = 0;

    f->other = NULL;
    while (wasm_insn_read(w, &b, &i)) {
        if (i.op == W_block || i.op == W_loop || i.op == W_if || i.op == W_try_table) depth++;
        if (i.op == W_else && !depth) f->other = b.p;
        if (i.op == W_end && !depth--) break;
    }
    f->end = b.p;
}

static u32 slots(struct wasm_types t) {
    u32 n = 0;

    for (u32 k = 0; k < t.n; k++) n += vt_slots(t.t[k]);
    return n;
}

static void enter(struct stack_machine *s, u32 type, bool loop) {
    struct frame *f = &s->frame[s->nframe++];

    find_end(s->w, s->b, f);
    f->start = s->b.p;
    f->loop = loop;
    f->nclause = 0;
    f->nparam = slots(wasm_block_params(s->w, &type));
    f->nresult = slots(wasm_block_results(s->w, &type));
    f->base = s->sp - f->nparam;
}

static void branch(struct stack_machine *s, u32 label) {
    struct frame *f = &s->frame[s->nframe - 1 - label];
    u32 n = f->loop ? f->nparam : f->nresult;

    memmove(s->v + f->base, s->v + s->sp - n, n * sizeof *s->v);
    s->sp = f->base + n;
    s->b.p = f->loop ? f->start : f->end;
    s->nframe -= f->loop ? label : label + 1;
}

/* To the innermost clause that takes it. */
static void throw(struct stack_machine *s, u64 exn, struct outcome *o) {
    while (s->nframe) {
        struct frame *f = &s->frame[--s->nframe];
        struct bytes b = {s->b.base, f->clause, s->b.end, s->b.e};
        struct wasm_catch c;
        for (u32 k = 0; k < f->nclause && wasm_catch_read(&b, &c); k++) {
            u32 n = c.tag == WASM_NONE ? 0 : tag_slots(s->m, c.tag);
            if (c.tag != WASM_NONE && c.tag != s->x.of[exn - 1].tag) continue;
            s->sp = f->base;
            memcpy(s->v + s->sp, s->x.of[exn - 1].slot, n * sizeof *s->v);
            s->sp += n;
            if (c.kind == CATCH_TAG_REF || c.kind == CATCH_ALL_REF) s->v[s->sp++] = exn;
            branch(s, c.label);
            return;
        }
    }
    o->thrown = true;
    o->value[0] = exn;
}

static void call(struct stack_machine *s, u32 func, struct outcome *o) {
    const struct deftype *t = &s->m->type[s->m->func[func].type];
    u64 arg[SLOTS], exn;

    s->sp -= t->param_slots;
    memcpy(arg, s->v + s->sp, t->param_slots * sizeof *arg);
    o->seen = o->seen * 3 + hash(func, arg, t->param_slots, 98, 'L');
    if ((exn = thrown_by(s->m, &s->x, func, arg, t->param_slots))) {
        throw(s, exn, o);
        return;
    }
    answer(s->m, func, arg, s->v + s->sp);
    s->sp += t->result_slots;
}

/* Row of isa.def with the same meaning, and how many operands it takes from the stack; the generator uses no others. */
static bool number(struct stack_machine *s, u16 op) {
    static const struct { u16 wasm, op; u8 n; } same[] = {GEN_NUMBERS};
    u64 out;

    for (u32 k = 0; k < COUNT(same); k++) {
        if (same[k].wasm != op) continue;
        assert_true(isa_eval(same[k].op, s->v[s->sp - same[k].n], same[k].n == 2 ? s->v[s->sp - 1] : 0, &out));
        s->sp -= same[k].n;
        s->v[s->sp++] = out;
        return true;
    }
    return false;
}

static void vector(struct stack_machine *s, const struct wasm_insn *i) {
    u64 *top = &s->v[s->sp];

    switch (i->op) {
    case W_v128_const:
        memcpy(top, i->ext, 16);
        s->sp += 2;
        return;
    case W_i64x2_splat:
        *top = top[-1];
        s->sp++;
        return;
    case W_i64x2_extract_lane:
        top[-2] = top[(s32)i->x - 2];
        s->sp--;
        return;
    case W_v128_xor:
        top[-4] ^= top[-2];
        top[-3] ^= top[-1];
        s->sp -= 2;
        return;
    }
    fail_msg("no meaning for %s", wasm_op[i->op].name);
}

static void get_or_set(struct stack_machine *s, const struct wasm_insn *i) {
    u32 n = s->letter[i->x] == 'V' ? 2 : 1;

    if (i->op == W_local_get) memcpy(s->v + s->sp, s->local[i->x], n * sizeof *s->v), s->sp += n;
    else memcpy(s->local[i->x], s->v + s->sp - n, n * sizeof *s->v);
    if (i->op == W_local_set) s->sp -= n;
}

static void one(struct stack_machine *s, const struct wasm_insn *i, struct outcome *o) {
    u64 *top = &s->v[s->sp ? s->sp - 1 : 0], x;

    if (wasm_op[i->op].page == 0xfd) {
        vector(s, i);
        return;
    }
    switch (i->op) {
    case W_local_get: case W_local_set: case W_local_tee: get_or_set(s, i); return;
    case W_i32_const: s->v[s->sp++] = (u32)i->imm; return;
    case W_i64_const: s->v[s->sp++] = i->imm; return;
    case W_ref_null: s->v[s->sp++] = 0; return;
    case W_ref_is_null: *top = !*top; return;
    case W_drop: s->sp--; return;
    case W_select_t:
        if (i->x == 'V') {
            s->sp -= 3;
            if (!(u32)top[0]) memcpy(top - 4, top - 2, 16);
            return;
        }
        /* fall through */
    case W_select:
        s->sp -= 2;
        if (!(u32)top[0]) top[-2] = top[-1];
        return;
    case W_i32_gt_s: case W_i32_ge_u: case W_i64_gt_u: case W_i64_ge_s:
        x = top[0], top[0] = top[-1], top[-1] = x; /* there are only the opposites */
        assert_true(number(s, i->op));
        return;
    case W_i32_eqz: case W_i64_eqz: *top = i->op == W_i32_eqz ? !(u32)*top : !*top; return;
    case W_block: case W_loop: enter(s, i->x, i->op == W_loop); return;
    case W_if:
        s->sp--;
        x = *top;
        enter(s, i->x, false);
        if (!(u32)x) {
            struct frame *f = &s->frame[s->nframe - 1];
            s->b.p = f->other ? f->other : f->end;
            if (!f->other) s->nframe--;
        }
        return;
    case W_else: s->b.p = s->frame[--s->nframe].end; return; /* the end of then */
    case W_end: s->nframe--; return;
    case W_br: branch(s, i->x); return;
    case W_br_if:
        s->sp--;
        if ((u32)*top) branch(s, i->x);
        return;
    case W_br_table: {
        struct bytes b = {s->b.base, i->ext, s->b.end, s->b.e};
        u32 index = (u32)*top, label = leb_u32(&b);
        s->sp--;
        for (u32 k = 0; k < index && k < i->n; k++) label = leb_u32(&b);
        branch(s, label);
        return;
    }
    case W_return: branch(s, s->nframe - 1); return;
    case W_unreachable: o->trapped = true; return;
    case W_call: call(s, i->x, o); return;
    case W_try_table:
        enter(s, i->x, false);
        s->frame[s->nframe - 1].clause = i->ext;
        s->frame[s->nframe - 1].nclause = i->n;
        return;
    case W_throw:
        s->sp -= tag_slots(s->m, i->x);
        throw(s, new_exception(&s->x, i->x, s->v + s->sp, tag_slots(s->m, i->x)), o);
        return;
    case W_throw_ref:
        if (*top) throw(s, *top, o);
        else o->trapped = true;
        return;
    }
    if (!number(s, i->op)) fail_msg("no meaning for %s", wasm_op[i->op].name);
}

static struct outcome run_body(const struct module *m, u32 f, const u64 *arg) {
    static struct stack_machine s;
    struct outcome o = {0};
    struct error e = {0};
    struct wasm_insn i;
    const struct deftype *t = &m->type[m->func[f].type];
    u32 n = 0;

    memset(&s, 0, offsetof(struct stack_machine, x));
    s.x.n = 0;
    s.m = m;
    s.w = m->front_data;
    s.b = wasm_bytes(s.w, s.w->func[f].body, &e);
    for (; n < t->nparam; arg += vt_slots(t->vt[n]), n++) {
        memcpy(s.local[n], arg, vt_slots(t->vt[n]) * sizeof *arg);
        s.letter[n] = vt_letter(t->vt[n]);
    }
    for (u32 runs = leb_u32(&s.b); runs; runs--) {
        leb_u32(&s.b);
        s.letter[n++] = vt_letter(wasm_read_valtype(s.w, &s.b));
    }
    enter(&s, BLOCK_TYPE | m->func[f].type, false);
    s.frame[0].base = 0;
    while (s.nframe && !o.trapped && !o.thrown && s.steps++ < STEPS && wasm_insn_read(s.w, &s.b, &i)) one(&s, &i, &o);
    o.ended = !s.nframe || o.trapped || o.thrown;
    if (o.ended && !o.trapped && !o.thrown) memcpy(o.value, s.v, t->result_slots * sizeof *s.v);
    return o;
}

/* --- its bytecode --- */

struct machine { const struct module *m; const struct func *f; u64 *r; u32 pc; struct exceptions x; };

/* To the handler of instruction pc, or out. */
static bool raise(struct machine *x, u64 exn, struct outcome *o) {
    for (u32 k = 0; k < x->f->nhandler; k++) {
        const struct handler *h = &x->f->handler[k];
        if (x->pc < h->start || x->pc >= h->end) continue;
        x->r[h->reg] = exn;
        x->pc = h->target;
        return true;
    }
    o->ended = o->thrown = true;
    o->value[0] = exn;
    return false;
}

/* The exception, or 0. */
static u64 call_window(struct machine *x, const struct insn *i, struct outcome *o) {
    const struct deftype *t = &x->m->type[x->m->func[i->imm].type];
    u64 arg[SLOTS], exn;

    memcpy(arg, x->r + i->a, i->c * sizeof *arg);
    o->seen = o->seen * 3 + hash((u32)i->imm, arg, i->c, 98, 'L');
    memset(x->r + i->a, 0, (x->f->nreg - i->a) * sizeof *x->r);
    if (!(exn = thrown_by(x->m, &x->x, (u32)i->imm, arg, i->c)))
        answer(x->m, (u32)i->imm, arg, x->r + i->a + t->result_at);
    return exn;
}

static bool one_vector(struct machine *x, const struct insn *i) {
    u64 *a = x->r + i->a, *b = x->r + i->b, *c = x->r + i->c;

    switch (i->op) {
    case OP_vconst: memcpy(a, x->f->pool[i->imm], 16); return true;
    case OP_vmov: memmove(a, b, 16); return true;
    case OP_vselect: memmove(a, (u32)x->r[i->imm] ? b : c, 16); return true;
    case OP_i64x2_splat: a[1] = a[0] = *b; return true;
    case OP_i64x2_extract_lane: *a = b[i->imm]; return true;
    case OP_v128_xor: {
        u64 low = b[0] ^ c[0];
        a[1] = b[1] ^ c[1];
        a[0] = low;
        return true;
    }
    }
    return false;
}

/* True: it goes on. */
static bool one_insn(struct machine *x, struct outcome *o) {
    const struct insn *i = &x->f->code[x->pc];
    u64 *r = x->r, out;
    u32 next = x->pc + (u32)isa_len(i);

    if (one_vector(x, i)) {
        x->pc = next;
        return true;
    }
    switch ((enum shape)isa_info[i->op].shape) {
    case SHAPE_BIN: assert_true(isa_eval(i->op, r[i->b], r[i->c], &r[i->a])); break;
    case SHAPE_BINI: assert_true(isa_eval(i->op, r[i->b], (u64)(s64)i->imm, &r[i->a])); break;
    case SHAPE_UN: assert_true(isa_eval(i->op, r[i->b], 0, &r[i->a])); break;
    case SHAPE_JCC: case SHAPE_JCCI:
        assert_true(isa_eval(i->op, r[i->b], isa_info[i->op].shape == SHAPE_JCC ? r[i->c] : (u64)(s64)i->imm, &out));
        if (out) next = (u32)i->off;
        break;
    default:
        switch (i->op) {
        case OP_mov32i: r[i->a] = (u32)i->imm; break;
        case OP_mov64i: r[i->a] = (u64)(s64)i->imm; break;
        case OP_const64: r[i->a] = insn_imm64(i); break;
        case OP_select: r[i->a] = (u32)r[i->imm] ? r[i->b] : r[i->c]; break;
        case OP_rnull: r[i->a] = 0; break;
        case OP_ja: next = (u32)i->off; break;
        case OP_brtab: next += (u32)r[i->b] < (u32)i->imm ? (u32)r[i->b] : (u32)i->imm; break;
        case OP_callt:
            if ((out = call_window(x, i, o))) return raise(x, out, o);
            break;
        case OP_throw: return raise(x, new_exception(&x->x, (u32)i->imm, r + i->a, i->c), o);
        case OP_throwref:
            if (r[i->b]) return raise(x, r[i->b], o);
            return o->ended = o->trapped = true, false;
        case OP_exnis: r[i->a] = x->x.of[r[i->b] - 1].tag == (u32)i->imm; break;
        case OP_exnarg:
            assert_int_equal(x->x.of[r[i->b] - 1].tag, i->imm);
            memcpy(r + i->a, x->x.of[r[i->b] - 1].slot, i->c * sizeof *r);
            break;
        case OP_trap: return o->ended = o->trapped = true, false;
        case OP_ret:
            memcpy(o->value, r + i->a, i->c * sizeof *r);
            return o->ended = true, false;
        default: fail_msg("no meaning for %s", isa_name(i->op));
        }
    }
    x->pc = next;
    return true;
}

static struct outcome run_code(const struct module *m, u32 f, const u64 *arg) {
    static struct machine x;
    struct outcome o = {0};

    x.m = m;
    x.f = &m->func[f];
    x.pc = x.x.n = 0;
    x.r = calloc(x.f->nreg + 1u, sizeof(u64));
    assert_non_null(x.r);
    memcpy(x.r, arg, m->type[m->func[f].type].param_slots * sizeof *arg);
    for (u32 k = 0; k < 2 * STEPS && one_insn(&x, &o); k++) {}
    free(x.r);
    return o;
}

/* --- both --- */

static void compare(const struct module *m, u32 f, u64 seed) {
    const struct deftype *t = &m->type[m->func[f].type];
    struct gen g = {.state = seed ^ 0x1234567};
    u64 arg[SLOTS];
    struct outcome want, got;

    for (u32 k = 0, slot = 0; k < t->nparam; k++)
        for (u32 half = 0; half < vt_slots(t->vt[k]); half++, slot++) {
            arg[slot] = gen_next(&g) & 1 ? gen_next(&g) : gen_below(&g, 4);
            if (t->vt[k] == 'I') arg[slot] = (u32)arg[slot];
            if (vt_is_ref(t->vt[k])) arg[slot] &= vt_letter(t->vt[k]) == 'E' ? 7 : 0;
        }
    want = run_body(m, f, arg);
    if (!want.ended) return; /* a loop without end */
    got = run_code(m, f, arg);
    if (!got.ended || want.trapped != got.trapped || want.thrown != got.thrown || want.seen != got.seen)
        fail_msg("seed %llu: does otherwise", (unsigned long long)seed);
    for (u32 k = 0; k < (want.thrown ? 1 : t->result_slots) && !want.trapped; k++)
        if (want.value[k] != got.value[k])
            fail_msg("seed %llu: result slot %u is 0x%llx, not 0x%llx", (unsigned long long)seed, k,
                     (unsigned long long)got.value[k], (unsigned long long)want.value[k]);
}

static void one_module(u64 seed) {
    struct load_options o = {.name = "random"};
    struct module m = {0};
    struct error e = {0};
    struct buf file = {0};
    u32 f;

    gen_module(&file, seed);
    assert_false(file.oom);
    if (front_wasm.load(&m, file.data, file.len, &o, &e) || validate(&m, &o.limits, &e))
        fail_msg("seed %llu: %s", (unsigned long long)seed, e.text);
    f = m.nfunc_import;
    if (func_ready(&m, f, &e)) fail_msg("seed %llu: %s", (unsigned long long)seed, e.text);
    for (u32 k = 0; k < 8; k++) compare(&m, f, seed * 8 + k);
    module_free(&m);
    buf_free(&file);
}

static void same_results(void **state) {
    const char *from = getenv("SVM_SEED"), *many = getenv("SVM_RUNS");
    u64 seed = from ? strtoull(from, NULL, 0) : 1;

    (void)state;
    for (u64 n = many ? strtoull(many, NULL, 0) : 3000; n; n--) one_module(seed++);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_results)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
