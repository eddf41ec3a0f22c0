/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hook.c - hook points: programs attached in order, run one after the other, one verdict out.
 *
 *   hook     list of attachments, under a lock; version: grows with each change
 *   runner   a copy of the list as of some version, with an instance for each: one thread's own
 *
 * A run compares one number. Only where the list has changed does it take the lock and copy, so no
 * thread ever sees a list in change, and nothing that it runs goes away under it. */
#include "api/api.h"
#include "rt/lock.h"
#include "supervm/hook.h"
#include <stdlib.h>
#include <string.h>

struct svm_attachment {
    struct svm_hook *hook;
    struct svm_program *p;
    const struct svm_entry *entry;
    s32 order;
    atomic_uint refs; /* the host's, the hook's while it is attached, runners' */
    _Atomic u64 traps;
};

struct svm_hook {
    struct svm *vm;
    struct svm_hook_options o;
    const struct ctxtype *type;
    atomic_uint refs; /* the host's, attachments', runners' */
    atomic_bool lock;
    _Atomic u64 version;
    struct svm_attachment **list;
    u32 n, room;
};

struct slot {
    struct svm_attachment *a;
    struct svm_instance *in;
};
struct svm_hook_runner {
    struct svm_hook *hook;
    u64 version;
    struct slot *slot;
    u32 n;
    bool running;
};

/* ---- hooks ---- */

static void hook_unref(struct svm_hook *h) {
    if (atomic_fetch_sub(&h->refs, 1) != 1)
        return;
    free((char *)(uintptr_t)h->o.name);
    free(h->list);
    vm_unref(h->vm);
    free(h);
}

static void attachment_unref(struct svm_attachment *a) {
    if (atomic_fetch_sub(&a->refs, 1) != 1)
        return;
    hook_unref(a->hook);
    program_unref(&a->p->p);
    free(a);
}

static int read_options(struct svm_hook *h, struct error *e) {
    const struct svm_hook_options *o = &h->o;
    if ((u32)o->rule > SVM_HOOK_CALL || (u32)o->on_trap > SVM_HOOK_VERDICT)
        return fail(e, E_USAGE, NOWHERE, "its rule is none of enum svm_hook_rule, or on_trap of enum svm_hook_trap");
    if (o->rule == SVM_HOOK_CALL && !o->combine)
        return fail(e, E_USAGE, NOWHERE, "a rule of the host's without combine()");
    if ((u32)o->kind >= PROG_KINDS || o->kind == SVM_KIND_OTHER)
        return fail(e, E_USAGE, NOWHERE, "its kind is none that a program can have");
    h->type = o->kind == SVM_KIND_CONTEXT ? context_named(h->vm, o->context ? o->context : "") : &ctxtypes[o->kind];
    if (!h->type)
        return fail(e, E_NOENT, NOWHERE, "no context %s is registered", o->context ? o->context : "(NULL)");
    return 0;
}

struct svm_hook *svm_hook_new(struct svm *vm, const struct svm_hook_options *o, struct svm_error *err) {
    struct error e = {0};
    struct svm_hook *h = NULL;
    char *name = NULL;
    if (!vm || !o) {
        fail(&e, E_USAGE, NOWHERE, "svm_hook_new: no %s", vm ? "options" : "runtime");
    } else if (!(h = calloc(1, sizeof *h)) || !(name = strdup(o->name ? o->name : "hook"))) {
        fail(&e, E_NOMEM, NOWHERE, "out of memory");
        free(h);
        h = NULL;
    } else {
        memcpy(&h->o, o, min64(o->size, sizeof h->o));
        h->o.name = name;
        h->vm = vm;
        vm_ref(vm);
        atomic_init(&h->refs, 1);
        atomic_init(&h->version, 1);
        if (read_options(h, &e)) {
            wrap(&e, "hook %s", name);
            hook_unref(h);
            h = NULL;
        }
    }
    give_error(err, &e);
    return h;
}

/* Takes a off the list, where it stands there: the list's reference is the caller's then. */
static bool take_off(struct svm_hook *h, const struct svm_attachment *a) {
    u32 i = 0;
    bool found;
    lock(&h->lock);
    while (i < h->n && h->list[i] != a)
        i++;
    if ((found = i < h->n)) {
        memmove(h->list + i, h->list + i + 1, (--h->n - i) * sizeof *h->list);
        atomic_fetch_add(&h->version, 1);
    }
    unlock(&h->lock);
    return found;
}

