/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_random_other.c - kinds of maps that hold no plain values, against plain references: programs, maps,
 * call stacks, pages, samples for programs, records for the host, and what was once pushed. (Queues, stacks
 * and ring buffers: map_kinds.c; LPM tries: map_lpm.c.) */
#include "map_model.h"
#include <errno.h>

enum { STEPS = 30000 };

/* ---- prog arrays: an entry keeps its program, but for one that has the array among its own maps ---- */

enum { PROGS = 5, ENTRIES = 9 };

struct fake {
    struct program p; /* first: released() casts */
    struct module m;
    struct map *map;
    bool released;
};

static void released(struct program *p) {
    ((struct fake *)p)->released = true;
}

static void check_programs(struct map *m, struct fake *f, const s32 *model, const u32 *func) {
    u32 refs[PROGS] = {0};
    for (u32 i = 0; i < ENTRIES; i++) {
        struct program *p = NULL;
        u32 fn = 0;
        bool got = prog_array_get(m, i, NULL, &p, &fn);
        assert_int_equal(got, model[i] >= 0);
        if (!got)
            continue;
        assert_ptr_equal(p, &f[model[i]].p);
        assert_int_equal(fn, func[i]);
        program_unref(p);
        refs[model[i]] += model[i] != 0; /* 0 has the array among its maps */
    }
    for (u32 i = 0; i < PROGS; i++) {
        assert_int_equal(atomic_load(&f[i].p.refs), 1 + refs[i]);
        assert_false(f[i].released);
    }
}

static void programs(void **state) {
    struct world w;
    struct fake f[PROGS] = {0};
    s32 model[ENTRIES];
    u32 func[ENTRIES] = {0};
    u64 seed = 3;
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, 3, 4, 4, ENTRIES, 0);
    memset(model, -1, sizeof model);
    for (u32 i = 0; i < PROGS; i++) {
        f[i].map = m;
        f[i].m.nmap = i == 0;
        f[i].p = (struct program){.m = &f[i].m, .map = &f[i].map, .release = released};
        atomic_init(&f[i].p.refs, 1);
    }
    for (u32 n = 0; n < STEPS; n++) {
        u32 i = rnd(&seed, ENTRIES + 1), p = rnd(&seed, PROGS), fn = rnd(&seed, 100), next;
        switch (rnd(&seed, 4)) {
        case 0:
            assert_int_equal(map_del(m, &i), i >= ENTRIES ? -E2BIG : model[i] < 0 ? -ENOENT : 0);
            if (i < ENTRIES)
                model[i] = -1;
            break;
        case 1:
            assert_int_equal(prog_array_set(m, i, NULL, 0), i >= ENTRIES ? -E2BIG : 0);
            if (i < ENTRIES)
                model[i] = -1;
            break;
        default:
            assert_int_equal(prog_array_set(m, i, &f[p].p, fn), i >= ENTRIES ? -E2BIG : 0);
            if (i < ENTRIES) {
                model[i] = (s32)p;
                func[i] = fn;
            }
        }
        assert_int_equal(map_next(m, &i, &next), i == ENTRIES - 1 ? -ENOENT : 0);
        if (n % 16 == 0)
            check_programs(m, f, model, func);
    }
    program_unref(&f[0].p); /* going: its entries read as empty, also before it has taken itself out */
    assert_true(f[0].released);
    for (u32 i = 0; i < ENTRIES; i++)
        if (model[i] == 0) {
            struct program *p;
            u32 fn;
            assert_false(prog_array_get(m, i, NULL, &p, &fn));
            assert_true(prog_array_get(m, i, &f[0].p, &p, &fn)); /* but not to itself */
        }
    prog_array_forget(m, &f[0].p);
    for (u32 i = 0; i < ENTRIES; i++)
        if (model[i] == 0)
            assert_int_equal(map_del(m, &i), -ENOENT);
    map_freeze(m);
    assert_int_equal(prog_array_set(m, 1, &f[1].p, 0), -EPERM);
    map_unref(m); /* gives back what it still holds */
    for (u32 i = 1; i < PROGS; i++)
        assert_int_equal(atomic_load(&f[i].p.refs), 1);
    world_close(&w);
}

/* ---- maps of maps: an inner map stays while it is in there, and while a run may still use it ---- */

enum { INNER = 6, OUTER = 8, KEYS = 12 };

