/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_stress.c - eight threads on one map of each kind that map_threads.c leaves out, and on what else runs of
 * several instances share: timers, programs of a prog array that are replaced while they run, statistics.
 * What the threads find must be whole; the rest is ThreadSanitizer's to find (docs/TESTING.md). */
#include "api/api.h"
#include "engine/engines.h"
#include "map_model.h"
#include "rt/stats.h"
#include <errno.h>
#include <pthread.h>

enum { THREADS = 8, STEPS = 4000, KEYS = 50 };

struct shared;
struct job {
    struct shared *s;
    struct instance in; /* of which only the epoch and the CPU are used */
    u64 seed;
    u32 n;
};
struct shared {
    struct world w;
    struct map *m;
    void (*step)(struct job *j);
    struct map *other[4];
    atomic_uint pushed, popped;
    struct job job[THREADS];
};

/* In a run, as programs are: what they find is not reused before the run ends. */
static void *work(void *arg) {
    struct job *j = arg;
    for (u32 i = 0; i < STEPS; i++) {
        if (i % 20 == 0) {
            atomic_store(&j->in.active, atomic_load(&j->s->w.epoch.now));
            atomic_thread_fence(memory_order_seq_cst);
        }
        j->s->step(j);
        if (i % 20 == 19)
            atomic_store_explicit(&j->in.active, 0, memory_order_release);
    }
    atomic_store_explicit(&j->in.active, 0, memory_order_release);
    return NULL;
}

static void all_at_once(struct shared *s, void (*step)(struct job *j)) {
    pthread_t t[THREADS];
    s->step = step;
    for (u32 i = 0; i < THREADS; i++) {
        memset(&s->job[i], 0, sizeof s->job[i]);
        s->job[i].s = s;
        s->job[i].seed = s->job[i].n = i;
        epoch_join(&s->w.epoch, &s->job[i].in, THREADS);
        assert_int_equal(pthread_create(&t[i], NULL, work, &s->job[i]), 0);
    }
    for (u32 i = 0; i < THREADS; i++) {
        pthread_join(t[i], NULL);
        epoch_part(&s->w.epoch, &s->job[i].in);
    }
}

static struct shared *open_with(u32 type, u32 key, u32 value, u32 max, u32 flags) {
    struct shared *s = calloc(1, sizeof *s);
    world_open(&s->w);
    s->w.env.cpus = THREADS + 1; /* the world's own instance has one as well */
    s->m = map_of(&s->w, type, key, value, max, flags);
    return s;
}

static void close_all(struct shared *s) {
    map_unref(s->m);
    world_close(&s->w);
    free(s);
}

static void whole(bool good) {
    if (!good)
        abort();
}

/* ---- per-CPU: a thread writes its own slot, in place ---- */

static void percpu_step(struct job *j) {
    struct map *m = j->s->m;
    u32 k = rnd(&j->seed, KEYS), cpu = j->in.cx.cpu;
    u64 v = (u64)(cpu + 1) << 32 | k, all[THREADS + 1], *p;
    switch (rnd(&j->seed, 6)) {
    case 0:
    case 1: m->kind->update(m, &k, &v, 0, cpu); break;
    case 2:
        if (m->type != 6)
            m->kind->erase(m, &k);
        break;
    case 3:
        if (m->type == 6) /* the host's copy meets the writers of other slots: theirs to settle, as in the kernel */
            break;
        if (!map_take(m, &k, all))
            whole(!all[cpu] || (u32)all[cpu] == k);
        break;
    default:
        if (!(p = m->kind->lookup(m, &k)))
            break;
        p = (u64 *)((u8 *)p + cpu * m->cpu_stride);
        whole(!*p || *p == v);
        *p = v;
    }
}

static void percpu(void **state) {
    (void)state;
    struct shared *s = open_with(6, 4, 8, KEYS, 0);
    all_at_once(s, percpu_step);
    close_all(s);
}

