/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check.c - the entry: what holds when a program begins, and what is made of the walk: verdict, facts, numbers. */
#include "check/check.h"
#include "base/platform.h"
#include "check/global.h"
#include "check/join.h"
#include "ir/btf.h"
#include "ir/live.h"
#include <stdlib.h>
#include <string.h>

enum { STEPS = 1000000, FAILS = 64, ROUND_FRAME = 16, JOIN_SHARE = 4 };
static const u64 MEMORY = 256ull << 20;

/* --- what is not proven --- */

struct check_fail *unproven(struct check *c, u8 reason, int reg) {
    struct check_result *r = c->r;
    struct fn *fn = &c->fn[c->func];
    struct check_fail *x = &c->none;
    bool first = !(fn->mark[c->pc] & M_FAILED), stop = (c->o->strict && !c->patient) || reason == CHECK_BUDGET;
    c->noted++;
    if (c->quiet)
        return c->last = &c->none;
    fn->mark[c->pc] |= M_FAILED;
    if (first && !c->stop) {
        r->nfail++;
        if (r->nmore < c->capfail)
            x = &r->more[r->nmore++];
    }
    *x = (struct check_fail){.reason = reason, .func = c->func, .pc = c->pc, .reg = (s8)reg, .at = NO_INDEX};
    if (reg >= 0 && c->s.nframe)
        reg_value(&top(c)->r[reg], &x->value);
    if (x->value.kind == VAL_BTF)
        x->value.type = btf_words(c, &top(c)->r[reg], &r->arena);
    if (r->nmore == 1 && x == r->more)
        trail(c, x);
    c->stop |= stop;
    return c->last = x;
}

void out_of_memory(struct check *c) {
    if (!c->stop && c->fn[c->func].mark)
        unproven(c, CHECK_BUDGET, -1)->have = c->max_memory;
    c->gave_up = c->stop = true;
}

void note(struct check *c, u16 bits, u32 region, s64 off) {
    const struct insn *i = &c->m->func[c->func].code[c->pc];
    struct fact *f = &c->fn[c->func].fact[c->pc];
    u8 *mark = &c->fn[c->func].mark[c->pc], shape = isa_info[i->op].shape;
    if (shape != SHAPE_LD && shape != SHAPE_ST && shape != SHAPE_STI && shape != SHAPE_ATOM)
        return;
    if (c->quiet)
        return;
    if (region > UINT16_MAX || off < INT32_MIN || off > INT32_MAX)
        region = NO_REGION, off = 0;
    if (!(*mark & M_ACCESS)) {
        *mark |= M_ACCESS;
        *f = (struct fact){.bits = (u16)(FACT_SEEN | bits), .region = (u16)region, .off = (s32)off};
        return;
    }
    f->bits &= (u16)(FACT_SEEN | bits);
    if (f->off != (s32)off) {
        f->bits &= (u16)~FACT_CTX;
        if (f->region == REGION_STACK)
            f->region = NO_REGION;
        f->off = 0;
    }
    if (f->region != region) {
        f->region = NO_REGION;
        f->off = 0;
    }
}

/* --- functions --- */

static bool runs_callback(const struct check *c, const struct insn *i) {
    const char *name;
    if (i->op == OP_call)
        return calls_back((u32)i->imm);
    if (i->op != OP_callk)
        return i->op == OP_callx || i->op == OP_may_goto;
    name = c->m->import[i->imm].name;
    return !strcmp(name, "bpf_rbtree_add_impl") || (!strncmp(name, "bpf_iter_", 9) && ends_in(name, "_next"));
}

static bool live_registers(struct check *c, const struct func *f, struct fn *fn) {
    struct live l;
    if (live_build(&l, f, &fn->cfg, &c->tmp, c->e))
        return false;
    for (u32 b = 0; b < fn->cfg.nblk; b++) {
        const struct block *k = &fn->cfg.blk[b];
        u64 set[1024];
        u32 words = l.nword < COUNT(set) ? l.nword : COUNT(set);
        memcpy(set, live_out(&l, b), words * 8);
        for (u32 pc = k->end; pc-- > k->start;) {
            if (words == l.nword && f->code[pc].op != OP_pad)
                live_step(&l, set, pc);
            fn->live[pc] = (u16)(set[0] & 0x7ff);
        }
    }
    return true;
}

