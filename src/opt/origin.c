/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* origin.c - where the pointers of a function come from: a forward dataflow over its blocks.
 *
 * in:  the function, its graph, origins of its arguments
 * out: for each access of host memory the region to look in first, or that it is certainly
 *      inside the frame and needs no check; the part of the frame to zero at entry.
 *
 * Only FROM_FRAME is certain (nothing but moves and additions of constants to r10 make it);
 * all else are guesses, for an access is checked whatever was guessed. A frame pointer that
 * is stored, passed on or added to makes the whole frame readable by ways not seen here. */
#include "opt/origin.h"
#include "abi/ctxtype.h"
#include <string.h>

enum { SEEN = 1, DUE = 2 };
enum { SLOTS = 64, WINDOW = 512 }; /* the part of the frame, from r10 down, that is followed */

struct state {
    u32 r[NREG_EBPF];
    u64 written[2]; /* bit i: bytes r10 - 512 + 4i .. + 3 are written on every way here */
};

struct walk {
    struct origins *o;
    const struct link_view *l;
    const struct func *f;
    const struct cfg *g;
    struct state *in;   /* of each block: what is known where it begins */
    u8 *seen;           /* of each block: 0, SEEN: it has a state, DUE: and is to be visited (again) */
    u32 slot[SLOTS];    /* origins of what is spilled to r10 - 8, r10 - 16, ... anywhere in the function */
    u64 slots_read;     /* of these, bit by bit */
    bool slots_changed; /* after they were read */
    s32 lo, hi;         /* bytes that may be read before they are written */
    bool telling;       /* of calls of helpers: states are final */
    const struct origin_calls *calls;
};

static bool is_pointer(u32 v) {
    return ORIGIN_KIND(v) == FROM_FRAME || ORIGIN_KIND(v) == FROM_REGION || ORIGIN_KIND(v) == FROM_CTX;
}

static u32 number(s64 n) {
    return n >= -(1 << 27) && n < 1 << 27 ? ORIGIN(FROM_CONST, n) : ORIGIN(FROM_NUMBER, 0);
}

/* A frame pointer whose offset is not certain any more. */
static u32 blur(u32 v) {
    return ORIGIN_KIND(v) == FROM_FRAME ? ORIGIN(FROM_REGION, REGION_STACK) : v;
}

/* NOTHING < numbers < pointers < ANYWHERE; two pointers that differ are ANYWHERE. */
u32 origin_join(u32 x, u32 y) {
    enum origin kx = ORIGIN_KIND(x), ky = ORIGIN_KIND(y);
    bool nx = kx == FROM_NUMBER || kx == FROM_CONST, ny = ky == FROM_NUMBER || ky == FROM_CONST;
    if (x == y || ky == FROM_NOTHING)
        return x;
    if (kx == FROM_NOTHING)
        return y;
    if (nx && ny)
        return ORIGIN(FROM_NUMBER, 0);
    if (kx == FROM_ANYWHERE || ky == FROM_ANYWHERE)
        return ORIGIN(FROM_ANYWHERE, 0);
    if (nx)
        return blur(y);
    if (ny)
        return blur(x);
    return blur(x) == blur(y) ? blur(x) : ORIGIN(FROM_ANYWHERE, 0);
}

void origins_at_start(const struct link_view *l, const struct prog *g, u32 args[5]) {
    bool named = g->kind != PROG_RAW && g->kind != PROG_OTHER;
    bool memory = !named && (!l->context || l->context->form == CTX_MEMORY);
    args[0] = memory ? ORIGIN(FROM_REGION, REGION_PACKET) : ORIGIN(FROM_CTX, 0);
    for (u32 k = 1; k < 5; k++)
        args[k] = ORIGIN(FROM_NUMBER, 0);
}

static u32 region_of_map(u32 m) {
    return ORIGIN(FROM_REGION, REGION_MAP + m);
}

/* --- what may be read of the frame --- */

static void expose(struct walk *w, s32 from, s32 to) {
    if (from < w->lo)
        w->lo = from;
    if (to > w->hi)
        w->hi = to;
}

