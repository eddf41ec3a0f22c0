/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuel.c - where loops look at their fuel.
 *
 * Blocks in loops are there twice. Where loops begin anew, at their heads, it is seen whether there is fuel for the
 * longest way to the next head; then blocks of the fast kind only subtract, else those of the slow kind look for
 * themselves, and take fuel on, until they come to a head. So no call for fuel is left in a fast loop, and where all
 * its ways cost the same, fuel is one more number that counts down: LLVM vectorises it. Where they do not, a small loop
 * counts the rounds that there is fuel for. A small loop has a second fast kind, for what comes from the slow one, so
 * that in the first registers begin with what they are known to hold. Behind a block's last call it is seen again
 * whether there is fuel: nothing is known of what it took. The fuel at each instruction is what it is in any other
 * engine.
 *
 * A small function is there a third time, as a whole: a run begins in blocks that are fast in loops and outside of
 * them, and leaves these for the others when it finds too little fuel, another context than it was made for, or an
 * access elsewhere. It does not come back, so that what holds at the begin holds to the end.
 *
 * Loops of typed functions that do not call ask for more fuel where they find too little, and leave fast blocks where
 * they do not get it, at the end of a budget. They are not come back to then, so LLVM knows of each register what such
 * a loop begins with and how it goes on. A small one, and one around small ones (a nest), looks once for all its
 * rounds where it is known in front how many these are at most (ends.c): its own end is the only one then.
 *
 * Where fuel cannot run out (facts.h: bounded) nothing looks at it, and loops are of two kinds for accesses alone that
 * may have to be done elsewhere.
 *
 *      in ---> head --(short)--> slow blocks ---> head again --(short)--> slow blocks
 *              |  ^                               |  ^
 *            fast blocks ---> out               fast blocks ---> out */
#include "engine/llvm/plugin/inline.h"
#include <string.h>

enum {
    SMALL = 64,         /* instructions of a small loop; */
    SMALL_EBPF = 512,   /* eBPF has little code, and rounds of ciphers and hashes are long */
    MOST_INSNS = 4000,  /* in loops, */
    MOST_WHOLE = 640,   /* of a function of which all is there three times, */
    MOST_BLOCKS = 4096, /* and of a function that has two kinds of blocks */
};

struct walk {
    struct lfunc *f;
    u32 *first, *pred; /* predecessors of block b: pred[first[b] .. first[b + 1] - 1] */
    u32 *order;        /* place of each block in reverse post order; NBLOCK: not reachable */
    u32 *mark;         /* the header whose loop a block was found in last, + 1 + pass */
    u32 pass;
    u32 *body, n;
};

/* Whether fuel may become less while it runs, or more. */
static bool leaves_code(const struct lfunc *f, const struct insn *i) {
    u8 shape = isa_info[i->op].shape;
    switch (i->op) {
    case OP_call:
    case OP_callk: {
        u32 pc = (u32)(i - f->f->code);
        return !(f->ebpf && (is_in_place(f, pc) || inline_keeps_fuel(f, pc)));
    }
    case OP_callf:
    case OP_callx:
    case OP_memgrow: return true;
    case OP_rnull:
    case OP_rfunc:
    case OP_gget:
    case OP_gset:
    case OP_vgget:
    case OP_vgset:
    case OP_tget:
    case OP_tset:
    case OP_tsize:
    case OP_ret: return false;
    default: return shape == SHAPE_OBJ || (shape == SHAPE_MATOM && isa_info[i->op].atom >= MATOM_WAIT);
    }
}

static u8 kind_of(const struct lfunc *f, u32 b) {
    for (u32 pc = f->g.blk[b].start; f->looks && pc < f->g.blk[b].end; pc++)
        if (leaves_code(f, &f->f->code[pc]))
            return FUEL_CALLS;
    return 0;
}

bool calls_here(const struct lfunc *f) {
    return f->looks && leaves_code(f, &f->f->code[f->pc]);
}

bool calls_behind(const struct lfunc *f) {
    for (u32 pc = f->next; pc < f->g.blk[f->block].end; pc++)
        if (leaves_code(f, &f->f->code[pc]))
            return true;
    return false;
}

