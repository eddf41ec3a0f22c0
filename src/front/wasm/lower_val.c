/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower_val.c - the operand stack of lowering, and the registers behind it.
 *
 * Values that are locals are linked, the topmost first, so that a local.set finds those that must be copied out. All
 * that changes a value's kind does so from the top down: then each list loses its head, and nothing is searched. */
#include "front/wasm/lower.h"
#include <assert.h>
#include <string.h>

enum { MAX_WINDOWS = 1024 };

/* --- registers --- */

static u8 class_of(u8 letter) {
    return letter == 'R' || letter == 'E' || letter == 'N' ? letter : 'X';
}

static u32 first_alternate(const struct lower *l) { return l->local_regs + l->zero_room; }

static u32 first_home(const struct lower *l) { return first_alternate(l) + l->alt_room; }

static bool homes_for(struct lower *l, u32 end) {
    struct home *h;

    if (end <= l->nhome) return true;
    if (!(h = more(l, l->home, &l->home_cap, end, sizeof *h))) return false;
    l->home = h;
    memset(h + l->nhome, 0, (end - l->nhome) * sizeof *h);
    l->nhome = end;
    return true;
}

/* Whether the n slots from slot on hold that class, or nothing yet: then they hold it from now on. */
static bool claim(struct lower *l, u32 slot, u32 n, u8 cls) {
    for (u32 k = slot; k < slot + n; k++)
        if (l->home[k].cls && l->home[k].cls != cls) return false;
    for (u32 k = slot; k < slot + n; k++) l->home[k].cls = cls;
    return true;
}

static u16 alternate(struct lower *l, u32 slot, u8 letter) {
    u32 kind = letter == 'V' ? ALT_V : letter == 'R' ? ALT_R : letter == 'E' ? ALT_E : letter == 'N' ? ALT_N : ALT_X;
    u16 *alt = &l->home[slot].alt[kind];

    l->clash = true;
    if (!*alt) {
        u8 cls[2] = {class_of(letter), class_of(letter)};
        *alt = (u16)(l->alt_cls.len + 1);
        buf_add(&l->alt_cls, cls, kind == ALT_V ? 2 : 1);
    }
    return (u16)(first_alternate(l) + *alt - 1);
}

u16 home_of(struct lower *l, u32 slot, u8 letter) {
    u32 n = letter == 'V' ? 2 : 1;

    if (!homes_for(l, slot + n)) return 0;
    if (claim(l, slot, n, class_of(letter))) return (u16)(first_home(l) + slot);
    return alternate(l, slot, letter);
}

/* The class of each slot of a window, 0 where it is free; returns how many slots. */
static u32 classes(u8 *cls, u32 at, struct wasm_types t) {
    for (u32 k = 0; k < t.n; k++) {
        u8 c = class_of(vt_letter(t.t[k]));
        cls[at++] = c;
        if (t.t[k] == 'V') cls[at++] = c;
    }
    return at;
}

/* The same run of classes serves each call that asks for it. Nothing but a hostile body asks for hundreds of them. */
static u16 apart(struct lower *l, const u8 *cls, u32 n) {
    const struct win_area *a = (const struct win_area *)(void *)l->windows.data;
    struct win_area new = {(u32)l->window_cls.len, n};
    u32 base = first_home(l) + l->home_room, have = (u32)(l->windows.len / sizeof *a);

    l->clash = true;
    for (u32 k = 0; k < have; k++)
        if (a[k].n == n && !memcmp(l->window_cls.data + a[k].at, cls, n)) return (u16)(base + a[k].at);
    if (have >= MAX_WINDOWS) fail(l->e, E_LIMIT, NOWHERE, "more than %u windows beside the operand stack", MAX_WINDOWS);
    if (l->e->code) return 0;
    buf_add(&l->windows, &new, sizeof new);
    buf_add(&l->window_cls, cls, n);
    return (u16)(base + new.at);
}

u16 window(struct lower *l, u32 slot, struct wasm_types params, struct wasm_types results, u32 result_at, bool *own) {
    u8 cls[2 * (WASM_MAX_PARAMS + WASM_MAX_RESULTS)];
    u32 n, end;

    memset(cls, 0, 2 * (params.n + results.n));
    n = classes(cls, 0, params);
    end = classes(cls, result_at, results);
    if (end > n) n = end;
    *own = true;
    if (!homes_for(l, slot + n)) return 0;
    for (u32 k = 0; k < n && *own; k++) *own = !cls[k] || !l->home[slot + k].cls || l->home[slot + k].cls == cls[k];
    if (!*own) return apart(l, cls, n);
    for (u32 k = 0; k < n; k++)
        if (cls[k]) l->home[slot + k].cls = cls[k];
    return (u16)(first_home(l) + slot);
}