void svm_hook_free(struct svm_hook *h) {
    struct svm_attachment *a;
    if (!h)
        return;
    do {
        lock(&h->lock);
        a = h->n ? h->list[0] : NULL;
        unlock(&h->lock);
        if (a && take_off(h, a))
            attachment_unref(a);
    } while (a);
    hook_unref(h);
}

/* Behind all that are not of a higher order. False: out of memory. */
static bool put_on(struct svm_hook *h, struct svm_attachment *a) {
    enum { FIRST = 8 };
    bool ok = true;
    lock(&h->lock);
    if (h->n == h->room) {
        u32 room = h->room ? h->room * 2 : FIRST;
        struct svm_attachment **list = realloc(h->list, room * sizeof(struct svm_attachment *));
        if ((ok = list)) {
            h->list = list;
            h->room = room;
        }
    }
    if (ok) {
        u32 i = h->n++;
        for (; i && h->list[i - 1]->order > a->order; i--)
            h->list[i] = h->list[i - 1];
        h->list[i] = a;
        atomic_fetch_add(&h->version, 1);
    }
    unlock(&h->lock);
    return ok;
}

static int check_program(const struct svm_hook *h, const struct svm_program *p, const struct svm_entry *entry,
                         const char *prog, struct error *e) {
    if (!entry)
        return fail(e, prog ? E_NOENT : E_USAGE, NOWHERE, prog ? "no program %s" : "several programs: which one?%s",
                    prog ? prog : "");
    if (p->m->vm != h->vm)
        return fail(e, E_USAGE, NOWHERE, "program %s belongs to another runtime", entry->prog->name);
    if (entry->type != h->type && (entry->type->kind != PROG_RAW || h->type->form == CTX_STRUCT))
        return fail(e, E_USAGE, NOWHERE, "program %s is of kind %s, and the hook takes %s", entry->prog->name,
                    entry->type->name, h->type->name);
    return 0;
}

struct svm_attachment *svm_hook_attach(struct svm_hook *h, struct svm_program *p, const char *prog, int32_t order,
                                       struct svm_error *err) {
    struct error e = {0};
    struct svm_attachment *a = NULL;
    const struct svm_entry *entry = h && p ? svm_program_entry(p, prog) : NULL;
    if (!h || !p) {
        fail(&e, E_USAGE, NOWHERE, "svm_hook_attach: no %s", h ? "program" : "hook");
    } else if (check_program(h, p, entry, prog, &e)) {
        wrap(&e, "hook %s", h->o.name);
    } else if (!(a = calloc(1, sizeof *a))) {
        fail(&e, E_NOMEM, NOWHERE, "out of memory");
    } else {
        a->hook = h;
        a->p = p;
        a->entry = entry;
        a->order = order;
        atomic_init(&a->refs, 2); /* the host's and the list's */
        atomic_fetch_add(&h->refs, 1);
        program_ref(&p->p);
        if (!put_on(h, a)) {
            fail(&e, E_NOMEM, NOWHERE, "out of memory");
            atomic_fetch_sub(&a->refs, 1);
            attachment_unref(a);
            a = NULL;
        }
    }
    give_error(err, &e);
    return a;
}

void svm_attachment_free(struct svm_attachment *a) {
    if (!a)
        return;
    if (take_off(a->hook, a))
        attachment_unref(a);
    attachment_unref(a);
}

uint64_t svm_attachment_traps(const struct svm_attachment *a) {
    return atomic_load(&a->traps);
}

/* ---- runners ---- */

struct svm_hook_runner *svm_hook_runner_new(struct svm_hook *h, struct svm_error *err) {
    struct error e = {0};
    struct svm_hook_runner *r = NULL;
    if (!h) {
        fail(&e, E_USAGE, NOWHERE, "svm_hook_runner_new: no hook");
    } else if (!(r = calloc(1, sizeof *r))) {
        fail(&e, E_NOMEM, NOWHERE, "out of memory");
    } else {
        r->hook = h; /* version 0: its first run copies the list */
        atomic_fetch_add(&h->refs, 1);
    }
    give_error(err, &e);
    return r;
}

static void drop_slots(struct slot *slot, u32 n) {
    for (u32 i = 0; i < n; i++) {
        svm_instance_free(slot[i].in);
        if (slot[i].a)
            attachment_unref(slot[i].a);
    }
    free(slot);
}

void svm_hook_runner_free(struct svm_hook_runner *r) {
    if (!r)
        return;
    drop_slots(r->slot, r->n);
    hook_unref(r->hook);
    free(r);
}