struct fn *function(struct check *c, u32 n) {
    struct fn *fn = &c->fn[n];
    const struct func *f = &c->m->func[n];
    if (fn->ready)
        return fn;
    fn->live = arena_new(&c->tmp, u16, f->nslot + 1);
    fn->mark = arena_new(&c->tmp, u8, f->nslot + 1);
    fn->fact = arena_new(&c->r->arena, struct fact, f->nslot + 1);
    fn->order = arena_new(&c->tmp, u32, f->nslot + 1);
    if (!fn->order || !fn->live || !fn->mark || !fn->fact || cfg_build(&fn->cfg, f, &c->tmp, c->e) ||
        !live_registers(c, f, fn)) {
        fn->mark = NULL;
        return NULL;
    }
    for (u32 k = 0; k < fn->cfg.nrpo; k++)
        fn->order[fn->cfg.rpo[k]] = k;
    for (u32 b = 0; b < fn->cfg.nblk; b++) {
        const struct block *k = &fn->cfg.blk[b];
        bool any = f->code[k->end - 1].op == OP_gotox;
        fn->mark[k->start] |= M_BLOCK | (b ? M_PRUNE : 0);
        for (u32 i = 0; i < block_nsucc(k); i++) {
            u32 to = block_succ(k, i);
            if (to != NBLOCK && k->reachable && fn->order[to] <= fn->order[b])
                fn->mark[fn->cfg.blk[to].start] |= M_HEAD, fn->loops = true;
        }
        fn->loops |= any;
        for (u32 to = 0; any && to < fn->cfg.nblk; to++)
            if (fn->order[to] <= fn->order[b])
                fn->mark[fn->cfg.blk[to].start] |= M_HEAD;
    }
    for (u32 pc = 0; pc < f->nslot; pc++) {
        fn->fact[pc].region = NO_REGION;
        if (runs_callback(c, &f->code[pc])) {
            fn->mark[pc] |= f->code[pc].op == OP_callx ? M_PRUNE : M_FORCE;
            fn->loops = true;
            fn->live[pc] |= 0x3f; /* it is come back to with the arguments as they are */
        }
    }
    fn->ready = true;
    return fn;
}

/* --- fields of map values --- */

static u8 kind_of_field(const char *name) {
    static const struct {
        const char *name;
        u8 kind;
    } fields[] = {
        {"bpf_spin_lock", MF_LOCK}, {"bpf_res_spin_lock", MF_LOCK}, {"bpf_timer", MF_TIMER},
        {"bpf_wq", MF_WQ},          {"bpf_list_head", MF_LIST},     {"bpf_rb_root", MF_TREE},
        {"bpf_list_node", MF_NODE}, {"bpf_rb_node", MF_NODE},       {"bpf_refcount", MF_REF},
    };
    for (u32 i = 0; i < COUNT(fields); i++)
        if (!strcmp(name, fields[i].name))
            return fields[i].kind;
    return 0xff;
}

/* What a list or tree is made of: a tag "contains:TYPE:MEMBER" at the variable, or at the member, that is its root. */
static void contents(struct check *c, struct map_field *f, u32 owner, s32 member) {
    const struct module *m = c->m;
    struct btf_type t, of;
    for (u32 id = 1; btf_type_at(m, id, &t); id++) {
        const char *text = btf_text(m, t.name), *sep;
        char name[64];
        s32 at;
        if (t.kind != BTF_DECL_TAG || t.size != owner || strncmp(text, "contains:", 9) ||
            !(sep = strchr(text + 9, ':')))
            continue;
        memcpy(&at, t.more, 4);
        if (at != member || (size_t)(sep - text - 9) >= sizeof name)
            continue;
        memcpy(name, text + 9, (size_t)(sep - text - 9));
        name[sep - text - 9] = 0;
        f->type = btf_find_type(m, name, BTF_STRUCT);
        for (u32 i = 0; btf_type_at(m, f->type, &of) && i < of.n; i++)
            if (!strcmp(btf_text(m, btf_part(&of, i).name), sep + 1))
                f->node = btf_part(&of, i).bit / 8;
        return;
    }
}

