/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* validate.c - function bodies: locals, then one pass over the instructions.
 * in:  a decoded module      out: yes, or the first thing that is wrong and where
 *
 * Most instructions are plain: their row's signature says it all. Time is linear in the bytes:
 * locals beyond the first thousand stay run-length coded, lists of types are compared as
 * memory, and the slow comparisons that references need are paid for from a budget. */
#include "front/wasm/validate.h"
#include "front/wasm/insn_read.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int mismatch(struct validator *v, const char *fmt, ...) {
    char text[200];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return bad(&v->b, E_FORMAT, v->i.at, "type mismatch: %s at %s", text, wasm_op[v->i.op].name);
}

/* --- the operand stack --- */

bool type_fits(struct validator *v, u32 sub, u32 super) {
    u64 cost;

    if (sub == super || !sub) return true;
    cost = sub & VT_REF && (sub & VT_HEAP) < HEAP_GROUP ? 1u + v->m->type[sub & VT_HEAP].depth : 1u;
    if (cost > v->work) {
        bad(&v->b, E_LIMIT, v->i.at, "too many subtype checks for a module of this size");
        return true;
    }
    v->work -= cost;
    return wasm_type_match(v->m, sub, super);
}

u32 pop_slow(struct validator *v, u32 want) {
    u32 got;

    if (v->b.e->code) return want;
    if (v->sp == v->base) {
        if (!top(v)->unreachable) mismatch(v, "instruction requires [%s] but stack has []", wasm_type_text(want).s);
        return 0;
    }
    got = v->stack[--v->sp];
    if (!type_fits(v, got, want))
        mismatch(v, "instruction requires [%s] but stack has [%s]", wasm_type_text(want).s, wasm_type_text(got).s);
    return got;
}

u32 pop_any(struct validator *v) {
    if (v->sp > v->base) return v->stack[--v->sp];
    if (!v->b.e->code && !top(v)->unreachable) mismatch(v, "instruction requires a value but stack has []");
    return 0;
}

void push_full(struct validator *v) {
    bad(&v->b, E_LIMIT, v->i.at, "more than %u values on the operand stack at %s", v->room,
        wasm_op[v->i.op].name);
}

/* The types on top are just those: the common case, and fast enough for lists of a thousand. */
static bool on_top(const struct validator *v, struct wasm_types t) {
    return v->sp - v->base >= t.n && !memcmp(v->stack + v->sp - t.n, t.t, t.n * sizeof *t.t);
}

void pop_types(struct validator *v, struct wasm_types t) {
    if (likely(t.n <= 1)) {
        if (t.n) pop(v, t.t[0]);
        return;
    }
    if (on_top(v, t)) {
        v->sp -= t.n;
        return;
    }
    while (t.n-- && !(v->sp == v->base && (v->b.e->code || top(v)->unreachable))) pop(v, t.t[t.n]);
}

void push_types(struct validator *v, struct wasm_types t) {
    if (likely(t.n <= 1)) {
        if (t.n) push(v, t.t[0]);
        return;
    }
    if (t.n > v->room - v->sp) {
        push_full(v);
        return;
    }
    memcpy(v->stack + v->sp, t.t, t.n * sizeof *t.t);
    v->sp += t.n;
}

void peek_types(struct validator *v, struct wasm_types t) {
    u32 sp = v->sp;

    if (on_top(v, t)) return;
    pop_types(v, t); /* which only reads what it pops */
    v->sp = sp;
}

/* --- locals --- */

static u32 local_type(const struct validator *v, u32 i) {
    const struct run *r = (const struct run *)(void *)v->runs.data;
    u32 low = 0, high = v->nrun - 1;

    if (i < FAST_LOCALS) return v->local[i];
    while (low < high) {
        u32 mid = (low + high) / 2;
        if (i < r[mid].end) high = mid;
        else low = mid + 1;
    }
    return r[low].type;
}