static void maps_of(u32 type) {
    struct world w;
    struct map_def inner = {.name = "inner", .type = 1, .key_size = 4, .value_size = 8, .max_entries = 4};
    struct map_def outer = {
        .name = "outer", .type = type, .key_size = 4, .value_size = 4, .max_entries = OUTER, .inner = &inner};
    struct error e = {0};
    struct map *in[INNER], *model[KEYS] = {NULL}, *held = NULL;
    u64 seed = type, v = 0;
    u32 count = 0;
    bool array = type == 12;
    world_open(&w);
    struct map *m = map_new(&outer, &w.env, &e), *odd = map_of(&w, 1, 4, 16, 4, 0);
    assert_non_null(m);
    for (u32 i = 0; i < INNER; i++) {
        in[i] = map_new(&inner, &w.env, &e);
        v = i;
        assert_int_equal(map_put(in[i], &i, &v, 0), 0);
    }
    for (u32 n = 0; n < STEPS; n++) {
        u32 k = rnd(&seed, KEYS), i = rnd(&seed, INNER), next, walked = 0;
        bool out = array && k >= OUTER;
        s64 r;
        if (n % 50 == 0)
            run_end(&w), held = NULL;
        if (n % 50 == 3)
            run_begin(&w);
        switch (rnd(&seed, 6)) {
        case 0:
            r = map_del(m, &k);
            assert_int_equal(r, out ? -E2BIG : model[k] ? 0 : -ENOENT);
            count -= model[k] != NULL;
            model[k] = NULL;
            break;
        case 1: assert_int_equal(map_in_map_set(m, &k, odd), -EINVAL); break;
        case 2:
            assert_int_equal(map_in_map_set(m, &k, m), -EINVAL); /* two levels only */
            break;
        case 3: { /* the outer map's alone: it must live until nobody can see it */
            struct map *own = map_new(&inner, &w.env, &e);
            r = map_in_map_set(m, &k, own);
            assert_int_equal(r, out || (!array && !model[k] && count >= OUTER) ? -E2BIG : 0);
            if (!r) {
                count += model[k] == NULL;
                model[k] = own;
            }
            map_unref(own);
            break;
        }
        default:
            r = map_in_map_set(m, &k, in[i]);
            assert_int_equal(r, out || (!array && !model[k] && count >= OUTER) ? -E2BIG : 0);
            if (!r) {
                count += model[k] == NULL;
                model[k] = in[i];
            }
        }
        assert_ptr_equal(map_in_map_get(m, &k), model[k]);
        if (model[k] && n % 50 > 3)
            held = model[k];
        if (held) { /* whatever happened to its entry since */
            assert_int_equal(held->max_entries, 4);
            assert_null(held->kind->lookup(held, &(u32){99}));
        }
        if (n % 64)
            continue;
        for (r = map_next(m, NULL, &next); !r; r = map_next(m, &next, &next), walked++)
            assert_true(array || model[next]);
        assert_int_equal(walked, array ? OUTER : count);
    }
    run_end(&w);
    map_freeze(m);
    assert_int_equal(map_in_map_set(m, &(u32){0}, in[0]), -EPERM);
    map_unref(m);
    for (u32 i = 0; i < INNER; i++) {
        assert_int_equal(in[i]->refs, 1);
        map_unref(in[i]);
    }
    map_unref(odd);
    world_close(&w);
}

static void maps(void **state) {
    (void)state;
    maps_of(12);
    maps_of(13);
}

/* ---- call stacks: a number for each, another one in its bucket is refused or replaced ---- */

enum { STACKS = 40, FRAMES = 5, BUCKETS = 16 };