static int find_preds(struct walk *w) {
    struct lfunc *f = w->f;
    u32 n = f->g.nblk, total = 0;
    for (u32 b = 0; b < n; b++)
        total += f->g.blk[b].reachable ? block_nsucc(&f->g.blk[b]) : 0;
    w->first = arena_new(f->a, u32, n + 2);
    w->pred = arena_new(f->a, u32, total + 1);
    w->order = f->order = arena_new(f->a, u32, n);
    f->inner = arena_new(f->a, u32, n);
    f->outer = arena_new(f->a, u32, n);
    w->mark = arena_new(f->a, u32, n);
    w->body = arena_new(f->a, u32, n);
    if (!w->first || !w->pred || !w->order || !w->mark || !w->body || !f->inner || !f->outer)
        return fail(f->e, E_NOMEM, NOWHERE, "out of memory to compile");
    for (u32 b = 0; b < n; b++)
        w->order[b] = f->inner[b] = f->outer[b] = NBLOCK;
    for (u32 k = 0; k < f->g.nrpo; k++)
        w->order[f->g.rpo[k]] = k;
    for (u32 pass = 0; pass < 2; pass++) { /* counts, one behind; then fills */
        for (u32 b = 0; b < n; b++)
            for (u32 k = 0; f->g.blk[b].reachable && k < block_nsucc(&f->g.blk[b]); k++) {
                u32 s = block_succ(&f->g.blk[b], k);
                if (s == NBLOCK)
                    continue;
                if (pass)
                    w->pred[w->first[s + 1]++] = b;
                else
                    w->first[s + 2]++;
                if (w->order[s] <= w->order[b])
                    f->kind[s] |= FUEL_HEAD;
            }
        for (u32 b = 2; !pass && b < n + 2; b++)
            w->first[b] += w->first[b - 1];
    }
    return 0;
}

static void add(struct walk *w, u32 h, u32 b) {
    if (w->mark[b] == w->pass + h + 1)
        return;
    w->mark[b] = w->pass + h + 1;
    w->body[w->n++] = b;
}

/* The blocks from which head h is reached again, itself first. False: it is not the only way in. */
static bool find_body(struct walk *w, u32 h) {
    bool one_way = true;
    w->n = 0;
    add(w, h, h);
    for (u32 k = w->first[h]; k < w->first[h + 1]; k++)
        if (w->order[w->pred[k]] >= w->order[h])
            add(w, h, w->pred[k]);
    for (u32 at = 1; at < w->n; at++)
        for (u32 k = w->first[w->body[at]]; k < w->first[w->body[at] + 1]; k++) {
            if (w->order[w->pred[k]] < w->order[h])
                one_way = false;
            else
                add(w, h, w->pred[k]);
        }
    return one_way;
}

/* The loop that was found: those around it were before. */
static void note_body(struct walk *w, u32 h) {
    struct lfunc *f = w->f;
    f->outer[h] = f->inner[h];
    for (u32 k = 0; k < w->n; k++)
        f->inner[w->body[k]] = h;
}

static bool is_paid(const struct lfunc *f, u32 b, u32 s) {
    return runs_on(f, b) && f->g.blk[b].succ[0] == s;
}

/* Fuel of the longest way from each block, whose charge is paid, to the next head, or call: f->most; f->after: the same
 * from behind its last call. */
static void find_most(struct lfunc *f) {
    for (u32 k = f->g.nrpo; k-- > 0;) {
        u32 b = f->g.rpo[k];
        u32 root = f->ebpf && f->ebpf->switches.at ? f->ebpf->switches.at[b] : 0;
        for (u32 j = 0; j < block_nsucc(&f->g.blk[b]); j++) {
            u32 s = block_succ(&f->g.blk[b], j);
            u64 cost;
            if (s == NBLOCK || !(f->kind[s] & FUEL_FAST) || f->kind[s] & FUEL_HEAD)
                continue;
            cost = f->most[s] + (is_paid(f, b, s) ? 0 : f->g.blk[s].charge);
            f->after[b] = cost > f->after[b] ? cost : f->after[b];
        }
        for (u32 j = 0; root && j < f->ebpf->switches.of[root - 1].nway; j++) { /* which skip blocks */
            const struct way *w = &f->ebpf->switches.of[root - 1].way[j];
            u32 s = f->g.of[w->target];
            u64 cost = (u64)w->charge + f->g.blk[s].charge;
            if (f->kind[s] & FUEL_FAST && !(f->kind[s] & FUEL_HEAD) && f->order[s] > k)
                cost += f->most[s];
            f->after[b] = cost > f->after[b] ? cost : f->after[b];
        }
        f->most[b] = f->kind[b] & FUEL_CALLS ? 0 : f->after[b];
    }
}