/* The struct that a type is, without typedefs and qualifiers; 0: none. */
static u32 struct_behind(const struct module *m, u32 type) {
    struct btf_type t;
    for (u32 i = 0; i < 8 && btf_type_at(m, type, &t); i++, type = t.size)
        if (t.kind == BTF_STRUCT || t.kind == BTF_UNION || t.kind == BTF_FWD)
            return type;
        else if (t.kind != BTF_TYPEDEF && t.kind != BTF_CONST && t.kind != BTF_VOLATILE && t.kind != BTF_TYPE_TAG)
            return 0;
    return 0;
}

/* owner and member: what the type was found in, for its tags; -1: a variable. */
static void fields_of(struct check *c, struct map_info *mi, u32 type, u32 off, u32 depth, u32 owner, s32 member) {
    const struct module *m = c->m;
    struct btf_type t, tag;
    u8 kind = 0xff;
    if (depth > 4 || !btf_resolve(m, type, &t))
        return;
    if (t.kind == BTF_STRUCT)
        kind = kind_of_field(btf_text(m, t.name));
    else if (t.kind == BTF_PTR && btf_type_at(m, t.size, &tag) && tag.kind == BTF_TYPE_TAG &&
             strstr(btf_text(m, tag.name), "kptr"))
        kind = MF_KPTR;
    if (kind != 0xff) {
        if (mi->n < MAX_MAP_FIELDS) {
            struct map_field *f = &mi->f[mi->n++];
            *f = (struct map_field){kind, off, t.kind == BTF_PTR ? 8 : t.size, 0, 0};
            if (kind == MF_KPTR) {
                f->type = struct_behind(m, tag.size);
                f->node = !strcmp(btf_text(m, tag.name), "kptr_untrusted");
            }
            if (kind == MF_LIST || kind == MF_TREE)
                contents(c, f, owner, member);
        }
        return;
    }
    for (u32 i = 0; (t.kind == BTF_STRUCT || t.kind == BTF_UNION) && i < t.n; i++) {
        struct btf_part p = btf_part(&t, i);
        fields_of(c, mi, p.type, off + p.bit / 8, depth + 1, type, (s32)i);
    }
}

const struct map_info *map_info(struct check *c, u32 map) {
    static const struct map_info none = {.ready = true}; /* of an argument that was none */
    struct map_info *mi = &c->map[map];
    if (map >= c->m->nmap)
        return &none;
    if (mi->ready)
        return mi;
    mi->ready = true;
    if (c->special && c->m->map[map].btf_value)
        fields_of(c, mi, c->m->map[map].btf_value, 0, 0, 0, -1);
    for (u32 k = 0; c->special && k < c->m->nvar; k++)
        if (c->m->var[k].map == map && c->m->var[k].btf_type)
            fields_of(c, mi, c->m->var[k].btf_type, c->m->var[k].off, 0,
                      btf_find_type(c->m, c->m->var[k].name, BTF_VAR), -1);
    return mi;
}

const struct map_info *type_info(struct check *c, u32 type) {
    struct map_info *mi;
    for (u32 k = 0; k < c->ntype; k++)
        if (c->type[k].type == type)
            return &c->type[k].info;
    if (c->ntype == COUNT(c->type))
        return NULL;
    mi = &c->type[c->ntype].info;
    c->type[c->ntype++].type = type;
    if (c->special || btf_says(c->m, "bpf_list_node") || btf_says(c->m, "bpf_rb_node") ||
        btf_says(c->m, "bpf_refcount"))
        fields_of(c, mi, type, 0, 0, 0, -1);
    return mi;
}

static bool has_special(const struct module *m) {
    return btf_says(m, "bpf_spin_lock") || btf_says(m, "bpf_res_spin_lock") || btf_says(m, "bpf_timer") ||
           btf_says(m, "bpf_wq") || btf_says(m, "bpf_list_head") || btf_says(m, "bpf_rb_root") || btf_says(m, "kptr") ||
           btf_says(m, "kptr_untrusted") || btf_says(m, "percpu_kptr");
}

/* --- entries --- */