/* --- the stack --- */

static struct val *push(struct lower *l, struct val v) {
    struct val *to = more(l, l->stack, &l->stack_cap, l->sp + 1, sizeof v);

    if (to) l->stack = to;
    else if (!l->sp) return NULL; /* there is room for one from the start */
    else l->sp--;
    v.slot = l->top;
    l->top += v.letter == 'V' ? 2 : 1;
    l->stack[l->sp] = v;
    return &l->stack[l->sp++];
}

struct val *top_val(struct lower *l) {
    assert(l->sp);
    return &l->stack[l->sp - 1];
}

static void forget(struct lower *l, const struct val *v) {
    if (v->kind == VAL_LOCAL) l->local[v->local].lazy = v->under;
}

struct val pop(struct lower *l) {
    struct val v = *top_val(l);

    drop_to(l, l->sp - 1);
    return v;
}

void drop_to(struct lower *l, u32 sp) {
    while (l->sp > sp) {
        const struct val *v = &l->stack[--l->sp];
        forget(l, v);
        l->top = v->slot;
    }
    if (l->settled > sp) l->settled = sp;
}

u16 push_home(struct lower *l, u8 letter) {
    u16 reg = home_of(l, l->top, letter);

    push(l, (struct val){.kind = VAL_HOME, .letter = letter, .reg = reg});
    return reg;
}

void push_const(struct lower *l, u8 letter, u64 bits) {
    push(l, (struct val){.kind = VAL_CONST, .letter = letter, .imm = bits});
}

void push_local(struct lower *l, u32 x) {
    struct local *v = &l->local[x];

    push(l, (struct val){.kind = VAL_LOCAL, .letter = v->letter, .reg = v->reg, .local = x, .under = v->lazy});
    v->lazy = l->sp;
}

/* --- moving values --- */

void move(struct lower *l, u16 to, u16 from, u8 letter) {
    u16 op = OP_mov64;

    if (to == from) return;
    switch (letter) {
    case 'I': op = OP_mov32; break;
    case 'F': op = OP_fmov32; break;
    case 'D': op = OP_fmov64; break;
    case 'V': op = OP_vmov; break;
    case 'R': case 'E': case 'N': op = OP_rmov; break;
    }
    emit(l, op, to, from, 0, 0, 0);
}

bool imm_fits(u8 letter, u64 bits) {
    if (letter == 'I') return (s32)bits == (s16)bits;
    return letter == 'L' && (s64)bits == (s16)bits;
}

void load_const(struct lower *l, u16 to, bool exact, u8 letter, u64 bits) {
    bool number = !exact || letter == 'I' || letter == 'L'; /* constants are integers; a home takes any */

    if (number && bits == (u32)bits) emit(l, OP_mov32i, to, 0, 0, 0, (u32)bits);
    else if (number && (s64)bits == (s32)bits) emit(l, OP_mov64i, to, 0, 0, 0, (u32)bits);
    else emit(l, OP_const64, to, 0, 0, (u32)(bits >> 32), (u32)bits);
}

void put(struct lower *l, const struct val *v, u16 reg) {
    if (v->kind == VAL_CONST) load_const(l, reg, false, v->letter, v->imm);
    else if (v->wide) emit(l, OP_mov32, reg, v->reg, 0, 0, 0);
    else move(l, reg, v->reg, v->letter);
}

u16 use_low(struct lower *l, const struct val *v) {
    u16 reg = v->reg;

    if (v->kind == VAL_CONST) put(l, v, reg = home_of(l, v->slot, v->letter));
    return reg;
}

u16 use(struct lower *l, const struct val *v) {
    u16 reg;

    if (!v->wide) return use_low(l, v);
    put(l, v, reg = home_of(l, v->slot, v->letter));
    return reg;
}

/* From the top down: v is the topmost value that is not in its home. */
static void send_home(struct lower *l, struct val *v) {
    u16 reg;

    if (v->kind == VAL_HOME && !v->wide) return;
    reg = home_of(l, v->slot, v->letter);
    put(l, v, reg);
    forget(l, v);
    v->kind = VAL_HOME;
    v->wide = false;
    v->reg = reg;
}

void settle(struct lower *l, u32 n) {
    for (u32 k = 0; k < n; k++) send_home(l, &l->stack[l->sp - 1 - k]);
}

void settle_locals(struct lower *l) {
    for (u32 k = l->sp; k > l->settled; k--)
        if (l->stack[k - 1].kind == VAL_LOCAL) send_home(l, &l->stack[k - 1]);
    l->settled = l->sp;
}

void copy_out(struct lower *l, u32 x) {
    while (l->local[x].lazy) send_home(l, &l->stack[l->local[x].lazy - 1]);
}
