/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_bpf.c - the import module "wasm_bpf": eBPF objects that a guest brings along, loaded into this runtime.
 *
 * An object is a number that is never given twice, a descriptor a row of its own table; both are looked up at each
 * use, and a descriptor dies with its object. What attaching means is the host's affair (struct svm_wasm_bpf). */
#include "api/hostmod.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FDS = 1024, FIRST_FD = 3, MOST_OBJECTS = 64, NAME_MAX_ = 256, OBJECT_BYTES = 64 << 20 };

struct object_of {
    u64 id; /* 0: free */
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *in;
};
struct wasm_bpf {
    struct svm_wasm_bpf o;
    struct svm *vm;
    u64 last; /* id given */
    u32 max;
    struct {
        u64 object;
        struct map *m;
    } fd[MAX_FDS]; /* m: NULL: free; the object holds it */
    u32 nfd;
    struct object_of object[];
};

#define WASM_BPF(name, ...) static u64 wb_##name(struct ctx *cx, const struct host_func *f, const u64 *a);
#include "api/wasm_bpf.def"
#undef WASM_BPF
#define WB(name) static u64 wb_##name(struct ctx *cx __attribute__((unused)), const struct host_func *f, const u64 *a)

static const struct hostmod_row rows[] = {
#define WASM_BPF(name, param, result) {#name, param, result, wb_##name},
#include "api/wasm_bpf.def"
#undef WASM_BPF
};

int svm_linker_wasm_bpf(struct svm_linker *l, const struct svm_wasm_bpf *given) {
    struct svm_wasm_bpf o = SVM_WASM_BPF_INIT;
    struct wasm_bpf *w;
    if (!l || !given || given->size < offsetof(struct svm_wasm_bpf, wait))
        return SVM_EUSAGE;
    if (l->hosts->wasm_bpf)
        return SVM_EEXIST;
    memcpy(&o, given, min64(given->size, sizeof o));
    if (!o.max_objects)
        o.max_objects = MOST_OBJECTS;
    if (!(w = calloc(1, sizeof *w + o.max_objects * sizeof *w->object)))
        return SVM_ENOMEM;
    w->o = o;
    w->vm = l->vm;
    w->max = o.max_objects;
    l->hosts->wasm_bpf = w;
    return hostmod_add(l, "wasm_bpf", rows, COUNT(rows));
}

/* ---- objects ---- */

static struct object_of *object_at(struct wasm_bpf *w, u64 id) {
    for (u32 i = 0; id && i < w->max; i++)
        if (w->object[i].id == id)
            return &w->object[i];
    return NULL;
}

static void unload(struct wasm_bpf *w, struct object_of *o) {
    for (u32 i = 0; i < w->nfd; i++)
        if (w->fd[i].object == o->id)
            w->fd[i].m = NULL;
    if (o->in && w->o.detach)
        w->o.detach(w->o.arg, o->in);
    svm_instance_free(o->in);
    svm_program_free(o->p);
    svm_module_free(o->m);
    *o = (struct object_of){0};
}

void wasm_bpf_drop(struct wasm_bpf *w) {
    for (u32 i = 0; w && i < w->max; i++)
        if (w->object[i].id)
            unload(w, &w->object[i]);
    free(w);
}

/* Why an object was refused is printed: the guest hears a 0 only. */
static void print_refusal(const struct ctx *cx, const struct svm_error *err) {
    const struct registry *r = cx->in->p->r;
    char text[sizeof err->text + 40];
    int n = snprintf(text, sizeof text, "wasm_load_bpf_object: %s", err->text);
    r->print(r->print_arg, text, (size_t)n);
}