/* A slot of a hash entry that goes may be written until the run ends, and is read by whoever takes the entry:
 * plain memory of the programs. Here only entries that stay are written. */
static void percpu_hash_step(struct job *j) {
    struct map *m = j->s->m;
    u32 k = rnd(&j->seed, KEYS), cpu = j->in.cx.cpu;
    u64 v = (u64)(cpu + 1) << 32 | k, *p;
    switch (rnd(&j->seed, 4)) {
    case 0: m->kind->update(m, &k, &v, 0, cpu); break;
    case 1: m->kind->erase(m, &k); break;
    default:
        if ((p = m->kind->lookup(m, &k)))
            whole(!p[cpu] || p[cpu] == v);
    }
}

static void percpu_hash(void **state) {
    (void)state;
    struct shared *s = open_with(5, 4, 8, KEYS - 10, 0);
    all_at_once(s, percpu_hash_step);
    close_all(s);
    s = open_with(10, 4, 8, KEYS - 10, 0);
    all_at_once(s, percpu_hash_step);
    close_all(s);
}

/* ---- queues and stacks: nothing is lost, nothing comes twice ---- */

static void queue_step(struct job *j) {
    struct map *m = j->s->m;
    u64 v[2] = {rnd(&j->seed, 1u << 30), 0}, got[2];
    v[1] = ~v[0];
    if (rnd(&j->seed, 2)) {
        if (!m->kind->push(m, v, 0))
            atomic_fetch_add(&j->s->pushed, 1);
    } else {
        bool take = rnd(&j->seed, 2);
        if (m->kind->pop(m, got, take))
            return;
        whole(got[0] == ~got[1]);
        if (take)
            atomic_fetch_add(&j->s->popped, 1);
    }
}

static void queues(void **state) {
    (void)state;
    for (u32 type = 22; type <= 23; type++) {
        struct shared *s = open_with(type, 0, 16, 64, 0);
        u64 v[2];
        all_at_once(s, queue_step);
        while (!s->m->kind->pop(s->m, v, true))
            atomic_fetch_add(&s->popped, 1);
        assert_int_equal(atomic_load(&s->pushed), atomic_load(&s->popped));
        close_all(s);
    }
}

/* ---- a value under its lock ---- */

struct guarded {
    u64 a;
    u32 lock, pad;
    u64 b;
};

static void locked_step(struct job *j) {
    struct map *m = j->s->m;
    u32 k = rnd(&j->seed, 3);
    u64 r = rnd(&j->seed, 1u << 30);
    struct guarded v = {r, 1, 0, r};
    s64 rc;
    if (rnd(&j->seed, 2)) {
        rc = map_put(m, &k, &v, 4);
        whole(!rc);
    } else if (!(rc = map_get_locked(m, &k, &v))) {
        whole(v.a == v.b && !v.lock);
    } else {
        whole(rc == -ENOENT);
    }
}

static void locked(void **state) {
    (void)state;
    for (u32 type = 1; type <= 2; type++) {
        struct shared *s = open_with(type, 4, sizeof(struct guarded), 3, 0);
        s->m->lock_off = offsetof(struct guarded, lock);
        all_at_once(s, locked_step);
        close_all(s);
    }
}

/* ---- a value for each thread ---- */

static void task_step(struct job *j) {
    struct map *m = j->s->m;
    u32 tid = j->n, other = rnd(&j->seed, THREADS);
    u64 v = tid, *p;
    switch (rnd(&j->seed, 5)) {
    case 0: task_storage_drop(m, tid); break;
    case 1: task_storage_put(m, tid, &v); break;
    case 2:
        if (!map_get(m, &other, &v))
            whole(v == other);
        break;
    default:
        if ((p = task_storage_find(m, tid)))
            whole(*p == tid);
    }
}

static void tasks(void **state) {
    (void)state;
    struct shared *s = open_with(29, 4, 8, 0, NO_PREALLOC);
    all_at_once(s, task_step);
    close_all(s);
}