static bool begin(struct check *c, u32 func) {
    struct frame *f;
    memset(&c->s, 0, sizeof c->s);
    c->s.lock_map = NO_INDEX;
    c->s.ckpt = NO_CKPT;
    c->func = c->entry = func;
    c->pc = 0;
    if (!function(c, func) || !(f = frame_new(&c->pool)))
        return false;
    f->func = func;
    f->r[REG_FP] = reg_pointer(VAL_STACK);
    c->s.f[0] = f;
    c->s.nframe = 1;
    return true;
}

static void program_arguments(struct check *c) {
    struct reg *r = c->s.f[0]->r;
    if (c->o->any_entry) {
        for (u32 k = 1; k <= 5; k++)
            r[k] = reg_scalar(scalar_any());
    } else if (c->ctx->size) {
        r[1] = reg_pointer(VAL_CTX);
    } else { /* memory and its length */
        r[1] = reg_pointer(VAL_BUFFER);
        r[2] = reg_scalar(scalar_range(0, INT64_MAX));
        r[2].id = c->len_id = new_id(c);
    }
}

/* The program, or a global function by itself, from its begin on. False: it was not looked at to its end. */
static bool look_at(struct check *c, u32 func, bool program, bool joined) {
    const struct fn *g = &c->fn[func];
    if (!begin(c, func)) {
        out_of_memory(c);
        return false;
    }
    if (program)
        program_arguments(c);
    for (u32 k = 0; !program && k < g->narg; k++)
        c->s.f[0]->r[k + 1] = g->arg[k];
    c->length = 0;
    c->endless = c->waits = false;
    c->looks++;
    if (joined)
        return join(c, c->max_steps / JOIN_SHARE) && !c->stop;
    if (c->again)
        release_ckpts(c); /* they know of lengths as they were */
    walk(c);
    return !c->stop;
}

/* The program, then the global functions that it calls, each before what is only to be looked at again for
 * its length. */
static bool look_at_all(struct check *c, bool joined) {
    c->nasked = 1;
    c->asked[0] = (struct asked){.func = c->prog->func};
    while (c->nasked) {
        u32 at = c->nasked - 1;
        struct asked *a = &c->asked[at];
        struct fn *g = &c->fn[a->func];
        u64 steps = c->r->steps;
        bool done = a->looks > 1 || (at && !a->looks && g->global == GLOBAL_DONE);
        if (done || (a->looks == 1 && steps + a->steps > c->max_steps)) {
            c->nasked--;
            continue;
        }
        c->again = a->looks;
        if (at)
            g->global = GLOBAL_DONE;
        if (!look_at(c, a->func, !at, joined))
            return false;
        /* Each was looked at as if the others kept to what they are given: one that does not spoils the facts of all. */
        c->gave_up |= at && c->r->nfail;
        a = &c->asked[at];
        a->steps = c->r->steps - steps;
        a->looks += c->waits && !c->endless && !c->again ? 1 : 2;
        if (a->looks == 1)
            continue;
        if (c->endless || c->waits)
            c->length = 0;
        if (at)
            g->length = c->length;
        else
            c->r->worst = c->length;
    }
    return true;
}

/* As if nothing had been looked at. */
static void forget(struct check *c) {
    struct check_result *r = c->r;
    for (u32 n = 0; n < c->m->nfunc; n++) {
        struct fn *fn = &c->fn[n];
        fn->global = GLOBAL_NO;
        fn->length = 0;
        fn->depth = 0;
        for (u32 pc = 0; fn->ready && pc < c->m->func[n].nslot; pc++) {
            fn->mark[pc] &= (u8) ~(M_FAILED | M_ACCESS);
            fn->fact[pc] = (struct fact){.region = NO_REGION};
        }
    }
    r->nfail = r->nmore = 0;
    r->worst = 0;
    c->stop = c->gave_up = c->pays = c->over = c->again = false;
}

static void look(struct check *c) {
    c->patient = c->o->ranges;
    bool joined = c->settled = look_at_all(c, true);
    c->patient = false;
    if (joined && !c->r->nfail) {
        if (c->o->log) { /* once more, aloud */
            forget(c);
            c->log_joined = true;
            look_at_all(c, true);
        }
        return;
    }
    forget(c);
    if (look_at_all(c, false) || !joined || c->o->strict)
        return;
    /* Too long a walk: what was seen before is better than nothing. Of what is not proven there more might hold. */
    if (c->r->nmore && c->r->more[0].reason == CHECK_BUDGET)
        c->spent = c->r->more[0];
    forget(c);
    look_at_all(c, true);
}