WB(wasm_load_bpf_object) {
    struct wasm_bpf *w = f->hosts->wasm_bpf;
    const u8 *p = guest_bytes(cx, a[0], a[1]);
    struct svm_load_options lo = SVM_LOAD_INIT;
    struct object_of *o = w->object;
    struct svm_error err;
    u8 *own;
    while (o < w->object + w->max && o->id)
        o++;
    if (!p || a[1] > OBJECT_BYTES || o == w->object + w->max || !charge(cx, a[1]))
        return 0;
    if (!(own = malloc(a[1] + 1)))
        return 0;
    memcpy(own, p, a[1]); /* other threads may write the guest's memory meanwhile */
    lo.name = "guest's object";
    lo.front = "elf";
    o->id = ++w->last;
    if (!(o->m = svm_module_load(w->vm, own, a[1], &lo, &err)) || !(o->p = svm_program_link(o->m, NULL, &err)) ||
        !(o->in = svm_instance_new(o->p, &err))) {
        print_refusal(cx, &err);
        unload(w, o);
    }
    free(own);
    return o->id;
}

WB(wasm_close_bpf_object) {
    struct object_of *o = object_at(f->hosts->wasm_bpf, a[0]);
    if (!o)
        return (u64)-EINVAL;
    if (o->in->in.state == RUN_ON)
        return (u64)-EBUSY; /* the guest was called from one of its programs */
    unload(f->hosts->wasm_bpf, o);
    return 0;
}

/* A string that ends within the guest's memory and NAME_MAX_ bytes. */
static bool read_name(struct ctx *cx, u64 at, char name[NAME_MAX_]) {
    for (u32 i = 0; i < NAME_MAX_; i++) {
        const u8 *p = guest_bytes(cx, at + i, 1);
        if (!p)
            return false;
        if (!(name[i] = (char)*p))
            return true;
    }
    return false;
}

WB(wasm_attach_bpf_program) {
    struct wasm_bpf *w = f->hosts->wasm_bpf;
    const struct object_of *o = object_at(w, a[0]);
    char name[NAME_MAX_], target[NAME_MAX_];
    const struct svm_entry *e;
    if (!o)
        return (u64)-EINVAL;
    if (!read_name(cx, a[1], name) || (a[2] && !read_name(cx, a[2], target)))
        return (u64)-EFAULT;
    if (!(e = svm_program_entry(o->p, name)))
        return (u64)-ENOENT;
    if (!w->o.attach)
        return (u64)-EOPNOTSUPP;
    return (u64)(s64)w->o.attach(w->o.arg, o->in, e->prog->name, e->prog->section, a[2] ? target : NULL);
}

/* ---- maps ---- */

WB(wasm_bpf_map_fd_by_name) {
    struct wasm_bpf *w = f->hosts->wasm_bpf;
    const struct object_of *o = object_at(w, a[0]);
    struct svm_map *map;
    char name[NAME_MAX_];
    u32 i;
    if (!o)
        return (u64)-EINVAL;
    if (!read_name(cx, a[1], name))
        return (u64)-EFAULT;
    if (!(map = svm_program_map(o->p, name)))
        return (u64)-ENOENT;
    for (i = 0; i < w->nfd; i++) /* the same one again */
        if (w->fd[i].object == a[0] && w->fd[i].m == map->m)
            return FIRST_FD + i;
    for (i = 0; i < w->nfd && w->fd[i].m; i++)
        continue;
    if (i == MAX_FDS)
        return (u64)-EMFILE;
    if (i == w->nfd)
        w->nfd++;
    w->fd[i].object = a[0];
    w->fd[i].m = map->m;
    return FIRST_FD + i;
}

static struct map *map_at(const struct host_func *f, u64 fd) {
    const struct wasm_bpf *w = f->hosts->wasm_bpf;
    return fd >= FIRST_FD && fd - FIRST_FD < w->nfd ? w->fd[fd - FIRST_FD].m : NULL;
}

