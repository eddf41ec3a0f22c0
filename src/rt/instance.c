/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* instance.c - a run: the context is set up, the image runs, tail calls are followed, what is
 * still held is released.
 *
 *   cx.region:  | stack | packet | meta | map 0 .. | registered memory | dynamic .. |
 *                 ^ once  ^ each run      ^ once for each program        ^ while held
 *
 * Kept cheap, since a run may be a hundred instructions: no allocation, no system call, one
 * fence (to enter the epoch). */
#include "base/platform.h"
#include "rt/again.h"
#include "rt/lock.h"
#include "rt/mem.h"
#include "rt/stats.h"
#include "rt/typed/typed.h"
#include <stdlib.h>
#include <string.h>

enum { STACK_GAP = 64, PAGE_SHIFT = 16, MAX_PAGES = 65536 };

/* Linear memory 0: as much address space as 32-bit indices reach, of which memory_size counts. */
static bool make_memory(struct ctx *cx, const struct module *m) {
    if (!m->memory_pages)
        return true;
    cx->memory_max = (u64)MAX_PAGES << PAGE_SHIFT;
    if (m->memory_pages > MAX_PAGES || !(cx->memory = os_reserve(cx->memory_max)))
        return false;
    cx->memory_size = (u64)m->memory_pages << PAGE_SHIFT;
    return true;
}

static void release(struct instance *in) {
    typed_drop(in);
    os_release(in->cx.memory, in->cx.memory_max);
    free(in->stack);
    free(in->object);
    free(in->cx.region);
    free(in->key);
    memset(in, 0, sizeof *in);
}

int instance_init(struct instance *in, struct program *p, const struct services *s) {
    struct registry *r = p->r;
    memset(in, 0, sizeof *in);
    in->p = p;
    in->looks_up = p->looks_up;
    in->counts = p->view.fuel;
    in->cx.in = in;
    in->cx.services = s;
    in->cx.program = p;
    if (module_is_typed(p->m) && !p->m->nprog)
        return 0; /* no stack, regions, maps: nothing that it runs asks for them */
    in->stack_size = (size_t)r->max_frames * r->frame_size;
    in->stack = aligned_alloc(64, align_up(in->stack_size + STACK_GAP, 64));
    in->object = calloc(MAX_OBJECTS, sizeof *in->object);
    struct ctx *cx = &in->cx;
    cx->max_depth = r->max_frames < COUNT(cx->shadow) ? r->max_frames : COUNT(cx->shadow);
    cx->frame_size = r->frame_size;
    if (!in->stack || !in->object || !instance_enter(in, p) || !make_memory(cx, p->m) ||
        (p->stats && !stats_join(in))) {
        release(in);
        return E_NOMEM;
    }
    memset(in->stack, 0, in->stack_size + STACK_GAP);
    cx->stack_top = in->stack + in->stack_size;
    region_set(&cx->region[REGION_STACK], in->stack, in->stack_size, true);
    epoch_join(&r->epoch, in, registry_cpus(r));
    return 0;
}

void instance_drop(struct instance *in) {
    if (!in->p)
        return;
    if (in->stack)
        epoch_part(&in->p->r->epoch, in);
    if (in->guest)
        program_unref(in->guest);
    if (in->stats)
        stats_part(in);
    release(in);
}

/* Makes the rows of program p those of the instance. */
bool instance_enter(struct instance *in, struct program *p) {
    struct ctx *cx = &in->cx;
    u32 fixed = REGION_MAP + p->nregion, need = fixed + MAX_DYNAMIC;
    if (need > in->region_cap) {
        struct region *g = realloc(cx->region, need * sizeof *g);
        if (!g)
            return false;
        memset(g + in->region_cap, 0, (need - in->region_cap) * sizeof *g);
        cx->region = g;
        in->region_cap = need;
    }
    memcpy(cx->region + REGION_MAP, p->region, p->nregion * sizeof *p->region);
    memset(cx->region + fixed, 0, (in->region_cap - fixed) * sizeof *cx->region);
    cx->nregion = in->fixed = fixed;
    cx->program = p;
    return true;
}

/* A row as it should be; mostly it is so already, from the run before, or begins elsewhere. */
static inline void row(struct region *g, const void *base, u64 len, bool writable) {
    if (unlikely(g->read[0] != len || g->write[0] != (writable ? len : 0)))
        region_set(g, base, len, writable);
    else if (g->base != num(base))
        g->base = num(base);
}