/* --- the frames of chains of calls --- */

static u32 deepest(struct check *c, u32 func, u32 *memo) {
    const struct func *f = &c->m->func[func];
    u32 most = 0;
    if (memo[func])
        return memo[func] - 1;
    memo[func] = 1; /* of a recursion that is reported elsewhere */
    for (u32 pc = 0; pc < f->nslot; pc++) {
        const struct insn *i = &f->code[pc];
        if ((i->op == OP_callf || i->op == OP_ldfunc) && c->fn[func].fact[pc].bits & FACT_SEEN && c->fn[i->imm].ready) {
            u32 d = deepest(c, (u32)i->imm, memo);
            if (d > most)
                most = d;
        }
    }
    most += (u32)align_up(c->fn[func].depth ? c->fn[func].depth : 1, ROUND_FRAME);
    memo[func] = most + 1;
    return most;
}

static void frames(struct check *c) {
    u32 *memo = arena_new(&c->tmp, u32, c->m->nfunc);
    if (!memo || !c->fn[c->prog->func].ready)
        return;
    c->r->stack = deepest(c, c->prog->func, memo);
    if (c->r->stack > STACK_BYTES && !c->stop) {
        struct check_fail *x;
        c->func = c->prog->func;
        c->pc = 0;
        x = unproven(c, CHECK_STACK_DEPTH, -1);
        x->size = c->r->stack;
        x->have = STACK_BYTES;
    }
}

/* --- the result --- */

static bool is_access(const struct insn *i) {
    u8 s = isa_info[i->op].shape;
    return s == SHAPE_LD || s == SHAPE_ST || s == SHAPE_STI || s == SHAPE_ATOM;
}

/* What is said of functions that the program never comes to: one array does for all. */
static const struct fact *never(struct check *c) {
    struct fact *x;
    u32 most = 0;
    for (u32 n = 0; n < c->m->nfunc; n++)
        if (!c->fn[n].ready && c->m->func[n].nslot > most)
            most = c->m->func[n].nslot;
    if ((x = most ? arena_new(&c->r->arena, struct fact, most) : NULL))
        for (u32 pc = 0; pc < most; pc++)
            x[pc] = (struct fact){.bits = FACT_DEAD, .region = NO_REGION};
    return x;
}

static void conclude(struct check *c) {
    struct check_result *r = c->r;
    struct func_facts *facts = arena_new(&r->arena, struct func_facts, c->m->nfunc + 1);
    const struct fact *dead = c->gave_up || c->stop ? NULL : never(c);
    r->seen = arena_new(&r->arena, u8, c->m->nfunc + 1);
    for (u32 n = 0; n < c->m->nfunc; n++) {
        struct fn *fn = &c->fn[n];
        const struct func *f = &c->m->func[n];
        if (!fn->ready) {
            if (facts)
                facts[n].of = dead;
            continue;
        }
        if (r->seen)
            r->seen[n] = 1;
        for (u32 pc = 0; pc < f->nslot; pc++) {
            struct fact *x = &fn->fact[pc];
            r->insns += f->code[pc].op != OP_pad;
            if (x->bits & FACT_SEEN && is_access(&f->code[pc])) {
                r->checks_total++;
                r->checks_proven += !c->gave_up && x->bits & (FACT_SAFE | FACT_CTX);
            }
            if (!c->gave_up && !c->stop && !(x->bits & FACT_SEEN) && f->code[pc].op != OP_pad)
                *x = (struct fact){.bits = FACT_DEAD, .region = NO_REGION};
        }
        if (!facts || c->gave_up || c->stop)
            continue;
        facts[n].of = fn->fact;
        if (c->settled)
            known_facts(c, n, &facts[n]);
    }
    r->facts = facts;
    r->nfacts = facts ? c->m->nfunc : 0;
    if (c->stop)
        r->worst = CHECK_NO_BOUND;
    r->insns_only = !c->pays && !c->gave_up && !c->stop;
    r->verdict = r->nfail ? CHECK_REJECTED : CHECK_ACCEPTED;
    if (r->nfail)
        r->fail = c->spent.reason ? c->spent : r->more[0];
}