static void add_locals(struct validator *v, u32 n, u32 type, bool param) {
    struct run r = {v->nlocal + n, type};

    if (!n || v->b.e->code) return;
    for (u32 i = v->nlocal; i < r.end && i < FAST_LOCALS; i++) v->local[i] = type;
    if (!param && !wasm_defaultable(type) && v->first_unset == WASM_NONE) v->first_unset = v->nlocal;
    v->nlocal = r.end;
    v->local_slots += n * vt_slots(type);
    if (v->nlocal <= FAST_LOCALS && v->nrun) { /* nobody searches among these: one run for all */
        ((struct run *)(void *)v->runs.data)[0].end = v->nlocal;
        return;
    }
    buf_add(&v->runs, &r, sizeof r);
    v->nrun++;
    if (v->runs.oom) bad(&v->b, E_NOMEM, v->b.p, "out of memory for locals");
}

static void read_locals(struct validator *v, u32 type) {
    struct wasm_types params = wasm_params(v->m, type);
    u64 total = params.n;
    u32 n;

    v->nlocal = v->nrun = v->local_slots = 0;
    v->runs.len = v->set.len = 0;
    v->first_unset = WASM_NONE;
    for (u32 i = 0; i < params.n; i++) add_locals(v, 1, params.t[i], true);
    n = leb_u32(&v->b);
    if (n > left(&v->b)) bad_end(&v->b);
    for (u32 i = 0; i < n && !v->b.e->code; i++) {
        const u8 *at = v->b.p;
        u32 many = leb_u32(&v->b), t = wasm_read_valtype(v->m, &v->b);
        if ((total += many) <= WASM_MAX_LOCALS) add_locals(v, many, t, false);
        else if (total > WASM_NONE || i + 1 == n) /* the specification's own limit comes first */
            bad(&v->b, E_LIMIT, at, "too many locals: %llu, at most %u", (unsigned long long)total, WASM_MAX_LOCALS);
    }
    if (total > WASM_MAX_LOCALS) bad(&v->b, E_LIMIT, v->b.p, "too many locals: more than %u", WASM_MAX_LOCALS);
    if (v->local_slots > 2 * WASM_MAX_STACK)
        bad(&v->b, E_LIMIT, v->b.p, "too many locals: they take %u registers, at most %u", v->local_slots,
            2 * WASM_MAX_STACK);
    else v->room = WASM_MAX_STACK - (v->local_slots + 1) / 2;
    if (v->first_unset != WASM_NONE) memset(v->is_set, 0, (v->nlocal + 63) / 64 * sizeof v->is_set[0]);
}

static bool local_ok(struct validator *v) {
    if (v->i.x < v->nlocal) return true;
    bad(&v->b, E_INDEX, v->i.at, "unknown local %u", v->i.x);
    return false;
}

static void local_get(struct validator *v) {
    u32 x = v->i.x, t;

    if (!local_ok(v)) return;
    t = local_type(v, x);
    if (unlikely(x >= v->first_unset) && !wasm_defaultable(t) && !(v->is_set[x / 64] >> x % 64 & 1))
        bad(&v->b, E_FORMAT, v->i.at, "uninitialized local %u", x);
    push(v, t);
}

static void local_set(struct validator *v) {
    u32 x = v->i.x, t;

    if (!local_ok(v)) return;
    t = local_type(v, x);
    pop(v, t);
    if (v->i.op == W_local_tee) push(v, t);
    if (unlikely(x >= v->first_unset) && !wasm_defaultable(t) && !(v->is_set[x / 64] >> x % 64 & 1)) {
        v->is_set[x / 64] |= (u64)1 << x % 64;
        buf_add(&v->set, &x, sizeof x);
        if (v->set.oom) bad(&v->b, E_NOMEM, v->i.at, "out of memory for locals");
    }
}

/* --- instructions whose types stand in their row --- */

static u32 check_access(struct validator *v, u32 log2, bool atomic) {
    u32 address = memory_address(v, v->i.y);

    if (v->i.x > log2) bad(&v->b, E_FORMAT, v->i.at, "alignment must not be larger than natural");
    if (atomic && v->i.x < log2) bad(&v->b, E_FORMAT, v->i.at, "alignment of an atomic access must be natural");
    if (address == 'I' && v->i.imm > 0xffffffffu)
        bad(&v->b, E_FORMAT, v->i.at, "offset out of range: 0x%llx", (unsigned long long)v->i.imm);
    return address;
}

static void check_lane(struct validator *v, u32 lane, u32 lanes) {
    if (lane >= lanes) bad(&v->b, E_INDEX, v->i.at, "invalid lane index %u, of %u", lane, lanes);
}