void packet_rows(struct ctx *cx) {
    struct pkt *k = cx->pkt;
    bool direct = cx->type->kind != PROG_SOCKET; /* those read by ld_abs and helpers only */
    bool write = cx->type->writable, meta = k->meta < k->data && cx->type->kind != PROG_CGROUP_SKB;
    k->changed = true;
    row(&cx->region[REGION_PACKET], k->data, direct ? (u64)(k->end - k->data) : 0, write);
    row(&cx->region[REGION_META], k->meta, direct && meta ? (u64)(k->data - k->meta) : 0, write);
}

/* The buffers that a host's struct points at, as it stands when the run begins. */
static void buffer_rows(struct ctx *cx) {
    const struct ctxtype *t = cx->type;
    for (u32 i = 0; i < CTX_BUFFERS; i++) {
        const struct ctx_buffer *b = &t->buffer[i];
        u8 *start = NULL, *end = NULL;
        if (i < t->nbuffer) {
            memcpy(&start, (u8 *)cx->host_ctx + b->start, sizeof start);
            memcpy(&end, (u8 *)cx->host_ctx + b->end, sizeof end);
        }
        row(&cx->region[REGION_PACKET + i], start, start < end ? (u64)(end - start) : 0, b->writable);
    }
}

/* Mostly they are so already. What stands is not stored again: engines read the arguments with wide loads, which
 * have to wait for narrow stores right before them (8 ns on Zen 3). */
static void arguments(struct ctx *cx, u64 r1, u64 r2) {
    if (cx->arg[0] != r1)
        cx->arg[0] = r1;
    if (cx->arg[1] != r2)
        cx->arg[1] = r2;
    if (unlikely(cx->arg[2] | cx->arg[3] | cx->arg[4]))
        cx->arg[2] = cx->arg[3] = cx->arg[4] = 0;
}

static void context(struct ctx *cx, const struct run_input *i) {
    const struct ctxtype *t = i->type ? i->type : &ctxtypes[PROG_RAW];
    struct pkt *k = i->pkt;
    cx->type = t;
    cx->pkt = NULL;
    cx->host_ctx = i->mem;
    if (t->form == CTX_PACKET && k) {
        cx->pkt = k;
        if (!k->meta || k->meta > k->data)
            k->meta = k->data;
        if (!k->head || k->head > k->meta)
            k->head = k->meta;
        if (k->tail < k->end)
            k->tail = k->end;
        k->len = (u32)(k->end - k->data);
        k->redirected = false;
        packet_rows(cx);
    } else if (t->form == CTX_STRUCT && i->mem) {
        buffer_rows(cx);
    } else {
        row(&cx->region[REGION_PACKET], i->mem, i->mem ? i->mem_len : 0, t->writable);
        row(&cx->region[REGION_META], NULL, 0, false);
    }
    if (unlikely(i->args != NULL))
        memcpy(cx->arg, i->args, sizeof cx->arg);
    else
        arguments(cx, t->size ? handle(TAG_CTX, 0) : num(i->mem), t->form == CTX_MEMORY && i->mem ? i->mem_len : 0);
    cx->in->own_args = i->args != NULL;
    cx->in->cookie = i->cookie;
    cx->in->func_ip = i->func_ip;
    cx->in->retval = i->retval;
    cx->in->retval_set = false;
}

/* What a host said of the results of its contexts. */
static bool bad_result(const struct ctx *cx) {
    const struct ctxtype *t = cx->type;
    s32 r = (s32)cx->ret;
    return (t->least || t->most) && (r < t->least || r > t->most);
}

static void enter_epoch(struct instance *in, struct epoch *e) {
    store_then_fence(&in->active,
                     atomic_load_explicit(&e->now, memory_order_relaxed)); /* before any lookup: see epoch.c */
}

/* The program that a tail call named takes over: a new stack frame, the same context. One of
 * another link comes with a reference (prog_array_get), kept until the next one is entered:
 * hosts look at cx->program after a run. */
static bool follow_tail_call(struct instance *in, u32 *func) {
    struct ctx *cx = &in->cx;
    struct program *to = cx->tail_program, *left = in->guest;
    bool other = to != cx->program;
    cx->trap = object_held(in) ? TRAP_HELD : TRAP_NONE;
    if (!cx->trap) {
        object_release_all(in);
        if (other && to->m->memory_pages)
            cx->trap = TRAP_BAD_CALLEE; /* its linear memory belongs to an instance of its own */
        else if (other && !instance_enter(in, to))
            cx->trap = TRAP_MEMORY;
    }
    if (cx->trap) {
        if (other)
            program_unref(to);
        return false;
    }
    if (other) {
        in->guest = to;
        if (left)
            program_unref(left);
    }
    *func = cx->tail_func;
    if (cx->pkt)
        packet_rows(cx);
    return true;
}

