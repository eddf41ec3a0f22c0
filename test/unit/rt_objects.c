/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rt_objects.c - what programs hold and hosts see of it: the heap with its lists, user ring
 * buffers, task storage, arenas, copies under a value's lock. */
#include "api/api.h"
#include "engine/engines.h"
#include "rt/heap.h"
#include "rt/program.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static u64 at(const void *p) {
    return (u64)(uintptr_t)p;
}

static void objects(void **state) {
    struct heap *h = heap_new();
    u8 *a = heap_alloc(h, 40, 0), *b = heap_alloc(h, 5000, 0), *c = heap_alloc(h, 24, 4);
    (void)state;
    assert_true(a && b && c && heap_live(h, a) && heap_live(h, b));
    assert_false(heap_live(h, a + 8) || heap_live(h, b + 64) || heap_live(h, &h));
    assert_ptr_equal(heap_object_of(h, at(b) + 4999), b);
    assert_null(heap_object_of(h, at(&h)));
    assert_int_equal(heap_cpu_stride(h, c), 24);
    assert_true(heap_ref(h, a));
    heap_unref(h, a);
    assert_true(heap_live(h, a));
    heap_unref(h, a);
    assert_false(heap_live(h, a) || heap_ref(h, a) || heap_object_of(h, at(a)));
    heap_unref(h, a); /* nothing there: nothing happens */
    memset(heap_base(h), 0xff, 64);
    assert_ptr_equal(heap_alloc(h, 64, 0), a);
    for (int i = 0; i < 64; i++)
        assert_int_equal(a[i], 0);
    assert_null(heap_alloc(h, HEAP_BYTES + 1, 0));
    assert_null(heap_alloc(h, 1 << 20, 0));
    u32 n = 0;
    while (heap_alloc(h, 60000, 0))
        n++;
    assert_in_range(n, 200, 256);
    heap_drop(h);
}

static void lists(void **state) {
    struct heap *h = heap_new();
    u64 root = 0x1000, other = 0x2000;
    u8 *o[4];
    (void)state;
    for (int i = 0; i < 4; i++)
        assert_non_null(o[i] = heap_alloc(h, 32, 0));
    assert_int_equal(heap_end(h, root, false), 0);
    assert_int_equal(heap_push(h, root, at(o[2]), true), 0);
    assert_int_equal(heap_push(h, root, at(o[1]), false), 0);
    assert_int_equal(heap_push(h, root, at(o[3]), true), 0);
    assert_int_equal(heap_push(h, root, at(o[0]), false), 0);
    assert_true(heap_push(h, root, at(o[2]), true) < 0);   /* linked already */
    assert_true(heap_push(h, root, root, true) < 0);       /* a root is no node */
    assert_true(heap_push(h, at(o[2]), 0x3000, true) < 0); /* and a node no root */
    assert_false(heap_remove(h, other, at(o[1])) || heap_remove(h, root, 0x5000) || heap_remove(h, 0, root));
    assert_true(heap_remove(h, root, at(o[1])));
    assert_false(heap_remove(h, root, at(o[1])) || heap_linked(h, at(o[1])));
    assert_int_equal(heap_end(h, root, true), at(o[3]));
    const int order[] = {0, 2, 3};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(heap_end(h, root, false), at(o[order[i]]));
        assert_true(heap_remove(h, root, at(o[order[i]])));
    }
    assert_int_equal(heap_end(h, root, false), 0);
    heap_drop(h);
}

/* ---- trees: the order is that of a number in each object ---- */

static u32 number_at(u64 node) {
    return *(const u32 *)(uintptr_t)node;
}

static struct tree_place place_of(struct heap *h, u64 root, u32 number) {
    struct tree_place p = {0};
    for (u64 next = heap_tree_top(h, root, &p.version); next; next = heap_tree_child(h, root, next, p.right)) {
        p.parent = next;
        p.right = number >= number_at(next);
    }
    return p;
}

static u64 grow(struct heap *h, u64 root, u32 number) {
    u8 *o = heap_alloc(h, 8, 0);
    assert_non_null(o);
    memcpy(o, &number, sizeof number);
    struct tree_place p = place_of(h, root, number);
    assert_int_equal(heap_tree_add(h, root, at(o), &p), 0);
    return at(o);
}

/* Nodes below and with top; they must be in order, and lie in (*last, ...). */
static u32 walk(struct heap *h, u64 root, u64 top, u32 depth, u32 *deepest, s64 *last) {
    u32 n;
    if (!top)
        return 0;
    if (depth > *deepest)
        *deepest = depth;
    n = walk(h, root, heap_tree_child(h, root, top, false), depth + 1, deepest, last);
    assert_true((s64)number_at(top) >= *last);
    *last = number_at(top);
    return n + 1 + walk(h, root, heap_tree_child(h, root, top, true), depth + 1, deepest, last);
}

static u32 check_tree(struct heap *h, u64 root, u32 *deepest) {
    u32 version;
    s64 last = -1;
    *deepest = 0;
    return walk(h, root, heap_tree_top(h, root, &version), 1, deepest, &last);
}