static void frame_read(struct walk *w, const struct state *s, s32 off, u32 size) {
    s32 i;
    if (off < -WINDOW) {
        expose(w, off, off + (s32)size);
        return;
    }
    for (i = (off + WINDOW) / 4; i < (off + (s32)size + WINDOW + 3) / 4; i++)
        if (!(s->written[i / 64] >> (i & 63) & 1)) {
            expose(w, off, off + (s32)size);
            return;
        }
}

static void frame_written(struct state *s, s32 off, u32 size) {
    if (off < -WINDOW || off & 3 || size < 4)
        return;
    for (s32 i = (off + WINDOW) / 4; size; size -= 4, i++)
        s->written[i / 64] |= (u64)1 << (i & 63);
}

/* A value goes where it is not followed. */
static void leaves(struct walk *w, u32 v) {
    if (v == ORIGIN(FROM_REGION, REGION_STACK) || ORIGIN_KIND(v) == FROM_FRAME)
        w->o->escapes = true;
}

static bool in_frame(const struct walk *w, s32 off, u32 size) {
    return w->l->frame_size && off >= -(s64)w->l->frame_size && off + (s64)size <= 0;
}

/* An access of size bytes at base + off: notes how it is to be made. True: it is base + off of the frame. */
static bool access_at(struct walk *w, u32 pc, u32 base, s32 off, u32 size, s32 *at) {
    struct place p = {REGION_PACKET, ACCESS_GUESS, 0};
    s64 sum = (s64)ORIGIN_NUM(base) + off;
    bool frame = false;
    switch (ORIGIN_KIND(base)) {
    case FROM_FRAME:
        p.region = REGION_STACK;
        if (sum >= INT32_MIN && sum <= INT32_MAX && in_frame(w, (s32)sum, size)) {
            p.access = ACCESS_FRAME;
            *at = p.off = (s32)sum;
            frame = true;
        } else {
            p.access = ACCESS_LIKELY;
            leaves(w, base);
        }
        break;
    case FROM_REGION:
        p.region = (u16)ORIGIN_NUM(base);
        p.access = ACCESS_LIKELY;
        leaves(w, base);
        break;
    case FROM_CTX: p.access = ACCESS_CTX; break;
    case FROM_NOTHING:
    case FROM_NUMBER:
    case FROM_CONST:
    case FROM_MAP:
    case FROM_ANYWHERE: break;
    }
    /* a step names a region by its place in 8-byte units, 16 bits wide */
    if (p.region * (sizeof(struct region) / 8) > UINT16_MAX)
        p.region = REGION_PACKET;
    w->o->place[pc] = p;
    return frame;
}

/* --- one instruction --- */

static bool has_slot(s32 off) {
    return off >= -WINDOW && !(off & 7);
}

static void load(struct walk *w, struct state *s, const struct insn *i, u32 pc, u32 size, u32 *result) {
    u32 base = s->r[i->b];
    s32 at;
    *result = size == 8 ? ORIGIN(FROM_ANYWHERE, 0) : ORIGIN(FROM_NUMBER, 0);
    if (access_at(w, pc, base, i->off, size, &at)) {
        frame_read(w, s, at, size);
        if (size == 8 && has_slot(at)) {
            u32 n = (u32)(-at / 8 - 1);
            w->slots_read |= (u64)1 << n;
            if (ORIGIN_KIND(w->slot[n]) != FROM_NOTHING)
                *result = w->slot[n];
        }
    } else if (ORIGIN_KIND(base) == FROM_CTX && size == 4) {
        *result = ORIGIN(FROM_REGION, REGION_PACKET); /* data, data_end; numbers are never dereferenced */
    }
}

static void store(struct walk *w, struct state *s, const struct insn *i, u32 pc, u32 size, u32 v) {
    s32 at;
    leaves(w, v);
    if (!access_at(w, pc, s->r[i->b], i->off, size, &at))
        return;
    frame_written(s, at, size);
    if (size == 8 && has_slot(at)) {
        u32 n = (u32)(-at / 8 - 1), j = origin_join(w->slot[n], blur(v));
        w->slots_changed |= j != w->slot[n] && w->slots_read >> n & 1;
        w->slot[n] = j;
    }
}