/* The image with facts may run func as things are. */
static bool as_assumed(const struct instance *in, const struct program *p, u32 func) {
    const struct ctx *cx = &in->cx;
    if (!p->assumed || p->assumed[func] == &any_type)
        return true;
    return !in->own_args && p->assumed[func] == cx->type && (cx->type->form != CTX_PACKET || cx->pkt);
}

/* All that its code can take, which does not look whether it is there, is in this slice. False: there is not as much. */
static bool pays_ahead(struct ctx *cx, const struct program *p, u32 func) {
    s64 more = p->bound ? (s64)p->bound[func] - cx->fuel : 0;
    if (likely(more <= 0))
        return true;
    if (more > cx->fuel_rest)
        return false;
    cx->fuel += more;
    cx->fuel_rest -= more;
    return true;
}

/* Runs function func of cx->program, at whose start nothing but the context is given. */
static void run_entry(struct instance *in, u32 func) {
    struct ctx *cx = &in->cx;
    struct program *p = cx->program;
    const void *image = p->image;
    in->plain = !as_assumed(in, p, func) || !pays_ahead(cx, p, func);
    if (in->plain && !(image = program_plain(p))) {
        trap(cx, p->engine->compile ? TRAP_MEMORY : TRAP_BAD_CONTEXT); /* native code is for one type of it */
        cx->trap_func = NO_PLACE;
        return;
    }
    in->image = image;
    p->engine->run(image, cx, func);
}

/* Back to the instance's own program after a run that ended in another. */
static bool go_home(struct instance *in) {
    if (!instance_enter(in, in->p))
        return false;
    program_unref(in->guest);
    in->guest = NULL;
    return true;
}

/* Where the target belongs to another link, a trap is placed at the call: hosts know the names of
 * the program that they started. */
bool rt_tail_call(struct ctx *cx) {
    struct instance *in = cx->in;
    struct program *home = cx->program, *guest = in->guest;
    u32 func, depth = cx->depth;
    bool plain = in->plain;
    in->guest = NULL;
    cx->depth--; /* the frame of the subprogram is the target's */
    while (cx->trap == TRAP_TAIL_CALL && follow_tail_call(in, &func))
        run_entry(in, func);
    in->plain = plain;
    cx->depth = depth;
    if (cx->program != home) {
        if (cx->trap)
            cx->trap_func = NO_PLACE;
        if (!instance_enter(in, home))
            trap(cx, TRAP_MEMORY); /* cannot be: its rows fitted before */
        if (cx->pkt)
            packet_rows(cx);
    }
    if (in->guest)
        program_unref(in->guest);
    in->guest = guest;
    return !cx->trap;
}

/* What the helper and then follow(), or rt_tail_call(), would do. Who was entered with all the fuel that it may take
 * does not look: the slice must hold that. */
bool rt_tail_own(struct ctx *cx, u64 r1, u64 r2, u64 r3, u32 *func) {
    enum { PROG_ARRAY = 3 };
    struct instance *in = cx->in;
    const struct program *p = cx->program;
    u64 i = r2 - handle(TAG_MAP, 0);
    if (i >= p->m->nmap || p->map[i]->type != PROG_ARRAY || !prog_array_own(p->map[i], (u32)r3, p, func))
        return false;
    if ((cx->type->size && r1 != handle(TAG_CTX, 0)) || in->nest || in->nobject || in->ninner ||
        cx->nregion > in->fixed || cx->tail_count >= MAX_TAIL_CALLS)
        return false;
    if (!in->plain && (!as_assumed(in, p, *func) || (p->bound && cx->fuel < (s64)p->bound[*func])))
        return false;
    cx->tail_count++;
    if (cx->depth == 1)
        in->main_func = *func;
    return true;
}

/* After a run from func: the programs that tail calls named, and then what is to be given back or looked at. */
static void follow(struct instance *in, u32 func) {
    struct ctx *cx = &in->cx;
    while (cx->trap == TRAP_TAIL_CALL && follow_tail_call(in, &func)) {
        cx->depth = 0;
        in->main_func = func;
        run_entry(in, func);
    }
    if (cx->trap == TRAP_END)
        cx->trap = TRAP_NONE;
    else if (!cx->trap && in->nobject && object_held(in))
        cx->trap = TRAP_HELD;
    if (!cx->trap && bad_result(cx)) {
        cx->trap = TRAP_BAD_RESULT;
        cx->trap_func = NO_PLACE;
        cx->trap_pc = 0;
    }
    if (in->nobject || cx->nregion > in->fixed)
        object_release_all(in);
}