static void stacks(void **state) {
    struct world w;
    u64 stack[STACKS][FRAMES] = {{0}}, seed = 9, got[FRAMES];
    u32 len[STACKS], crowded = 0;
    s64 id[STACKS];
    s32 bucket[BUCKETS];
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, 7, 4, FRAMES * 8, BUCKETS - 3, 0); /* rounded up */
    assert_int_equal(m->max_entries, BUCKETS);
    memset(bucket, -1, sizeof bucket);
    for (u32 s = 0; s < STACKS; s++) {
        len[s] = 1 + rnd(&seed, FRAMES);
        id[s] = -1;
        for (u32 i = 0; i < len[s]; i++)
            stack[s][i] = 1 + s + rnd(&seed, 1u << 30) * (u64)64;
    }
    for (u32 n = 0; n < STEPS; n++) {
        u32 s = rnd(&seed, STACKS), k = rnd(&seed, BUCKETS + 1), next, want;
        bool reuse = rnd(&seed, 4) == 0;
        s64 r;
        switch (rnd(&seed, 4)) {
        case 0:
            r = rnd(&seed, 2) ? map_del(m, &k) : map_take(m, &k, got);
            if (k < BUCKETS)
                assert_int_equal(r, bucket[k] < 0 ? -ENOENT : 0);
            else
                assert_true(r == -ENOENT || r == -E2BIG);
            if (k < BUCKETS)
                bucket[k] = -1;
            break;
        case 1:
            r = map_get(m, &k, got);
            assert_int_equal(r, k < BUCKETS && bucket[k] >= 0 ? 0 : -ENOENT);
            if (!r)
                assert_memory_equal(got, stack[bucket[k]], sizeof got);
            for (want = k < BUCKETS ? k + 1 : 0; want < BUCKETS && bucket[want] < 0; want++)
                ;
            r = map_next(m, &k, &next);
            assert_int_equal(r, want < BUCKETS ? 0 : -ENOENT);
            if (!r)
                assert_int_equal(next, want);
            break;
        default:
            r = stack_trace_put(m, stack[s], len[s], rnd(&seed, 2), reuse);
            if (r == -EEXIST) {
                assert_false(reuse);
                if (id[s] >= 0)
                    assert_true(bucket[id[s]] >= 0 && bucket[id[s]] != (s32)s);
                crowded++;
                break;
            }
            assert_in_range(r, 0, BUCKETS - 1);
            assert_true(id[s] < 0 || id[s] == r);
            assert_true(reuse || bucket[r] < 0 || bucket[r] == (s32)s);
            id[s] = r;
            bucket[r] = (s32)s;
        }
    }
    assert_true(crowded > 100);
    map_unref(m);
    world_close(&w);
}

/* ---- arenas: pages that nobody else has, zero when they come and while they are not there ---- */

enum { PAGES = 24, PAGE = 4096 };

static bool has_run(const u8 *taken, u32 n) {
    u32 run = 0;
    for (u32 i = 0; i < PAGES && run < n; i++)
        run = taken[i] ? 0 : run + 1;
    return run >= n;
}

static bool is_free(const u8 *taken, u32 first, u32 n) {
    for (u32 i = first; i < first + n; i++)
        if (i >= PAGES || taken[i])
            return false;
    return true;
}

static void check_pages(const struct map *m, const u8 *mark) {
    for (u32 i = 0; i < PAGES; i++)
        for (u32 at = 0; at < PAGE; at += 511)
            assert_int_equal(m->value[i * PAGE + at], mark[i]);
}

static void pages(void **state) {
    struct world w;
    u8 mark[PAGES] = {0}; /* what stands in each page; 0: it is free */
    u64 seed = 11;
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, 33, 0, 0, PAGES, 1 << 10);
    for (u32 i = 0; i < STEPS; i++) {
        u32 n = rnd(&seed, 6), first = rnd(&seed, PAGES);
        u64 at = (u64)(uintptr_t)m->value + first * PAGE;
        u8 *p;
        switch (rnd(&seed, 5)) {
        case 0: {
            bool odd = rnd(&seed, 8) == 0;
            p = arena_pages_alloc(m, at + (odd ? 8 : 0), n);
            assert_int_equal(p != NULL, n && !odd && is_free(mark, first, n));
            assert_true(!p || p == m->value + first * PAGE);
            break;
        }
        case 1:
        case 2:
            p = arena_pages_alloc(m, 0, n);
            assert_int_equal(p != NULL, n && has_run(mark, n));
            if (p)
                first = (u32)((p - m->value) / PAGE);
            break;
        default:
            p = NULL;
            arena_pages_free(m, at, n); /* also pages that are free, and past the end */
            for (u32 k = first; k < first + n && k < PAGES; k++)
                mark[k] = 0;
            arena_pages_free(m, at + 1, 1);
            arena_pages_free(m, (u64)(uintptr_t)m->value + PAGES * PAGE, 1);
            arena_pages_free(m, (u64)(uintptr_t)m->value - PAGE, 1);
        }
        if (p) {
            assert_true(is_free(mark, first, n));
            for (u32 k = 0; k < n * PAGE; k += 511)
                assert_int_equal(p[k], 0);
            memset(p, (int)(1 + i % 255), n * PAGE);
            memset(mark + first, (int)(1 + i % 255), n);
        }
        if (i % 16 == 0)
            check_pages(m, mark);
    }
    map_unref(m);
    world_close(&w);
}

/* ---- samples from the host, drained in order ---- */

enum { RING = 4096, MOST = 600 };