static void trees(void **state) {
    enum { N = 20000 };
    struct heap *h = heap_new();
    u64 root = 0x1000, *node = calloc(N, sizeof *node);
    u32 deepest, x = 12345;
    struct tree_place p = {0};
    (void)state;
    assert_int_equal(heap_tree_first(h, root), 0);
    for (u32 i = 0; i < N; i++) /* sorted input: a plain search tree would be N deep */
        node[i] = grow(h, root, i / 2);
    assert_int_equal(check_tree(h, root, &deepest), N);
    assert_in_range(deepest, 14, 60); /* about 2 log2 N = 29 */
    assert_int_equal(heap_tree_first(h, root), node[0]);
    assert_true(heap_push(h, root, 0x2000, true) < 0); /* the root of a tree is none of a list */
    assert_int_equal(heap_end(h, root, false), 0);
    assert_true(heap_tree_add(h, root, node[7], &p) < 0); /* linked already */
    p = place_of(h, root, 5);
    grow(h, root, 99999);
    assert_true(heap_tree_add(h, root, 0x2000, &p) < 0); /* the tree has changed since */
    assert_false(heap_remove(h, 0x7000, node[3]));
    for (u32 i = 0; i < N; i++) { /* taken out in any order */
        x = x * 1103515245 + 12345;
        u32 k = i + (x >> 8) % (N - i);
        u64 gone = node[k];
        node[k] = node[i];
        assert_true(heap_remove(h, root, gone));
        assert_false(heap_linked(h, gone));
        if (i % 1000 == 0)
            assert_int_equal(check_tree(h, root, &deepest), N - i);
    }
    assert_int_equal(number_at(heap_tree_first(h, root)), 99999);
    free(node);
    heap_drop(h);
}

static struct map *make(u32 type, u32 key, u32 value, u32 entries, u32 flags) {
    static struct map_budget budget = {.limit = 1 << 30};
    struct map_env env = {&budget, NULL, 2};
    struct map_def d = {
        .name = "m", .type = type, .key_size = key, .value_size = value, .max_entries = entries, .flags = flags};
    struct error e = {0};
    return map_new(&d, &env, &e);
}

static void user_ring(void **state) {
    struct map *m = make(31, 0, 0, 4096, 0);
    char text[64];
    u32 len, n = 0;
    (void)state;
    assert_non_null(m);
    assert_null(make(31, 0, 0, 5000, 0));
    assert_null(make(31, 4, 0, 4096, 0));
    for (int round = 0; round < 300; round++) { /* wraps */
        memset(text, round, sizeof text);
        assert_int_equal(user_ringbuf_put(m, text, 1 + round % 64), 0);
        assert_true(user_ringbuf_begin(m));
        assert_false(user_ringbuf_begin(m));
        u8 *p = user_ringbuf_sample(m, &len);
        assert_int_equal(len, 1 + round % 64);
        assert_memory_equal(p, text, len);
        user_ringbuf_next(m, len);
        assert_null(user_ringbuf_sample(m, &len));
        user_ringbuf_end(m);
    }
    while (!user_ringbuf_put(m, text, 64))
        n++;
    assert_int_equal(n, 4096 / 72);
    assert_true(user_ringbuf_put(m, text, 5000) < 0);
    map_unref(m);
}

static void threads(void **state) {
    struct map *m = make(29, 4, 8, 0, 1);
    u64 v = 7;
    (void)state;
    assert_non_null(m);
    assert_null(make(29, 4, 8, 5, 1));
    assert_null(task_storage_find(m, 10));
    assert_int_equal(task_storage_put(m, 10, &v), 0);
    assert_int_equal(*(u64 *)task_storage_find(m, 10), 7);
    assert_null(task_storage_find(m, 11));
    assert_int_equal(task_storage_drop(m, 10), 0);
    assert_true(task_storage_drop(m, 10) < 0);
    map_unref(m);
}

static void pages(void **state) {
    struct map *m = make(33, 0, 0, 8, 1 << 10);
    u8 *a, *b;
    (void)state;
    assert_non_null(m);
    assert_null(make(33, 0, 0, 1 << 21, 0));
    assert_null(make(33, 4, 8, 8, 0));
    assert_non_null(a = arena_pages_alloc(m, 0, 3));
    assert_non_null(b = arena_pages_alloc(m, 0, 5));
    assert_null(arena_pages_alloc(m, 0, 1));
    memset(a, 0xee, 3 * 4096);
    arena_pages_free(m, at(a) + 4096, 1);
    assert_int_equal(a[4096], 0);
    assert_int_equal(a[4095], 0xee);
    assert_null(arena_pages_alloc(m, at(a), 1));
    assert_null(arena_pages_alloc(m, at(a) + 1, 1));
    assert_null(arena_pages_alloc(m, at(a) + 8 * 4096, 1));
    assert_ptr_equal(arena_pages_alloc(m, at(a) + 4096, 1), a + 4096);
    arena_pages_free(m, 0x1234, 5);
    arena_pages_free(m, at(b), UINT32_MAX);
    assert_ptr_equal(arena_pages_alloc(m, 0, 5), b);
    map_unref(m);
}