static u32 add(struct walk *w, u32 x, u32 y) {
    enum origin kx = ORIGIN_KIND(x), ky = ORIGIN_KIND(y);
    if (kx == FROM_CONST && ky == FROM_CONST)
        return number((s64)ORIGIN_NUM(x) + ORIGIN_NUM(y));
    if (kx == FROM_FRAME && ky == FROM_CONST) {
        s64 n = (s64)ORIGIN_NUM(x) + ORIGIN_NUM(y);
        if (n > -(1 << 20) && n < 1 << 20)
            return ORIGIN(FROM_FRAME, n);
    }
    if (kx == FROM_CONST && ky == FROM_FRAME)
        return add(w, y, x);
    leaves(w, x);
    leaves(w, y);
    if (is_pointer(x))
        return blur(x);
    if (is_pointer(y))
        return blur(y);
    if (kx == FROM_ANYWHERE || ky == FROM_ANYWHERE)
        return ORIGIN(FROM_ANYWHERE, 0);
    return ORIGIN(FROM_NUMBER, 0);
}

static u32 sub(struct walk *w, u32 x, u32 y) {
    if (ORIGIN_KIND(y) == FROM_CONST)
        return add(w, x, number(-(s64)ORIGIN_NUM(y)));
    leaves(w, x);
    leaves(w, y);
    if (is_pointer(x) && !is_pointer(y) && ORIGIN_KIND(y) != FROM_ANYWHERE)
        return blur(x);
    return ORIGIN(FROM_NUMBER, 0);
}

static u32 binary(struct walk *w, u16 op, u32 x, u32 y) {
    switch (op) {
    case OP_add64:
    case OP_add64i: return add(w, x, y);
    case OP_sub64:
    case OP_sub64i: return sub(w, x, y);
    case OP_and64:
    case OP_and64i: /* a pointer rounded down */
        leaves(w, x);
        leaves(w, y);
        return is_pointer(x) ? blur(x) : ORIGIN(FROM_NUMBER, 0);
    default: /* a number, whatever the operation: nothing else makes a pointer */
        leaves(w, x);
        leaves(w, y);
        return ORIGIN(FROM_NUMBER, 0);
    }
}

/* How many bytes a helper reads through argument k; 0: none, -1: not known. */
static s64 bytes_read(const struct walk *w, const struct state *s, const struct helper *h, u32 k) {
    u32 n, map = UINT32_MAX;
    for (n = 0; n < k; n++)
        if (h->arg[n] == ARG_MAP && ORIGIN_KIND(s->r[n + 1]) == FROM_MAP)
            map = (u32)ORIGIN_NUM(s->r[n + 1]);
    if (h->user) /* a host's function: what it declares is what it checks, not all that it may read */
        return -1;
    switch ((enum arg)h->arg[k]) {
    case ARG_NONE:
    case ARG_CTX:
    case ARG_MAP:
    case ARG_SIZE:
    case ARG_SIZE_OR_ZERO:
    case ARG_FUNC: return 0;
    case ARG_MAP_VALUE_OUT:
    case ARG_MEM_OUT:
    case ARG_MEM8_OUT:
    case ARG_OBJECT_OUT: return 0;
    case ARG_MAP_KEY: return map < w->l->m->nmap ? (s64)w->l->m->map[map].key_size : -1;
    case ARG_MAP_VALUE: return map < w->l->m->nmap ? (s64)w->l->m->map[map].value_size : -1;
    case ARG_MEM:
    case ARG_MEM_OR_NULL:
        return k < 4 && ORIGIN_KIND(s->r[k + 2]) == FROM_CONST && ORIGIN_NUM(s->r[k + 2]) >= 0 ? ORIGIN_NUM(s->r[k + 2])
                                                                                               : -1;
    case ARG_ANY:
    case ARG_STR:
    case ARG_RECORD:
    case ARG_LOCK:
    case ARG_OBJECT: return -1;
    }
    return -1;
}