static void check_data(struct validator *v) {
    if (v->m->data_count == WASM_NONE) bad(&v->b, E_FORMAT, v->i.at, "data count section required");
    else if (v->i.x >= v->m->data_count) bad(&v->b, E_INDEX, v->i.at, "unknown data segment %u", v->i.x);
}

static void check_shuffle(struct validator *v) {
    for (u32 k = 0; k < 16; k++) check_lane(v, v->i.ext[k], 32);
}

static void check_elem(struct validator *v) {
    if (v->i.x >= v->m->nelem) bad(&v->b, E_INDEX, v->i.at, "unknown elem segment %u", v->i.x);
}

/* Operands and result as the row's signature says; address: what an A in it stands for, 0: none is there. */
ALWAYS_INLINE void typed(struct validator *v, const struct wasm_op *o, u32 address) {
#define LETTER(k) (address && o->sig[k] == 'A' ? address : (u32)o->sig[k])
    u32 n = o->npop, differ = v->sp - v->base < n;
    const u32 *t = v->stack + v->sp - n;

    for (u32 k = 0; k < n && !differ; k++) differ = t[k] ^ LETTER(k + 1);
    if (likely(!differ)) v->sp -= n;
    else while (n) pop(v, LETTER(n)), n--;
    if (o->sig[0] != '-') push(v, LETTER(0));
#undef LETTER
}

/* --- the others --- */

/* Rows without an immediate that are marked "*". */
static void bare(struct validator *v) {
    switch (v->i.op) {
    case W_nop: return;
    case W_unreachable: set_unreachable(v); return;
    case W_else: rule_else(v); return;
    case W_end: rule_end(v); return;
    case W_return: rule_return(v); return;
    case W_throw_ref: rule_throw(v); return;
    case W_drop: pop_any(v); return;
    case W_select: rule_select(v); return;
    case W_ref_is_null: case W_ref_as_non_null: rule_ref(v); return;
    }
    assert(!"a row of wasm.def marked * without a rule");
}

/* Checks immediates and types; imm is a constant wherever this is expanded. */
ALWAYS_INLINE void rule(struct validator *v, const struct wasm_op *o, enum wasm_imm imm) {
    u32 address = 0;

    switch (imm) {
    case IMM_NONE:
        if (o->sig[0] != '*') break;
        bare(v);
        return;
    case IMM_REFUSED: return; /* reading it has failed */
    case IMM_LOCAL:
        if (v->i.op == W_local_get) local_get(v);
        else local_set(v);
        return;
    case IMM_BLOCK: case IMM_TRY: rule_block(v); return;
    case IMM_LABEL: rule_branch(v); return;
    case IMM_LABELS: rule_br_table(v); return;
    case IMM_FUNC:
        if (v->i.op == W_ref_func) rule_ref(v);
        else rule_call(v);
        return;
    case IMM_TYPE: case IMM_CALLI: rule_call(v); return;
    case IMM_GLOBAL: rule_global(v); return;
    case IMM_TABLE: case IMM_TABLES: case IMM_TINIT: rule_table(v); return;
    case IMM_MEMS: rule_memory_copy(v); return;
    case IMM_TAG: rule_throw(v); return;
    case IMM_HEAP: rule_ref(v); return;
    case IMM_SELT: rule_select_t(v); return;

    case IMM_I32: case IMM_I64: case IMM_F32: case IMM_F64: case IMM_V128: case IMM_FENCE: break;
    case IMM_ACC0: case IMM_ACC1: case IMM_ACC2: case IMM_ACC3: case IMM_ACC4:
        address = check_access(v, imm - IMM_ACC0, false);
        break;
    case IMM_ATM0: case IMM_ATM1: case IMM_ATM2: case IMM_ATM3:
        address = check_access(v, imm - IMM_ATM0, true);
        break;
    case IMM_ALN0: case IMM_ALN1: case IMM_ALN2: case IMM_ALN3:
        check_lane(v, v->i.n, 16u >> (imm - IMM_ALN0));
        address = check_access(v, imm - IMM_ALN0, false);
        break;
    case IMM_LANE2: check_lane(v, v->i.x, 2); break;
    case IMM_LANE4: check_lane(v, v->i.x, 4); break;
    case IMM_LANE8: check_lane(v, v->i.x, 8); break;
    case IMM_LANE16: check_lane(v, v->i.x, 16); break;
    case IMM_SHUFFLE: check_shuffle(v); break;
    case IMM_MEM: address = memory_address(v, v->i.y); break;
    case IMM_MINIT:
        address = memory_address(v, v->i.y);
        check_data(v);
        break;
    case IMM_DATA: check_data(v); break;
    case IMM_ELEM: check_elem(v); break;
    }
    typed(v, o, address);
}