/* Does each way round a small loop cost the same? from[]: of each of its blocks, what is paid from its charge on to the
 * head. */
static bool is_even(const struct walk *w) {
    const struct lfunc *f = w->f;
    u64 from[MOST_LOOP_BLOCKS];
    for (u32 at = w->n; at-- > 0;) {
        u32 b = w->body[at];
        bool known = false;
        for (u32 k = 0; k < block_nsucc(&f->g.blk[b]); k++) {
            u32 s = block_succ(&f->g.blk[b], k);
            for (u32 j = 0; s != NBLOCK && j < w->n; j++) {
                u64 cost;
                if (w->body[j] != s)
                    continue;
                cost = j ? from[j] + (is_paid(f, b, s) ? 0 : f->g.blk[s].charge) : 0;
                if (known && from[at] != cost)
                    return false;
                from[at] = cost;
                known = true;
            }
        }
    }
    return true;
}

static void sort_body(struct walk *w) {
    for (u32 k = 2; k < w->n; k++)
        for (u32 j = k; j > 1 && w->order[w->body[j]] < w->order[w->body[j - 1]]; j--) {
            u32 t = w->body[j];
            w->body[j] = w->body[j - 1];
            w->body[j - 1] = t;
        }
}

/* The loop that was found is small, and there is none in it, and no call, and no switch. */
static bool is_small(const struct walk *w) {
    const struct lfunc *f = w->f;
    u32 insns = 0;
    for (u32 k = 0; k < w->n; k++) {
        const struct block *b = &f->g.blk[w->body[k]];
        insns += b->end - b->start;
        if (f->ebpf && f->ebpf->switches.at && f->ebpf->switches.at[w->body[k]])
            return false;
        if (f->kind[w->body[k]] & FUEL_CALLS || (k && f->kind[w->body[k]] & FUEL_HEAD))
            return false;
    }
    return w->n <= MOST_LOOP_BLOCKS && insns <= (f->ebpf ? SMALL_EBPF : SMALL);
}

/* Is there anything to be done the slow way, in a block, in the loop that was found, in the function? */
static bool is_slow(struct lfunc *f, u32 b) {
    for (f->pc = f->g.blk[b].start; !f->looks && f->pc < f->g.blk[b].end; f->pc++)
        if (may_miss(f))
            return true;
    return f->looks;
}

static bool is_two_kinds(const struct walk *w) {
    for (u32 k = 0; k < w->n; k++)
        if (is_slow(w->f, w->body[k]))
            return true;
    return false;
}

static bool may_be_slow(struct lfunc *f) {
    for (u32 k = 0; k < f->g.nrpo; k++)
        if (is_slow(f, f->g.rpo[k]))
            return true;
    return false;
}

static int note_small(struct walk *w) {
    struct lfunc *f = w->f;
    struct fuel_loop *l = arena_new(f->a, struct fuel_loop, 1);
    if (!l || !(l->body = arena_new(f->a, u32, w->n)))
        return fail(f->e, E_NOMEM, NOWHERE, "out of memory to compile");
    sort_body(w);
    l->n = w->n;
    for (u32 k = 0; k < w->n; k++)
        f->loop[l->body[k] = w->body[k]] = l;
    l->counted = f->looks && !is_even(w);
    if (f->refills)
        find_end(f, l);
    return f->ebpf ? linear_find(f, l) : 0;
}

