/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* objects.c - memories, tables, globals and tags of the host's own, and its access to all of them.
 * A handle is the runtime's own object. One that the host made holds the runtime, and its object or group. */
#include "api/linker.h"
#include <string.h>

static struct rt_memory *mem_of(const struct svm_memory *m) {
    return (struct rt_memory *)(uintptr_t)m;
}
static struct rt_table *table_of(const struct svm_table *t) {
    return (struct rt_table *)(uintptr_t)t;
}
static struct rt_global *global_of(const struct svm_global *g) {
    return (struct rt_global *)(uintptr_t)g;
}

static struct svm *vm_of(struct registry *r) {
    return (struct svm *)r;
}
_Static_assert(offsetof(struct svm, r) == 0, "vm_of() casts");

static void *done(struct svm *vm, void *object, const struct error *e, struct svm_error *err) {
    give_error(err, e);
    if (object)
        vm_ref(vm);
    return object;
}

/* ---- memories ---- */

struct svm_memory *svm_memory_new(struct svm *vm, uint64_t min, uint64_t max, unsigned flags, struct svm_error *err) {
    struct size_limits l = {min, max, flags & SVM_INDEX64, flags & SVM_SHARED};
    struct error e = {0};
    struct rt_memory *m = NULL;
    if (!vm || min > max)
        fail(&e, E_USAGE, NOWHERE, "svm_memory_new: %s", vm ? "min is more than max" : "no runtime");
    else
        m = memory_new(&vm->r, &l, NULL, &e);
    return done(vm, m, &e, err);
}

void svm_memory_free(struct svm_memory *m) {
    struct svm *vm;
    if (!m)
        return;
    vm = vm_of(mem_of(m)->r);
    memory_unref(mem_of(m));
    vm_unref(vm);
}

uint8_t *svm_memory_data(const struct svm_memory *m) {
    return mem_of(m)->m.base;
}
uint64_t svm_memory_size(const struct svm_memory *m) {
    return memory_size(&mem_of(m)->m);
}
int64_t svm_memory_grow(struct svm_memory *m, uint64_t pages) {
    return (int64_t)memory_grow(mem_of(m), pages);
}

static bool holds(const struct svm_memory *m, u64 at, u64 len) {
    u64 size = svm_memory_size(m);
    return len <= size && at <= size - len;
}

int svm_memory_read(const struct svm_memory *m, uint64_t at, void *to, size_t len) {
    if (!holds(m, at, len))
        return SVM_EINDEX;
    memcpy(to, svm_memory_data(m) + at, len);
    return 0;
}

int svm_memory_write(struct svm_memory *m, uint64_t at, const void *from, size_t len) {
    if (!holds(m, at, len))
        return SVM_EINDEX;
    memcpy(svm_memory_data(m) + at, from, len);
    return 0;
}

/* ---- what belongs to a group ---- */

/* A group with nothing in it yet, for an object of the host's. */
static struct group *fresh(struct svm *vm, const char *who, struct error *e) {
    struct group *g = NULL;
    if (!vm)
        fail(e, E_USAGE, NOWHERE, "%s: no runtime", who);
    else if (!(g = group_new(&vm->r)))
        fail(e, E_NOMEM, NOWHERE, "%s: out of memory", who);
    return g;
}

static void free_member(struct member *m) {
    struct svm *vm = vm_of(m->group->r);
    group_unref(m->group);
    vm_unref(vm);
}

struct svm_table *svm_table_new(struct svm *vm, enum svm_valkind kind, uint64_t min, uint64_t max, unsigned flags,
                                struct svm_error *err) {
    struct size_limits l = {min, max, flags & SVM_INDEX64, false};
    u32 vt = vt_of_kind((u8)kind);
    struct error e = {0};
    struct rt_table *t = NULL;
    struct group *g = fresh(vm, "svm_table_new", &e);
    if (g && (!vt_is_ref(vt) || min > max))
        fail(&e, E_USAGE, NOWHERE, "svm_table_new: %s", min > max ? "min is more than max" : "no kind of reference");
    else if (g)
        t = table_new(g, &l, vt, &e);
    if (g && !t)
        group_unref(g);
    return done(vm, t, &e, err);
}

void svm_table_free(struct svm_table *t) {
    if (t)
        free_member(&table_of(t)->in);
}
uint64_t svm_table_size(const struct svm_table *t) {
    return table_of(t)->t.size;
}
int64_t svm_table_grow(struct svm_table *t, uint64_t n) {
    return table_of(t)->t.vt & VT_NULL ? (int64_t)table_grow(table_of(t), n, 0) : -1;
}

int svm_table_get(const struct svm_table *t, uint64_t i, struct svm_val *v) {
    const struct table *x = &table_of(t)->t;
    if (i >= x->size)
        return SVM_EINDEX;
    val_of_slot(v, x->vt, &x->elem[i]);
    return 0;
}

int svm_table_set(struct svm_table *t, uint64_t i, const struct svm_val *v) {
    struct table *x = &table_of(t)->t;
    u64 slot[2];
    if (i >= x->size)
        return SVM_EINDEX;
    if (!slot_of_val(table_of(t)->in.group, x->vt, v, slot))
        return SVM_EUSAGE;
    x->elem[i] = slot[0];
    return 0;
}

struct svm_global *svm_global_new(struct svm *vm, const struct svm_val *v, bool mutable_, struct svm_error *err) {
    u32 vt = v ? vt_of_kind(v->kind) : 0;
    struct error e = {0};
    struct rt_global *x = NULL;
    struct group *g = fresh(vm, "svm_global_new", &e);
    u64 slot[2];
    if (g && (!vt || !slot_of_val(g, vt, v, slot)))
        fail(&e, E_USAGE, NOWHERE, "svm_global_new: no value that a global of its own can have");
    else if (g && (x = global_new(g, vt, mutable_, &e)))
        memcpy(&x->c, slot, vt_slots(vt) * sizeof *slot);
    if (g && !x)
        group_unref(g);
    return done(vm, x, &e, err);
}

void svm_global_free(struct svm_global *g) {
    if (g)
        free_member(&global_of(g)->in);
}

void svm_global_get(const struct svm_global *g, struct svm_val *v) {
    val_of_slot(v, global_of(g)->vt, (const u64 *)(const void *)&global_of(g)->c);
}

int svm_global_set(struct svm_global *g, const struct svm_val *v) {
    struct rt_global *x = global_of(g);
    u64 slot[2];
    if (!x->mutable)
        return SVM_EPERM;
    if (!slot_of_val(x->in.group, x->vt, v, slot))
        return SVM_EUSAGE;
    memcpy(&x->c, slot, vt_slots(x->vt) * sizeof *slot);
    return 0;
}

struct svm_tag *svm_tag_new(struct svm *vm, const enum svm_valkind *param, size_t nparam, struct svm_error *err) {
    struct svm_functype type = {param, nparam, NULL, 0};
    struct error e = {0};
    struct rt_tag *t = NULL;
    struct group *g = fresh(vm, "svm_tag_new", &e);
    const struct rtype *r;
    int rc;
    if (g && (r = type_of_kinds(vm, &type, &rc))) {
        t = tag_new(g, r, &e);
        types_release(&vm->r, &r, 1);
    } else if (g) {
        fail(&e, rc, NOWHERE, "svm_tag_new: %s", error_name(rc));
    }
    if (g && !t)
        group_unref(g);
    return done(vm, t, &e, err);
}

void svm_tag_free(struct svm_tag *t) {
    if (t)
        free_member(&((struct rt_tag *)(void *)t)->in);
}