/* Of engines without engine.entry. */
static void enter_engine(struct ctx *cx, struct engine_entry *e) {
    cx->fuel = e->fuel;
    cx->trap = TRAP_NONE;
    cx->ret = 0;
    cx->depth = 0;
    cx->in->p->engine->run(e->image, cx, cx->in->main_func);
}

static void find_entry(struct instance *in, u32 func) {
    const struct engine *e = in->p->engine;
    if (!e->entry || !e->entry(in->image, &in->cx, func, &in->entry)) {
        in->entry.enter = enter_engine;
        in->entry.image = in->image;
    }
    in->entry.fuel = in->slice;
}

/* Nothing of the input is to be read again, and the run left nothing that the next would find. */
static bool repeats(const struct instance *in, const struct run_input *i) {
    const struct ctx *cx = &in->cx;
    const struct ctxtype *t = cx->type;
    return i->again && !cx->trap && !in->guest && cx->program == in->p && !cx->tail_count &&
           t->form != CTX_STRUCT && !t->least && !t->most && !i->args && !in->retval_set && !in->stats &&
           !in->typed; /* whose calls use cx too */
}

static u64 first_slice(const struct program *p, u32 func) {
    return p->bound && p->bound[func] > SLICE ? p->bound[func] : SLICE;
}

u32 instance_run(struct instance *in, u32 func, const struct run_input *i, u64 *insns) {
    struct registry *r = in->p->r;
    struct ctx *cx = &in->cx;
    u64 budget = i->budget ? i->budget : r->budget;
    bool again;
    if (insns)
        *insns = 0;
    if (in->state == RUN_ON)
        return TRAP_HOST; /* a host function tried to run the instance that called it */
    in->state = RUN_NONE;
    if (unlikely(atomic_load_explicit(&in->interrupt, memory_order_relaxed))) {
        atomic_store(&in->interrupt, false);
        return cx->trap = TRAP_INTERRUPT;
    }
    if (budget > INT64_MAX / 2)
        budget = INT64_MAX / 2;
    in->slice = in->counts ? (s64)min64(budget, first_slice(in->p, func)) : INT64_MAX / 2;
    in->rest = in->counts ? (s64)budget - in->slice : 0;
    in->state = RUN_ON;
    cx->fuel = in->slice;
    cx->fuel_rest = in->rest;
    cx->trap = TRAP_NONE;
    cx->ret = 0;
    cx->depth = 0;
    cx->tail_count = 0;
    in->nest = 0;
    if (in->looks_up)
        enter_epoch(in, &r->epoch);
    if (unlikely(in->guest != NULL) && !go_home(in)) {
        cx->trap = TRAP_MEMORY;
    } else {
        context(cx, i);
        in->main_func = func;
        run_entry(in, func);
    }
    follow(in, func);
    again = repeats(in, i);
    if (again)
        find_entry(in, func);
    if (in->looks_up)
        atomic_store_explicit(&in->active, 0, memory_order_release);
    if (insns)
        *insns = instance_insns(in);
    in->state = again ? RUN_AGAIN : RUN_NONE;
    return cx->trap;
}

void instance_enter_epoch(struct instance *in) {
    enter_epoch(in, &in->p->r->epoch);
}

u32 instance_settle(struct instance *in) {
    follow(in, in->main_func);
    return RUN_NONE;
}

bool rt_refuel(struct ctx *cx) {
    while (cx->fuel < 0) {
        s64 n = cx->fuel_rest < SLICE ? cx->fuel_rest : SLICE;
        if (chain_interrupted(cx)) {
            trap(cx, TRAP_INTERRUPT);
            return false;
        }
        if (atomic_load_explicit(&cx->in->interrupt, memory_order_relaxed)) {
            atomic_store(&cx->in->interrupt, false);
            trap(cx, TRAP_INTERRUPT);
            return false;
        }
        if (n <= 0) {
            trap(cx, TRAP_FUEL);
            return false;
        }
        cx->fuel += n;
        cx->fuel_rest -= n;
    }
    return true;
}

bool rt_call(struct ctx *cx, u32 func, const u64 args[5], u64 *ret) {
    u64 saved[5];
    struct program *p = cx->program;
    memcpy(saved, cx->arg, sizeof saved);
    memcpy(cx->arg, args, sizeof saved);
    cx->in->nest++;
    p->engine->run(unlikely(cx->in->plain) ? atomic_load_explicit(&p->plain, memory_order_relaxed) : p->image, cx,
                   func);
    cx->in->nest--;
    memcpy(cx->arg, saved, sizeof saved);
    *ret = cx->ret;
    return !cx->trap;
}