int check_program(const struct link_view *l, u32 prog, const struct check_options *o, struct check_result *r,
                  struct error *e) {
    struct check *c;
    u64 start = os_time_ns();
    memset(r, 0, sizeof *r);
    if (prog >= l->m->nprog)
        return fail(e, E_NOENT, NOWHERE, "no program %u", prog);
    if (!(c = calloc(1, sizeof *c)))
        return fail(e, E_NOMEM, NOWHERE, "checking: out of memory");
    c->l = l;
    c->m = l->m;
    c->prog = &l->m->prog[prog];
    c->o = o;
    c->r = r;
    c->e = e;
    c->max_steps = o->max_steps ? o->max_steps : STEPS;
    c->max_memory = o->max_memory ? o->max_memory : MEMORY;
    c->pool.limit = c->max_memory;
    c->tmp.limit = r->arena.limit = c->max_memory;
    c->capfail = o->max_fails ? o->max_fails : FAILS;
    c->nbucket = 1024;
    c->fn = arena_new(&c->tmp, struct fn, l->m->nfunc + 1);
    c->map = arena_new(&c->tmp, struct map_info, l->m->nmap + 1);
    c->bucket = arena_new(&c->tmp, u32, c->nbucket);
    c->capasked = 16;
    c->asked = calloc(c->capasked, sizeof *c->asked);
    r->more = arena_new(&r->arena, struct check_fail, c->capfail);
    if (!c->fn || !c->map || !c->bucket || !c->asked || !r->more) {
        fail(e, E_NOMEM, NOWHERE, "checking %s: out of memory", c->prog->name);
    } else if (l->m->func[c->prog->func].typed) {
        fail(e, E_UNSUP, NOWHERE, "%s is not an eBPF program", c->prog->name);
    } else {
        const char *name = o->type;
        const struct ctxtype *type = name ? ctxtype_named(name) : NULL;
        struct prog *as = arena_new(&c->tmp, struct prog, 1);
        if (as && type) {
            *as = *c->prog;
            as->kind = type->kind;
            c->prog = as;
        }
        if (!name && prog_kind_of_section(c->prog->section, &name, NULL) != c->prog->kind)
            name = ctxtypes[c->prog->kind].name; /* a host said what it is */
        memset(c->bucket, 0xff, c->nbucket * sizeof *c->bucket);
        ctx_layout(&c->layout, c->prog->kind, name, c->prog->section);
        c->ctx = &c->layout;
        c->special = has_special(l->m);
        look(c);
        if (!e->code) {
            frames(c);
            conclude(c);
        }
    }
    btf_types_drop(c);
    release_ckpts(c);
    free(c->todo);
    free(c->way);
    free(c->asked);
    pool_drop(&c->pool);
    arena_drop(&c->tmp);
    free(c);
    r->time_ns = os_time_ns() - start;
    return e->code;
}

void check_drop(struct check_result *r) {
    arena_drop(&r->arena);
    memset(r, 0, sizeof *r);
}

/* --- facts of several programs --- */

const struct func_facts *check_facts_meet(const struct module *m, const struct func_facts *a,
                                          const struct func_facts *b, struct arena *arena) {
    struct func_facts *out = arena_new(arena, struct func_facts, m->nfunc + 1);
    for (u32 n = 0; out && n < m->nfunc; n++) {
        const struct func *f = &m->func[n];
        const struct fact *x = a[n].of, *y = b[n].of;
        struct fact *z;
        if (!x || !y)
            continue;
        if (!(z = arena_new(arena, struct fact, f->nslot + 1)))
            return NULL;
        for (u32 pc = 0; pc < f->nslot; pc++) {
            bool dx = x[pc].bits & FACT_DEAD, dy = y[pc].bits & FACT_DEAD;
            z[pc] = dx ? y[pc] : x[pc];
            if (dx || dy)
                continue;
            z[pc].bits &= y[pc].bits;
            if (x[pc].off != y[pc].off)
                z[pc].bits &= (u16)~FACT_CTX;
            if (x[pc].region != y[pc].region || x[pc].off != y[pc].off) {
                z[pc].region = NO_REGION;
                z[pc].off = 0;
            }
        }
        if (!known_meet(&a[n], &b[n], &out[n], arena))
            return NULL;
        out[n].of = z;
    }
    return out;
}