/* --- a value under its lock: no reader sees half of an update --- */

struct guarded {
    u64 a;
    u32 lock, pad;
    u64 b;
};
struct writer {
    struct map *m;
    u64 n;
};

static void *write_pairs(void *arg) {
    struct writer *w = arg;
    u32 key = 0;
    for (u64 i = 0; i < w->n; i++) {
        struct guarded v = {i, 1, 0, i};
        assert_int_equal(map_put(w->m, &key, &v, 4), 0);
    }
    return NULL;
}

static void locked(void **state) {
    struct registry r;
    struct error e = {0};
    struct map_def d = {.name = "m", .type = 2, .key_size = 4, .value_size = sizeof(struct guarded), .max_entries = 1};
    assert_int_equal(registry_init(&r), 0);
    struct map_env env = {&r.map_memory, &r.epoch, 1};
    struct map *m = map_new(&d, &env, &e);
    struct guarded v = {0};
    u32 key = 0, none = 1;
    pthread_t t[2];
    (void)state;
    assert_non_null(m);
    assert_true(map_put(m, &key, &v, 4) < 0); /* no lock is known */
    assert_true(map_get_locked(m, &key, &v) < 0);
    m->lock_off = offsetof(struct guarded, lock);
    struct writer w = {m, 20000};
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&t[i], NULL, write_pairs, &w), 0);
    for (int i = 0; i < 20000; i++) {
        assert_int_equal(map_get_locked(m, &key, &v), 0);
        assert_int_equal(v.a, v.b);
        assert_int_equal(v.lock, 0);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], NULL);
    v.lock = 0xffff;
    assert_int_equal(map_put(m, &key, &v, 0), 0); /* the lock is not the host's to set */
    assert_int_equal(map_get_locked(m, &key, &v), 0);
    assert_true(map_get_locked(m, &none, &v) < 0);
    assert_true(map_put(m, &key, &v, 5) < 0);
    map_unref(m);
    registry_drop(&r);
}

/* --- timers: armed by a program, run by the host. Handles are plain numbers here: map 0, function 1. --- */

static const char timed[] = "*(u32 *)(r10 - 4) = 0\nr2 = r10\nr2 += -4\nr1 = 0x7c02000000000000 ll\ncall 1\n"
                            "if r0 == 0 goto out\nr6 = r0\n"
                            "r1 = r6\nr2 = 0x7c02000000000000 ll\nr3 = 1\ncall 169\n"
                            "r1 = r6\nr2 = 0x7c03000000000001 ll\ncall 170\n"
                            "r1 = r6\nr2 = 1000\nr3 = 0\ncall 171\nexit\n"
                            "out:\ncall local fired\nexit\n"
                            "fired:\nr1 = *(u32 *)(r2 + 0)\nr1 += 5\n*(u64 *)(r3 + 16) = r1\nr0 = 0\nexit\n";

static void timers(void **state) {
    struct svm_load_options o = SVM_LOAD_INIT;
    struct svm_error err;
    struct error e = {0};
    struct svm *vm = svm_new(NULL, NULL);
    o.front = "asm";
    struct svm_module *loaded = svm_module_load(vm, timed, strlen(timed), &o, &err);
    struct map_def d = {.name = "m", .type = 2, .key_size = 4, .value_size = 24, .max_entries = 1};
    struct program p = {0};
    struct instance in;
    struct registry r;
    struct run_input none = {0};
    u32 trap;
    u64 seen;
    (void)state;
    assert_non_null(loaded);
    struct module m = *(const struct module *)loaded;
    m.map = &d;
    m.nmap = 1;
    assert_int_equal(registry_init(&r), 0);
    assert_int_equal(link_program(&p, &m, &r, NULL, NULL, &e), 0);
    p.map[0]->timer_off = 0;
    p.engine = engine_by_rank(0);
    assert_int_equal(p.engine->compile(&p.view, &p.image, &e), 0);
    assert_int_equal(instance_init(&in, &p, &api_services), 0);
    assert_true(rt_timers_next(&p) == UINT64_MAX);
    assert_int_equal(instance_run(&in, 0, &none, NULL), 0);
    assert_int_equal(in.cx.ret, 0);
    u64 due = rt_timers_next(&p);
    assert_int_equal(rt_timers_run(&in, due - 1, &trap), 0);
    assert_int_equal(rt_timers_run(&in, due, &trap), 1);
    assert_int_equal(trap, 0);
    memcpy(&seen, p.map[0]->value + 16, 8);
    assert_int_equal(seen, 5); /* key 0, plus 5 */
    assert_true(rt_timers_next(&p) == UINT64_MAX);
    assert_int_equal(rt_timers_run(&in, UINT64_MAX, &trap), 0);
    instance_drop(&in);
    p.engine->free(p.image);
    program_drop(&p);
    registry_drop(&r);
    svm_module_free(loaded);
    svm_free(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects), cmocka_unit_test(lists), cmocka_unit_test(trees),  cmocka_unit_test(user_ring),
        cmocka_unit_test(threads), cmocka_unit_test(pages), cmocka_unit_test(locked), cmocka_unit_test(timers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