/* The hook's list as it stands, with a reference on each. NULL: out of memory. */
static struct slot *copy_list(struct svm_hook *h, u32 *n, u64 *version) {
    u32 room = 0;
    struct slot *slot = NULL, *grown;
    for (;;) {
        lock(&h->lock);
        if (h->n <= room)
            break;
        room = h->n;
        unlock(&h->lock); /* no allocation while others wait */
        if (!(grown = realloc(slot, room * sizeof *slot))) {
            free(slot);
            return NULL;
        }
        slot = grown;
    }
    *n = h->n;
    *version = atomic_load(&h->version);
    for (u32 i = 0; i < h->n; i++) {
        slot[i] = (struct slot){.a = h->list[i]};
        atomic_fetch_add(&slot[i].a->refs, 1);
    }
    unlock(&h->lock);
    return slot ? slot : calloc(1, sizeof *slot);
}

/* The runner's copy of the list := the hook's; instances of programs that stay are kept. */
static int refresh(struct svm_hook_runner *r, struct svm_error *err) {
    u32 n;
    u64 version;
    struct slot *slot = copy_list(r->hook, &n, &version);
    if (!slot) {
        struct error e = {0};
        fail(&e, E_NOMEM, NOWHERE, "out of memory");
        return give_error(err, &e);
    }
    for (u32 i = 0; i < n; i++) {
        for (u32 k = 0; k < r->n && !slot[i].in; k++)
            if (r->slot[k].a == slot[i].a) {
                slot[i].in = r->slot[k].in;
                r->slot[k].in = NULL;
            }
        if (!slot[i].in && !(slot[i].in = svm_instance_new(slot[i].a->p, err))) {
            drop_slots(slot, n);
            drop_slots(r->slot, r->n);
            r->slot = NULL;
            r->n = 0;
            r->version = 0;
            return E_NOMEM;
        }
    }
    drop_slots(r->slot, r->n);
    r->slot = slot;
    r->n = n;
    r->version = version;
    return 0;
}

/* A verdict joins those before it; false: no other program is asked. */
static bool join(const struct svm_hook_options *o, struct svm_hook_result *r, bool first, s32 v) {
    switch (o->rule) {
    case SVM_HOOK_FIRST: r->verdict = v; return !v;
    case SVM_HOOK_ALL_ZERO:
        if (first || !r->verdict)
            r->verdict = v;
        return true;
    case SVM_HOOK_LAST: r->verdict = v; return true;
    case SVM_HOOK_MAX:
        if (first || v > r->verdict)
            r->verdict = v;
        return true;
    case SVM_HOOK_OR: r->verdict = first ? v : r->verdict | v; return true;
    case SVM_HOOK_CHAIN: r->verdict = v; return v == o->none;
    case SVM_HOOK_CALL: return o->combine(o->arg, &r->verdict, v);
    }
    return false;
}

static int run_list(struct svm_hook_runner *r, const struct svm_input *i, struct svm_hook_result *res,
                    struct svm_error *err) {
    const struct svm_hook_options *o = &r->hook->o;
    bool first = true;
    for (u32 k = 0; k < r->n; k++) {
        const struct slot *s = &r->slot[k];
        struct svm_result one;
        int rc = svm_run_entry(s->in, s->a->entry, i, &one, res->traps ? NULL : err);
        s32 v;
        if (rc && rc != E_TRAP)
            return rc;
        v = (s32)one.ret;
        res->ran++;
        res->insns += one.insns;
        if (unlikely(rc)) {
            res->traps++;
            atomic_fetch_add_explicit(&s->a->traps, 1, memory_order_relaxed);
            if (o->on_trap == SVM_HOOK_STOP)
                return rc;
            if (o->on_trap == SVM_HOOK_SKIP)
                continue;
            v = o->trap_verdict;
        }
        if (!join(o, res, first, v))
            return 0;
        first = false;
    }
    return 0;
}

int svm_hook_run(struct svm_hook_runner *r, const struct svm_input *input, struct svm_hook_result *result,
                 struct svm_error *err) {
    const struct svm_hook *h = r->hook;
    struct svm_hook_result none, *res = result ? result : &none;
    struct svm_input i = {0};
    int rc;
    *res = (struct svm_hook_result){.verdict = h->o.none};
    if (err)
        err->code = 0;
    if (unlikely(r->running)) {
        struct error e = {0};
        fail(&e, E_BUSY, NOWHERE, "hook %s: this runner runs already", h->o.name);
        return give_error(err, &e);
    }
    if (unlikely(r->version != atomic_load_explicit(&h->version, memory_order_acquire)) && (rc = refresh(r, err)))
        return rc;
    if (input)
        i = *input;
    i.kind = h->o.kind;
    r->running = true;
    rc = run_list(r, &i, res, err);
    r->running = false;
    return rc;
}