/* The loop that was found is one around small ones, and no more. Of how many instructions; 0: it is not. */
static u32 is_nest(const struct walk *w) {
    const struct lfunc *f = w->f;
    u32 insns = 0, heads = 0;
    for (u32 k = 0; k < w->n; k++) {
        const struct block *b = &f->g.blk[w->body[k]];
        const struct fuel_loop *l = f->loop[w->body[k]];
        insns += b->end - b->start;
        if (!(f->kind[w->body[k]] & FUEL_FAST) || f->kind[w->body[k]] & FUEL_CALLS)
            return 0;
        if (k && f->kind[w->body[k]] & FUEL_HEAD) {
            heads++;
            if (!l || l->body[0] != w->body[k])
                return 0;
        }
    }
    return heads && w->n <= MOST_LOOP_BLOCKS && insns <= SMALL ? insns : 0;
}

static int note_nest(struct walk *w) {
    struct lfunc *f = w->f;
    struct fuel_loop *l = arena_new(f->a, struct fuel_loop, 1);
    if (!l || !(l->body = arena_new(f->a, u32, w->n)))
        return out_of_memory(f);
    sort_body(w);
    memcpy(l->body, w->body, w->n * sizeof *l->body);
    l->n = w->n;
    find_end(f, l);
    for (u32 k = 0; l->end.known && find_starts(f, l) && k < l->n; k++)
        f->nest[l->body[k]] = l;
    return 0;
}

static int find_nests(struct walk *w, u32 insns) {
    struct lfunc *f = w->f;
    w->pass = f->g.nblk;
    for (u32 k = 0; f->refills && k < f->g.nrpo; k++) {
        u32 h = f->g.rpo[k], n;
        if (!(f->kind[h] & FUEL_HEAD) || f->loop[h] || f->nest[h] || !find_body(w, h) || !(n = is_nest(w)))
            continue;
        if ((insns += n) <= MOST_INSNS && note_nest(w))
            return f->e->code;
    }
    return 0;
}

int fuel_loops(struct lfunc *f) {
    struct walk w = {.f = f};
    u32 n = f->g.nblk, insns = 0;
    bool two = (f->looks || (f->ebpf && f->l->checks)) && f->lm->job->o.level >= 2;
    f->refills = f->looks && f->typed;
    f->loop = arena_new(f->a, struct fuel_loop *, n);
    f->nest = arena_new(f->a, struct fuel_loop *, n);
    f->kind = arena_new(f->a, u8, n);
    f->most = arena_new(f->a, u64, n);
    f->after = arena_new(f->a, u64, n);
    f->resume = arena_new(f->a, LLVMBasicBlockRef, f->f->nslot);
    if (!f->loop || !f->nest || !f->kind || !f->most || !f->after || !f->resume)
        return fail(f->e, E_NOMEM, NOWHERE, "out of memory to compile");
    if ((!f->fuel && !two) || f->f->jump_ok || n > MOST_BLOCKS)
        return 0;
    if (find_preds(&w))
        return f->e->code;
    for (u32 b = 0; b < n; b++)
        f->kind[b] |= kind_of(f, b);
    for (u32 k = 0; k < f->g.nrpo; k++) {
        u32 h = f->g.rpo[k];
        bool one_way;
        if (!(f->kind[h] & FUEL_HEAD))
            continue;
        one_way = find_body(&w, h);
        note_body(&w, h);
        for (u32 j = 0; j < w.n; j++)
            f->kind[h] |= f->kind[w.body[j]] & FUEL_CALLS ? FUEL_LEAVES : 0;
        if (!two || !is_two_kinds(&w))
            continue;
        for (u32 j = 0; j < w.n; j++) {
            insns += f->kind[w.body[j]] & FUEL_FAST ? 0 : f->g.blk[w.body[j]].end - f->g.blk[w.body[j]].start;
            f->kind[w.body[j]] |= FUEL_FAST;
        }
        if (one_way && is_small(&w) && note_small(&w))
            return f->e->code;
    }
    f->whole = f->ebpf && two && f->f->nslot <= MOST_WHOLE && may_be_slow(f);
    for (u32 b = 0; b < n; b++) {
        if (f->whole && f->g.blk[b].reachable)
            f->kind[b] |= FUEL_FAST;
        if (insns <= MOST_INSNS && f->kind[b] & FUEL_FAST)
            continue;
        f->kind[b] = 0;
        f->loop[b] = NULL;
    }
    find_most(f);
    return find_nests(&w, insns);
}