static void samples(void **state) {
    struct world w;
    u32 lens[MOST], head = 0, tail = 0, full = 0;
    u64 used = 0, seed = 21;
    static u8 data[RING];
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, 31, 0, 0, RING, 0);
    for (u32 i = 0; i < STEPS; i++) {
        if (rnd(&seed, 2)) {
            u32 len = rnd(&seed, 16) ? rnd(&seed, 64) : rnd(&seed, RING + 100);
            u64 need = align_up(len, 8) + 8;
            s64 want = need > RING ? -E2BIG : used + need > RING ? -ENOSPC : 0;
            memset(data, (int)(tail % MOST), len < RING ? len : RING);
            if (len > RING)
                continue;
            assert_int_equal(user_ringbuf_put(m, data, len), want);
            full += want == -ENOSPC;
            if (want)
                continue;
            lens[tail++ % MOST] = len;
            used += need;
            continue;
        }
        assert_true(user_ringbuf_begin(m));
        assert_false(user_ringbuf_begin(m)); /* one drain at a time */
        for (u32 n = rnd(&seed, 4); n; n--) {
            u32 len = 0;
            u8 *p = user_ringbuf_sample(m, &len);
            assert_int_equal(p != NULL, head != tail);
            if (!p)
                break;
            assert_int_equal(len, lens[head % MOST]);
            for (u32 k = 0; k < len; k++)
                assert_int_equal(p[k], (u8)(head % MOST));
            user_ringbuf_next(m, len);
            used -= align_up(len, 8) + 8;
            head++;
        }
        user_ringbuf_end(m);
    }
    assert_true(full > 100);
    map_unref(m);
    world_close(&w);
}

/* ---- events for the host: in order, and refused where there is no room ---- */

struct expected {
    u32 next;
};

static int in_order(void *arg, const void *data, size_t len) {
    struct expected *x = arg;
    u32 n;
    assert_true(len >= 4);
    memcpy(&n, data, 4);
    assert_int_equal(n, x->next++);
    for (size_t i = 4; i < len; i++)
        assert_int_equal(((const u8 *)data)[i], (u8)n);
    return 0;
}

static void events(void **state) {
    struct world w;
    struct expected x = {0};
    u32 made = 0, refused = 0;
    u64 seed = 31;
    (void)state;
    world_open(&w);
    struct map *m = map_of(&w, 4, 4, 4, 8, 0);
    for (u32 i = 0; i < STEPS; i++) {
        u32 len = 4 + rnd(&seed, rnd(&seed, 8) ? 60 : 60000);
        u8 *p = ringbuf_reserve(m, len);
        if (p) {
            memset(p, (int)(u8)made, len);
            memcpy(p, &made, 4);
            made++;
            ringbuf_commit(m, p, false);
        } else {
            refused++;
        }
        if (rnd(&seed, 300))
            continue;
        u32 waiting = made - x.next;
        assert_int_equal(ringbuf_consume(m, in_order, &x, SIZE_MAX), waiting);
    }
    ringbuf_consume(m, in_order, &x, SIZE_MAX);
    assert_int_equal(x.next, made);
    assert_true(refused > 10 && made > 1000);
    map_unref(m);
    world_close(&w);
}

/* ---- was it ever pushed? never wrongly no, seldom wrongly yes ---- */

static void pushed(void **state) {
    enum { VALUES = 3000, MAX = 1000 };
    static bool model[VALUES];
    struct world w;
    u64 seed = 41;
    u32 n = 0, wrong = 0, asked = 0;
    (void)state;
    for (u32 size = 4; size <= 20; size += 8) {
        u8 v[20];
        memset(model, 0, sizeof model);
        n = wrong = asked = 0;
        world_open(&w);
        struct map *m = map_of(&w, 30, 0, size, MAX, 0);
        for (u32 i = 0; i < STEPS; i++) {
            u32 k = rnd(&seed, VALUES);
            memset(v, (int)(k % 5), sizeof v);
            memcpy(v, &k, 4);
            if (n < MAX && rnd(&seed, 2)) {
                assert_int_equal(map_put(m, NULL, v, 0), 0);
                n += !model[k];
                model[k] = true;
            }
            assert_int_equal(map_put(m, NULL, v, 1 + rnd(&seed, 3)), -EINVAL);
            s64 r = m->kind->pop(m, v, false);
            assert_true(r == 0 || (r == -ENOENT && !model[k]));
            asked += !model[k];
            wrong += !model[k] && !r;
            assert_int_equal(m->kind->pop(m, v, true), -EOPNOTSUPP);
        }
        assert_true(asked > 1000 && wrong * 20 < asked);
        map_unref(m);
        world_close(&w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs), cmocka_unit_test(maps),   cmocka_unit_test(stacks), cmocka_unit_test(pages),
        cmocka_unit_test(samples),  cmocka_unit_test(events), cmocka_unit_test(pushed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