static void call_helper(struct walk *w, struct state *s, const struct insn *i, const struct helper *h) {
    u32 k, result = ORIGIN(FROM_ANYWHERE, 0);
    if (w->telling)
        w->calls->helper(w->calls->arg, (u32)(i - w->f->code), h, s->r + 1);
    for (k = 0; h && k < 5; k++) {
        u32 v = s->r[k + 1];
        s64 n;
        if ((h->arg[k] == ARG_NONE && !h->user) ||
            (ORIGIN_KIND(v) != FROM_FRAME && blur(v) != ORIGIN(FROM_REGION, REGION_STACK)))
            continue;
        n = bytes_read(w, s, h, k);
        if (n < 0 || ORIGIN_KIND(v) != FROM_FRAME || n > w->l->frame_size || !in_frame(w, ORIGIN_NUM(v), (u32)n))
            leaves(w, v);
        else if (n > 0)
            frame_read(w, s, ORIGIN_NUM(v), (u32)n);
    }
    if (!h)
        for (k = 1; k <= 5; k++)
            leaves(w, s->r[k]);
    else if (h->result == RET_MAP_VALUE_OR_NULL && ORIGIN_KIND(s->r[1]) == FROM_MAP)
        result = region_of_map((u32)ORIGIN_NUM(s->r[1]));
    else if (h->result == RET_RECORD_OR_NULL || h->result == RET_MEM_OR_NULL)
        result = region_of_map(w->l->m->nmap); /* the first of the dynamic ones */
    else if (h->result == RET_SCALAR || h->result == RET_VOID)
        result = ORIGIN(FROM_NUMBER, 0);
    s->r[0] = result;
    for (k = 1; k <= 5; k++)
        s->r[k] = number(0); /* so defined: see lower.c */
}

static void call_function(struct walk *w, struct state *s, u32 func) {
    u32 k, args[5];
    for (k = 0; k < 5; k++) {
        leaves(w, s->r[k + 1]);
        args[k] = blur(s->r[k + 1]);
    }
    if (w->calls && w->calls->note && func < w->l->m->nfunc)
        w->calls->note(w->calls->arg, func, args);
    s->r[0] = ORIGIN(FROM_ANYWHERE, 0);
    for (k = 1; k <= 5; k++)
        s->r[k] = number(0);
}

static void control(struct walk *w, struct state *s, const struct insn *i, u32 *result) {
    const struct link_view *l = w->l;
    *result = ORIGIN(FROM_ANYWHERE, 0);
    switch (i->op) {
    case OP_mov64i: *result = number(i->imm); return;
    case OP_mov32i: *result = number((u32)i->imm); return;
    case OP_const64:
    case OP_ldfunc:
    case OP_memsize:
    case OP_memgrow: *result = ORIGIN(FROM_NUMBER, 0); return;
    case OP_ldmap: *result = ORIGIN(FROM_MAP, i->imm); return;
    case OP_ldmapval: *result = region_of_map((u32)i->imm); return;
    case OP_call: call_helper(w, s, i, (u32)i->imm < l->nhelper ? l->helper[i->imm] : NULL); return;
    case OP_callk: call_helper(w, s, i, l->import ? l->import[i->imm] : NULL); return;
    case OP_callf: call_function(w, s, (u32)i->imm); return;
    case OP_callx: call_function(w, s, UINT32_MAX); return;
    default: return; /* the others leave a register that may be anything, or none */
    }
}