/* ---- maps of maps: who finds one may use it until the run ends ---- */

static void inner_step(struct job *j) {
    struct map *m = j->s->m, *in;
    u32 k = rnd(&j->seed, 4), zero = 0;
    u64 *p;
    switch (rnd(&j->seed, 4)) {
    case 0: {
        struct map_def d = {.name = "own", .type = 2, .key_size = 4, .value_size = 8, .max_entries = 1};
        struct error e = {0};
        u64 v = 77;
        whole((in = map_new(&d, &j->s->w.env, &e)) && !map_put(in, &zero, &v, 0));
        map_in_map_set(m, &k, in);
        map_unref(in);
        break;
    }
    case 1: map_in_map_set(m, &k, rnd(&j->seed, 2) ? j->s->other[k] : NULL); break;
    default:
        if (!(in = map_in_map_get(m, &k)))
            break;
        whole((p = in->kind->lookup(in, &zero)) && (*p == 77 || *p == 0));
    }
}

static void inner_maps(void **state) {
    (void)state;
    for (u32 type = 12; type <= 13; type++) {
        struct shared *s = open_with(type, 4, 4, 4, 0);
        for (u32 i = 0; i < 4; i++)
            s->other[i] = map_of(&s->w, 2, 4, 8, 1, 0);
        all_at_once(s, inner_step);
        for (u32 i = 0; i < 4; i++) {
            map_in_map_set(s->m, &i, NULL);
            map_unref(s->other[i]);
        }
        close_all(s);
    }
}

/* ---- arenas: a page belongs to one thread at a time ---- */

static void page_step(struct job *j) {
    u32 n = 1 + rnd(&j->seed, 3);
    u8 *p = arena_pages_alloc(j->s->m, 0, n);
    if (!p)
        return;
    for (u32 i = 0; i < n * 4096; i += 512) {
        whole(!p[i]);
        p[i] = (u8)(j->n + 1);
    }
    for (u32 i = 0; i < n * 4096; i += 512)
        whole(p[i] == j->n + 1);
    arena_pages_free(j->s->m, (u64)(uintptr_t)p, n);
}

static void pages(void **state) {
    (void)state;
    struct shared *s = open_with(33, 0, 0, 40, 1 << 10);
    all_at_once(s, page_step);
    close_all(s);
}

/* ---- samples from the host, one drain at a time; what was pushed to a bloom filter ---- */

static void sample_step(struct job *j) {
    struct map *m = j->s->m;
    u32 v[4] = {j->n, j->n, j->n, j->n}, len;
    u8 *p;
    if (rnd(&j->seed, 3)) {
        if (!user_ringbuf_put(m, v, 4 + 4 * rnd(&j->seed, 4)))
            atomic_fetch_add(&j->s->pushed, 1);
        return;
    }
    if (!user_ringbuf_begin(m))
        return;
    for (u32 n = 0; n < 5 && (p = user_ringbuf_sample(m, &len)); n++) {
        whole(len >= 4 && len <= 16);
        memcpy(v, p, len);
        for (u32 i = 1; i < len / 4; i++)
            whole(v[i] == v[0]);
        user_ringbuf_next(m, len);
        atomic_fetch_add(&j->s->popped, 1);
    }
    user_ringbuf_end(m);
}

static void bloom_step(struct job *j) {
    struct map *m = j->s->m;
    u32 v = rnd(&j->seed, 500);
    if (rnd(&j->seed, 2))
        whole(!m->kind->push(m, &v, 0) && !m->kind->pop(m, &v, false));
    else
        m->kind->pop(m, &v, false);
}

static void rings_and_filters(void **state) {
    (void)state;
    struct shared *s = open_with(31, 0, 0, 4096, 0);
    all_at_once(s, sample_step);
    u32 len;
    while (user_ringbuf_sample(s->m, &len)) {
        user_ringbuf_next(s->m, len);
        atomic_fetch_add(&s->popped, 1);
    }
    assert_int_equal(atomic_load(&s->pushed), atomic_load(&s->popped));
    close_all(s);
    s = open_with(30, 0, 4, 500, 0);
    all_at_once(s, bloom_step);
    close_all(s);
}