WB(wasm_bpf_map_operate) {
    enum { LOOKUP = 1, UPDATE, DELETE, NEXT }; /* enum bpf_cmd (Linux UAPI) */
    struct map *m = map_at(f, a[0]);
    u8 *key, *value, *next;
    if (!m)
        return (u64)-EBADF;
    key = a[2] || a[1] != NEXT ? guest_bytes(cx, a[2], m->key_size) : NULL;
    value = guest_bytes(cx, a[3], map_value_bytes(m));
    next = guest_bytes(cx, a[4], m->key_size);
    if ((!key && a[2]) || ((a[1] == LOOKUP || a[1] == UPDATE) && (!key || !value)) || (a[1] == DELETE && !key) ||
        (a[1] == NEXT && !next))
        return (u64)-EFAULT;
    if (!charge_bytes(cx, m->key_size + map_value_bytes(m)))
        return (u64)-EINTR; /* it trapped */
    switch (a[1]) {
    case LOOKUP: return (u64)map_get(m, key, value);
    case UPDATE: return (u64)map_put(m, key, value, a[5]);
    case DELETE: return (u64)map_del(m, key);
    case NEXT: return (u64)map_next(m, key, next);
    }
    return (u64)-EINVAL;
}

/* ---- buffers ---- */

struct samples {
    struct ctx *cx;
    const struct funcref *f;
    u64 cx_arg, at, room;
};

/* The guest's function over one record: int (*)(void *ctx, void *data, size_t size). */
static int sample(void *arg, const void *data, size_t len) {
    struct samples *s = arg;
    struct ctx *cx = s->cx;
    u64 n = min64(len, s->room), slot[8] = {(u32)s->cx_arg, (u32)s->at, (u32)n};
    u8 *to = guest_bytes(cx, s->at, n);
    u32 code;
    if (!to || !charge_bytes(cx, n))
        return -1;
    memcpy(to, data, n);
    if ((code = group_call(cx->in, s->f, slot))) {
        trap(cx, code);
        cx->exception = group_of(cx->in)->last_exception;
        return -1;
    }
    return (s32)slot[0];
}

/* Entry i of the caller's first table, if it is a function of that type. */
static const struct funcref *callback(struct ctx *cx, u64 i) {
    static const char want[] = "IIII"; /* three parameters and the result */
    const struct table *t = cx->in->p->m->ntable ? cx->table[0] : NULL;
    const struct funcref *f;
    if (!t || i >= t->size || !vt_matches(cx->in->p->r, t->vt, vt_of_kind(SVM_FUNCREF)) || !t->elem[i])
        return NULL;
    f = ptr(t->elem[i]);
    if (f->type->nparam != 3 || f->type->nresult != 1)
        return NULL;
    for (u32 k = 0; want[k]; k++)
        if (f->type->vt[k] != (u32)want[k])
            return NULL;
    return f;
}

WB(wasm_bpf_buffer_poll) {
    enum { PERF_EVENT_ARRAY = 4, RINGBUF = 27 };
    struct wasm_bpf *w = f->hosts->wasm_bpf;
    struct map *m = map_at(f, a[1]);
    struct samples s = {.cx = cx, .f = callback(cx, a[2]), .cx_arg = a[3], .at = a[4], .room = a[5]};
    s64 n;
    int rc = 0;
    if (!object_at(w, a[0]))
        return (u64)-EINVAL;
    if (!m)
        return (u64)-EBADF;
    if (!s.f || (m->type != RINGBUF && m->type != PERF_EVENT_ARRAY))
        return (u64)-EINVAL;
    if (!guest_bytes(cx, a[4], a[5]))
        return (u64)-EFAULT;
    map_ref(m); /* the guest's function may close the object */
    n = ringbuf_consume(m, sample, &s, SIZE_MAX);
    if (!n && a[6] && w->o.wait && !cx->trap) {
        rc = w->o.wait(w->o.arg, (s32)a[6]);
        n = ringbuf_consume(m, sample, &s, SIZE_MAX);
    }
    map_unref(m);
    return (u64)(n ? n : rc);
}