static void step(struct walk *w, struct state *s, u32 pc) {
    const struct insn *i = &w->f->code[pc];
    const struct isa_row *row = &isa_info[i->op];
    struct regs in, out;
    u32 result = ORIGIN(FROM_NUMBER, 0), k;
    if (i->op == OP_pad)
        return;
    /* registers beyond r10 are not followed: nothing is known of them, and what goes there escapes */
    if (w->f->nreg > NREG_EBPF) {
        bool beyond = false;
        in = isa_reads(i);
        out = isa_writes(i);
        for (k = 0; k < in.n; k++)
            beyond |= in.r[k] >= NREG_EBPF;
        for (k = 0; k < out.n; k++)
            beyond |= out.r[k] >= NREG_EBPF;
        if (beyond) {
            for (k = 0; k < in.n; k++)
                if (in.r[k] < NREG_EBPF)
                    leaves(w, s->r[in.r[k]]);
            for (k = 0; k < out.n; k++)
                if (out.r[k] < NREG_EBPF)
                    s->r[out.r[k]] = ORIGIN(FROM_ANYWHERE, 0);
            w->o->place[pc] = (struct place){REGION_PACKET, ACCESS_GUESS, 0};
            return;
        }
    }
    switch ((enum shape)row->shape) {
    case SHAPE_BIN: result = binary(w, i->op, s->r[i->b], s->r[i->c]); break;
    case SHAPE_BINI: result = binary(w, i->op, s->r[i->b], number(i->imm)); break;
    case SHAPE_UN:
        if (i->op == OP_mov64)
            result = s->r[i->b];
        else
            leaves(w, s->r[i->b]);
        break;
    case SHAPE_LD: load(w, s, i, pc, row->size, &result); break;
    case SHAPE_ST: store(w, s, i, pc, row->size, s->r[i->c]); return;
    case SHAPE_STI: store(w, s, i, pc, row->size, number(i->imm)); return;
    case SHAPE_ATOM: {
        s32 at;
        in = isa_reads(i);
        for (k = 0; k < in.n; k++)
            if (in.r[k] != i->b)
                leaves(w, s->r[in.r[k]]);
        if (access_at(w, pc, s->r[i->b], i->off, row->size, &at))
            frame_read(w, s, at, row->size);
        if (!isa_writes(i).n)
            return;
        result = ORIGIN(FROM_ANYWHERE, 0);
        break;
    }
    case SHAPE_PKT: s->r[0] = result; return;
    case SHAPE_MLD: break;
    case SHAPE_CTL: control(w, s, i, &result); break;
    case SHAPE_MST: leaves(w, s->r[i->a]); return;
    case SHAPE_MATOM:
    case SHAPE_OBJ:
    case SHAPE_TER:
    case SHAPE_LANE:
    case SHAPE_BAD:
    case SHAPE_JCC:
    case SHAPE_JCCI: return;
    }
    if (isa_brief[i->op] & BRIEF_A) {
        s->r[i->a] = result;
    } else if (isa_brief[i->op] & BRIEF_ODD) {
        out = isa_writes(i);
        if (out.n == 1)
            s->r[out.r[0]] = result;
    }
}

/* --- the function --- */

static bool uses_frame(const struct func *f) {
    for (u32 pc = 0; pc < f->nslot; pc++) {
        const struct insn *i = &f->code[pc];
        u8 k = isa_brief[i->op];
        if ((k & BRIEF_B && i->b == REG_FP) || (k & BRIEF_C && i->c == REG_FP))
            return true;
        if (k & BRIEF_ODD) {
            struct regs in = isa_reads(i);
            for (u32 r = 0; r < in.n; r++)
                if (in.r[r] == REG_FP)
                    return true;
        }
    }
    return false;
}

/* live: registers that the block reads; of the others nothing needs to be known. r10 is what it was. */
static bool merge(struct walk *w, struct state *to, const struct state *from, u64 live) {
    bool changed = false;
    for (live &= (1u << REG_FP) - 1; live; live &= live - 1) {
        u32 k = (u32)__builtin_ctzll(live), v;
        if (to->r[k] == from->r[k])
            continue;
        v = origin_join(to->r[k], from->r[k]);
        if (ORIGIN_KIND(v) != FROM_FRAME &&
            (ORIGIN_KIND(to->r[k]) == FROM_FRAME || ORIGIN_KIND(from->r[k]) == FROM_FRAME))
            w->o->escapes = true; /* an address that is not certain any more */
        changed |= v != to->r[k];
        to->r[k] = v;
    }
    for (u32 k = 0; k < 2; k++) {
        u64 v = to->written[k] & from->written[k];
        changed |= v != to->written[k];
        to->written[k] = v;
    }
    return changed;
}

static void block(struct walk *w, struct state *s, u32 b) {
    const struct block *k = &w->g->blk[b];
    for (u32 pc = k->start; pc < k->end; pc++)
        step(w, s, pc);
}

static void start_state(struct state *s, const u32 args[5], bool known) {
    for (u32 k = 0; k < NREG_EBPF; k++)
        s->r[k] = known ? number(0) : ORIGIN(FROM_ANYWHERE, 0);
    for (u32 k = 0; known && k < 5; k++)
        s->r[k + 1] = args[k];
    s->r[REG_FP] = ORIGIN(FROM_FRAME, 0);
    s->written[0] = s->written[1] = 0;
}