/* ---- the host's batches beside programs ---- */

static void batch_step(struct job *j) {
    struct map *m = j->s->m;
    u32 keys[8], n = 1 + rnd(&j->seed, 8);
    u64 values[8], *p;
    for (u32 i = 0; i < n; i++) {
        keys[i] = rnd(&j->seed, KEYS);
        values[i] = keys[i];
    }
    switch (rnd(&j->seed, 5)) {
    case 0: map_put_batch(m, keys, values, &n, 0); break;
    case 1: map_del_batch(m, keys, &n); break;
    case 2:
        map_get_batch(m, NULL, keys, values, &n, rnd(&j->seed, 2));
        for (u32 i = 0; i < n; i++)
            whole(keys[i] == values[i]);
        break;
    default:
        if ((p = m->kind->lookup(m, &keys[0])))
            whole(*p == keys[0]);
    }
}

static void batches(void **state) {
    (void)state;
    struct shared *s = open_with(1, 4, 8, KEYS - 5, 0);
    all_at_once(s, batch_step);
    close_all(s);
    s = open_with(9, 4, 8, KEYS - 5, 0);
    all_at_once(s, batch_step);
    close_all(s);
}

/* ---- whole programs: timers that fire while they are armed, tail calls to what is being replaced ---- */

struct linked {
    struct registry *r;
    struct module m;
    struct svm_module *loaded;
    struct program p;
};

static void unused(struct program *p) {
    (void)p;
}

/* Assembly whose map 0 is d; the loader knows of none. */
static void link_text(struct linked *l, struct svm *vm, struct registry *r, const char *text, const struct map_def *d,
                      struct map *const *use) {
    struct svm_load_options o = SVM_LOAD_INIT;
    struct svm_error err;
    struct error e = {0};
    o.front = "asm";
    memset(l, 0, sizeof *l);
    if (!(l->loaded = svm_module_load(vm, text, strlen(text), &o, &err)))
        fail_msg("%s", err.text);
    l->r = r;
    l->m = *(const struct module *)l->loaded;
    l->m.map = (struct map_def *)(uintptr_t)d;
    l->m.nmap = d != NULL;
    l->m.gpl = true;
    l->p.count = true;
    if (link_program(&l->p, &l->m, r, use, NULL, &e))
        fail_msg("%s", e.text);
    atomic_init(&l->p.refs, 1);
    l->p.release = unused;
    l->p.engine = engine_by_rank(0);
    assert_int_equal(l->p.engine->compile(&l->p.view, &l->p.image, &e), 0);
}

static void unlink_text(struct linked *l) {
    l->p.engine->free(l->p.image);
    program_drop(&l->p);
    svm_module_free(l->loaded);
}

struct runner {
    struct linked *l;
    struct linked *to; /* what the prog array is filled with */
    u32 n, bad;
};

static const char timed[] = "*(u32 *)(r10 - 4) = 0\nr2 = r10\nr2 += -4\nr1 = 0x7c02000000000000 ll\ncall 1\n"
                            "if r0 == 0 goto out\nr6 = r0\n"
                            "r1 = r6\nr2 = 0x7c02000000000000 ll\nr3 = 1\ncall 169\n"
                            "r1 = r6\nr2 = 0x7c03000000000001 ll\ncall 170\n"
                            "r1 = r6\nr2 = 1000\nr3 = 0\ncall 171\nr0 = 5\nexit\n"
                            "out:\ncall local fired\nexit\n"
                            "fired:\nr0 = 0\nexit\n";