static bool is_constant(const struct validator *v) {
    switch (v->i.op) {
    case W_end: case W_i32_const: case W_i64_const: case W_f32_const: case W_f64_const: case W_v128_const:
    case W_ref_null: case W_ref_func: case W_global_get:
        return true;
    case W_i32_add: case W_i32_sub: case W_i32_mul: case W_i64_add: case W_i64_sub: case W_i64_mul:
        return v->m->features >> WF_EXT_CONST & 1;
    }
    return false;
}

/* Up to the end of the outermost frame. The kind of immediate chooses the rule, too. */
static void run(struct validator *v) {
    while (v->nframe) {
        const struct wasm_op *o;

        if (likely(!v->constant)) plain_run(v);
        if (!read_opcode(v->m, &v->b, &v->i)) return;
        o = &wasm_op[v->i.op];
        if (unlikely(v->constant) && !is_constant(v)) {
            bad(&v->b, E_FORMAT, v->i.at, "constant expression required, not %s", o->name);
            return;
        }
        switch ((enum wasm_imm)o->imm) {
#define IMM(id)                                                                                                        \
    case IMM_##id:                                                                                                     \
        if (read_immediates(v->m, &v->b, &v->i, IMM_##id)) rule(v, o, IMM_##id);                                       \
        break;
#include "front/wasm/wasm.def"
        }
    }
}

/* The budget is the module's: so much for a start, and more with each byte. */
enum { WORK_AT_FIRST = 10000000, WORK_PER_BYTE = 4 };

static void reset(struct validator *v, u64 bytes) {
    v->work += bytes * WORK_PER_BYTE;
    v->sp = v->base = v->nframe = 0;
    v->frames.len = 0;
}

void check_const(struct validator *v, u32 want) {
    reset(v, 1);
    v->room = WASM_MAX_STACK;
    v->constant = true;
    v->nlocal = 0;
    v->i = (struct wasm_insn){.at = v->b.p};
    push_frame(v, FRAME_FUNC, want);
    run(v);
    v->constant = false;
}

static int validate_body(struct validator *v, const struct wasm_func *f, struct error *e) {
    reset(v, f->body.len);
    v->b = wasm_bytes(v->m, f->body, e);
    v->i = (struct wasm_insn){.at = v->b.p};
    read_locals(v, f->type);
    push_frame(v, FRAME_FUNC, BLOCK_TYPE | f->type);
    run(v);
    if (v->b.p != v->b.end) bad(&v->b, E_FORMAT, v->b.p, "section size mismatch: code behind the end of the body");
    return e->code;
}

struct validator *validator_new(const struct wasm_module *m, struct error *e) {
    struct validator *v = malloc(sizeof *v);

    if (!v) {
        fail(e, E_NOMEM, NOWHERE, "out of memory for validation");
        return NULL;
    }
    memset(v, 0, offsetof(struct validator, is_set)); /* what follows is written before it is read */
    v->m = m;
    v->work = WORK_AT_FIRST;
    return v;
}

void validator_free(struct validator *v) {
    if (!v) return;
    buf_free(&v->frames);
    buf_free(&v->runs);
    buf_free(&v->set);
    free(v);
}

const struct wasm_module *validator_module(const struct validator *v) { return v->m; }

void validator_refill(struct validator *v) { v->work = WORK_AT_FIRST; }

int wasm_validate(struct validator *v, u32 first, u32 end, struct error *e) {
    const struct wasm_module *m = v->m;

    for (u32 f = first; f < end && !e->code; f++)
        if (m->func[f].body.len && validate_body(v, &m->func[f], e)) wasm_place_func(m, f, e);
    return e->code;
}