/* A block is entered in state s. True: it is to be visited (again). */
static bool enter(struct walk *w, u32 b, const struct state *s, u64 live) {
    if (!w->seen[b])
        w->in[b] = *s;
    else if (!merge(w, &w->in[b], s, live))
        return false;
    w->seen[b] = DUE;
    return true;
}

/* Visits what is due, in order, as often as it takes. What a visit leaves in places is put right by the next one, as
 * the block's state only grows; what it says of the frame adds up. False: it is not settled. */
static bool settle(struct walk *w, const u64 *livein) {
    const struct cfg *g = w->g;
    bool again = true;
    for (u32 sweeps = 0; again && sweeps < 16; sweeps++) {
        again = w->slots_changed = false;
        for (u32 i = 0; i < g->nrpo; i++) {
            u32 n = g->rpo[i];
            const struct block *b = &g->blk[n];
            struct state s;
            if (w->seen[n] != DUE)
                continue;
            w->seen[n] = SEEN;
            s = w->in[n];
            block(w, &s, n);
            for (u32 k = 0; k < 2; k++)
                if (b->succ[k] != NBLOCK && enter(w, b->succ[k], &s, livein[b->succ[k]]))
                    again = true;
        }
        for (u32 i = 0; w->slots_changed && i < g->nblk; i++)
            w->seen[i] = w->seen[i] ? DUE : 0;
        again |= w->slots_changed;
    }
    return !again;
}

int origins_of(struct origins *o, const struct link_view *l, const struct func *f, const struct cfg *g,
               const u64 *livein, const u32 args[5], const struct origin_calls *calls, struct arena *a,
               struct error *e) {
    struct walk w = {.o = o, .l = l, .f = f, .g = g, .calls = calls};
    struct state s;
    bool again;
    u32 i;
    w.in = arena_new(a, struct state, g->nblk);
    w.seen = arena_new(a, u8, g->nblk);
    memset(o, 0, sizeof *o);
    o->place = arena_new(a, struct place, f->nslot);
    if (!w.in || !w.seen || !o->place)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    start_state(&s, args, true);
    enter(&w, 0, &s, ~(u64)0);
    for (i = 0; f->jump_ok && i < g->nblk; i++)
        if (f->jump_ok[g->blk[i].start / 64] >> (g->blk[i].start & 63) & 1) { /* reached by gotox */
            start_state(&s, args, false);
            enter(&w, i, &s, ~(u64)0);
        }
    /* Few sweeps settle it; a graph that is made to need many gets the careful answer. */
    again = !settle(&w, livein);
    w.telling = calls && calls->helper;
    for (i = 0; (again || w.telling) && i < g->nblk; i++) {
        if (again)
            start_state(&s, args, false);
        else if (w.seen[i])
            s = w.in[i];
        else
            continue;
        block(&w, &s, i);
    }
    if (again)
        o->escapes = true;
    if (!uses_frame(f)) { /* whatever it reaches by its arguments is somebody else's frame */
        o->escapes = false;
        return 0;
    }
    if (o->escapes)
        w.lo = -(s32)l->frame_size;
    if (w.lo < 0) {
        o->zero_off = (u32)align_up((u64)-w.lo, 8);
        if (o->escapes || w.hi > 0)
            w.hi = 0;
        o->zero_len = (u32)align_up(o->zero_off - (u64)-w.hi, 8);
        if (o->zero_len > o->zero_off)
            o->zero_len = o->zero_off;
    }
    return 0;
}

const u64 *origins_live(const struct live *l, const struct cfg *g, struct arena *a) {
    u64 *w;
    if (l->exact && l->nword == 1)
        return l->in;
    w = arena_new(a, u64, g->nblk);
    for (u32 b = 0; w && b < g->nblk; b++) {
        const u64 *in = live_in(l, b);
        w[b] = in[0];
        for (u32 k = 1; k < l->nword; k++)
            w[b] |= (u64)(in[k] != 0) << 63;
    }
    return w;
}