static void *run_timed(void *arg) {
    struct runner *r = arg;
    struct run_input none = {0};
    struct instance in;
    u32 trap = 0;
    if (instance_init(&in, &r->l->p, &api_services))
        abort();
    for (u32 i = 0; i < STEPS / 4; i++) {
        r->bad += stats_run(&in, 0, &none, NULL) != 0 || in.cx.ret != 5;
        rt_timers_run(&in, rt_timers_next(&r->l->p), &trap);
        r->bad += trap != 0;
    }
    instance_drop(&in);
    return NULL;
}

static void each_thread(void *(*fn)(void *), struct linked *l, struct linked *to) {
    struct runner r[THREADS];
    pthread_t t[THREADS];
    for (u32 i = 0; i < THREADS; i++) {
        r[i] = (struct runner){l, to, i, 0};
        assert_int_equal(pthread_create(&t[i], NULL, fn, &r[i]), 0);
    }
    for (u32 i = 0; i < THREADS; i++) {
        pthread_join(t[i], NULL);
        assert_int_equal(r[i].bad, 0);
    }
}

static void timers(void **state) {
    struct map_def d = {.name = "m", .type = 2, .key_size = 4, .value_size = 24, .max_entries = 1};
    struct svm *vm = svm_new(NULL, NULL);
    struct registry r;
    struct stats_sum sum;
    struct linked l;
    (void)state;
    assert_int_equal(registry_init(&r), 0);
    link_text(&l, vm, &r, timed, &d, NULL);
    l.p.map[0]->timer_off = 0;
    each_thread(run_timed, &l, NULL);
    assert_true(stats_read(&l.p, ALL_MAPS, &sum));
    assert_int_equal(sum.runs, THREADS * (STEPS / 4));
    assert_int_equal(sum.map[COUNT_LOOKUP], THREADS * (STEPS / 4));
    unlink_text(&l);
    registry_drop(&r);
    svm_free(vm);
}

/* One thread puts programs in and takes them out; the others jump to whatever stands there: 7, 8, or on. */
static void *jump_or_replace(void *arg) {
    struct runner *r = arg;
    struct run_input none = {0};
    struct instance in;
    u64 seed = r->n;
    if (!r->n) {
        for (u32 i = 0; i < STEPS; i++) {
            u32 which = rnd(&seed, 3);
            if (prog_array_set(r->l->p.map[0], 0, which < 2 ? &r->to[which].p : NULL, 0))
                abort();
        }
        return NULL;
    }
    if (instance_init(&in, &r->l->p, &api_services))
        abort();
    for (u32 i = 0; i < STEPS; i++)
        r->bad += stats_run(&in, 0, &none, NULL) || (in.cx.ret != 1 && in.cx.ret != 7 && in.cx.ret != 8);
    instance_drop(&in);
    return NULL;
}

static void replaced(void **state) {
    struct map_def d = {.name = "p", .type = 3, .key_size = 4, .value_size = 4, .max_entries = 1};
    struct svm *vm = svm_new(NULL, NULL);
    struct registry r;
    struct linked jump, to[2];
    (void)state;
    assert_int_equal(registry_init(&r), 0);
    link_text(&jump, vm, &r, "r2 = 0x7c02000000000000 ll\nr3 = 0\ncall 12\nr0 = 1\nexit\n", &d, NULL);
    link_text(&to[0], vm, &r, "r0 = 7\nexit\n", NULL, NULL);
    link_text(&to[1], vm, &r, "r0 = 8\nexit\n", NULL, NULL);
    each_thread(jump_or_replace, &jump, to);
    unlink_text(&jump);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(atomic_load(&to[i].p.refs), 1);
        unlink_text(&to[i]);
    }
    registry_drop(&r);
    svm_free(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percpu),   cmocka_unit_test(percpu_hash),
        cmocka_unit_test(queues),   cmocka_unit_test(locked),
        cmocka_unit_test(tasks),    cmocka_unit_test(inner_maps),
        cmocka_unit_test(pages),    cmocka_unit_test(rings_and_filters),
        cmocka_unit_test(batches),  cmocka_unit_test(timers),
        cmocka_unit_test(replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
