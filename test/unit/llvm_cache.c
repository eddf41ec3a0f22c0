/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* llvm_cache.c - objects that are kept on disk: whose folder, whose files, which key. */
#include "base/store.h"
#include "engine/llvm/key.h"
#include "ir/facts.h"
#include "ir/module.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

struct place {
    char root[64], dir[96];
    struct store s;
};

static int setup(void **state) {
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    strcpy(p->root, "/tmp/llvm_cache.XXXXXX");
    assert_non_null(mkdtemp(p->root));
    snprintf(p->dir, sizeof p->dir, "%s/supervm", p->root);
    p->s = store_open(p->dir);
    assert_true(p->s.dir >= 0);
    *state = p;
    return 0;
}

static int teardown(void **state) {
    struct place *p = *state;
    char line[160];
    store_close(&p->s);
    snprintf(line, sizeof line, "rm -rf '%s'", p->root);
    assert_int_equal(system(line), 0);
    free(p);
    return 0;
}

static bool has(const struct store *s, const char *name, const char *text) {
    struct buf b = {0};
    bool ok = store_get(s, name, &b, 1000) && b.len == strlen(text) && !memcmp(b.data, text, b.len);
    buf_free(&b);
    return ok;
}

static void test_store(void **state) {
    struct place *p = *state;
    struct stat st;
    char path[160];
    assert_false(has(&p->s, "a", ""));
    store_put(&p->s, "a", "one", 3, 1000);
    assert_true(has(&p->s, "a", "one"));
    store_put(&p->s, "a", "other", 5, 1000);
    assert_true(has(&p->s, "a", "other"));
    store_put(&p->s, "large", "12345678901", 11, 10);
    assert_false(has(&p->s, "large", "12345678901"));
    snprintf(path, sizeof path, "%s/a", p->dir);
    assert_int_equal(stat(p->dir, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    store_remove(&p->s, "a");
    assert_false(has(&p->s, "a", "other"));
}

/* What others could have changed is not there. */
static void test_others(void **state) {
    struct place *p = *state;
    struct store s;
    char path[160], link_path[160];
    store_put(&p->s, "a", "one", 3, 1000);
    snprintf(path, sizeof path, "%s/a", p->dir);
    snprintf(link_path, sizeof link_path, "%s/b", p->dir);
    assert_int_equal(symlink(path, link_path), 0);
    assert_false(has(&p->s, "b", "one"));
    assert_int_equal(chmod(path, 0640), 0);
    assert_false(has(&p->s, "a", "one"));
    assert_int_equal(chmod(path, 0600), 0);
    assert_true(has(&p->s, "a", "one"));
    if (geteuid() == 0) {
        assert_int_equal(chown(path, 1, 1), 0);
        assert_false(has(&p->s, "a", "one"));
    }
    assert_int_equal(chmod(p->dir, 0770), 0);
    s = store_open(p->dir);
    assert_true(s.dir < 0);
    assert_false(has(&s, "a", "one"));
    store_put(&s, "c", "x", 1, 1000);
    assert_int_equal(chmod(p->dir, 0700), 0);
    assert_false(has(&p->s, "c", "x"));
    snprintf(link_path, sizeof link_path, "%s/link", p->root);
    assert_int_equal(symlink(p->dir, link_path), 0);
    s = store_open(link_path);
    assert_true(s.dir < 0);
    s = store_open("relative");
    assert_true(s.dir < 0);
}

static void test_trim(void **state) {
    struct place *p = *state;
    char name[8], path[160], text[100];
    struct buf b = {0};
    memset(text, 'x', sizeof text);
    for (int k = 0; k < 10; k++) {
        struct timeval old[2] = {{1000000 + k, 0}, {1000000 + k, 0}};
        snprintf(name, sizeof name, "f%d", k);
        store_put(&p->s, name, text, sizeof text, 1000);
        snprintf(path, sizeof path, "%s/%s", p->dir, name);
        assert_int_equal(utimes(path, old), 0);
    }
    assert_true(store_get(&p->s, "f0", &b, 1000)); /* the oldest is used */
    buf_free(&b);
    store_put(&p->s, "new", "y", 1, 1000); /* one byte too many: a quarter goes */
    for (int k = 0; k < 10; k++) {
        struct stat st;
        snprintf(path, sizeof path, "%s/f%d", p->dir, k);
        assert_int_equal(stat(path, &st) == 0, k == 0 || k > 3);
    }
    assert_true(has(&p->s, "new", "y"));
}

/* --- files of the cache --- */

static void parts_of(struct buf part[2], const char *a, const char *b) {
    buf_clear(&part[0]);
    buf_clear(&part[1]);
    buf_add(&part[0], a, strlen(a));
    buf_add(&part[1], b, strlen(b));
}

static void test_parts(void **state) {
    struct place *p = *state;
    u8 key[BLAKE2_BYTES] = {1, 2, 3}, other[BLAKE2_BYTES] = {1, 2, 4};
    struct buf part[2] = {{0}, {0}}, file = {0};
    char name[2 * BLAKE2_BYTES + 1];
    parts_of(part, "first", "the second");
    llvm_cache_put(p->dir, key, part, 2);
    parts_of(part, "", "");
    assert_false(llvm_cache_get(p->dir, other, part, 2));
    assert_false(llvm_cache_get(p->dir, key, part, 1));
    assert_false(llvm_cache_get("", key, part, 2));
    assert_true(llvm_cache_get(p->dir, key, part, 2));
    assert_true(part[0].len == 5 && !memcmp(part[0].data, "first", 5));
    assert_true(part[1].len == 10 && !memcmp(part[1].data, "the second", 10));
    for (u32 k = 0; k < BLAKE2_BYTES; k++)
        snprintf(name + 2 * k, 3, "%02x", key[k]);
    assert_true(store_get(&p->s, name, &file, 1000));
    assert_true(llvm_cache_parts(key, &file, part, 2));
    for (size_t at = 0; at < file.len; at++) { /* each byte of it counts */
        file.data[at] ^= 1;
        assert_false(llvm_cache_parts(key, &file, part, 2));
        file.data[at] ^= 1;
    }
    for (size_t n = file.len; n-- > 0;) {
        file.len = n;
        assert_false(llvm_cache_parts(key, &file, part, 2));
    }
    buf_free(&file);
    buf_free(&part[0]);
    buf_free(&part[1]);
}

/* Whoever writes, what is found is whole: of this writer or of another. */
static bool write_and_read(const struct place *p, const char *second) {
    struct buf part[2] = {{0}, {0}};
    u8 key[BLAKE2_BYTES] = {9};
    bool good = true;
    for (int k = 0; k < 100 && good; k++) {
        parts_of(part, "first", second);
        llvm_cache_put(p->dir, key, part, 2);
        good = llvm_cache_get(p->dir, key, part, 2) && part[0].len == 5 && !memcmp(part[0].data, "first", 5) &&
               part[1].len > 10 && !memcmp(part[1].data, "the second", 10) &&
               part[1].len == 10 + (size_t)(part[1].data[10] - '0');
    }
    buf_free(&part[0]);
    buf_free(&part[1]);
    return good;
}
static const char *const seconds[] = {"the second1", "the second2.", "the second3..", "the second4..."};

struct writer {
    const struct place *p;
    const char *second;
    bool good;
};
static void *writer(void *arg) {
    struct writer *w = arg;
    w->good = write_and_read(w->p, w->second);
    return NULL;
}

static void test_threads(void **state) {
    struct writer w[COUNT(seconds)];
    pthread_t t[COUNT(seconds)];
    for (u32 k = 0; k < COUNT(seconds); k++) {
        w[k] = (struct writer){.p = *state, .second = seconds[k]};
        assert_int_equal(pthread_create(&t[k], NULL, writer, &w[k]), 0);
    }
    for (u32 k = 0; k < COUNT(seconds); k++) {
        pthread_join(t[k], NULL);
        assert_true(w[k].good);
    }
}

static void test_processes(void **state) {
    pid_t pid[COUNT(seconds)];
    int status;
    for (u32 k = 0; k < COUNT(seconds); k++) {
        assert_true((pid[k] = fork()) >= 0);
        if (!pid[k])
            _exit(!write_and_read(*state, seconds[k]));
    }
    for (u32 k = 0; k < COUNT(seconds); k++) {
        assert_int_equal(waitpid(pid[k], &status, 0), pid[k]);
        assert_int_equal(status, 0);
    }
}

/* --- keys --- */

struct program {
    struct insn code[2];
    struct func func;
    struct module m;
    struct link_view l;
    struct llvm_job j;
    struct fact fact[2];
    struct func_facts facts;
    struct helper helper;
    struct helper_code body;
    const struct helper *helpers[2];
    struct map_def def;
    struct map_view map;
    u8 value[8];
};

static void make(struct program *p) {
    memset(p, 0, sizeof *p);
    p->func = (struct func){.name = "f", .code = p->code, .nslot = 2, .nreg = NREG_EBPF};
    p->code[0] = (struct insn){.op = OP_mov64i, .imm = 1};
    p->code[1] = (struct insn){.op = OP_exit};
    p->m = (struct module){.name = "m", .front = "test", .func = &p->func, .nfunc = 1};
    p->l = (struct link_view){
        .m = &p->m, .checks = true, .fuel = true, .frame_size = 512, .helper = p->helpers, .nhelper = 2};
    p->j = (struct llvm_job){.l = &p->l, .o = {.level = 2, .parts = 1}};
    p->helper = (struct helper){.name = "h", .id = 1};
    p->body = (struct helper_code){"BC1", 3, "body"};
    p->def = (struct map_def){.name = "m", .type = 2, .key_size = 4, .value_size = 8, .max_entries = 1};
    p->map = (struct map_view){
        .value = p->value, .value_len = sizeof p->value, .stride = 8, .max_entries = 1, .type = 2, .key_size = 4};
    p->l.map = &p->map;
    p->m.map = &p->def;
}

static void bitcode(struct program *p, const char *bytes) {
    p->helpers[1] = &p->helper;
    p->helper.code = &p->body;
    p->body.bytes = bytes;
}

/* A map of that type; of those that are read only the value is a constant. */
static void map(struct program *p, u32 type, u32 entries, bool read_only, u8 value) {
    p->m.nmap = 1;
    p->map.type = type;
    p->map.max_entries = entries;
    p->map.read_only = read_only;
    p->value[0] = value;
}

static void key_of(const struct program *p, u8 key[BLAKE2_BYTES]) {
    assert_true(llvm_key(&p->j, key));
}

/* Equal programs have equal keys; whatever code depends on makes another. */
static void test_keys(void **state) {
    struct program p;
    u8 key[32][BLAKE2_BYTES], again[BLAKE2_BYTES];
    u32 n = 0;
    (void)state;
#define WITH(...)                                                                                                      \
    make(&p);                                                                                                          \
    __VA_ARGS__;                                                                                                       \
    key_of(&p, key[n++])
    WITH((void)0);
    WITH(p.code[0].imm = 2);
    WITH(p.l.checks = false);
    WITH(p.l.fuel = false);
    WITH(p.l.frame_size = 1024);
    WITH(p.l.exact_regs = true);
    WITH(p.j.o.level = 1);
    WITH(p.j.o.parts = 2);
    WITH(p.j.o.bounds = true);
    WITH(p.j.o.triple = "aarch64-linux-gnu");
    WITH(p.helpers[1] = &p.helper);
    WITH(p.helpers[1] = &p.helper; p.helper.ends_if_zero = 1);
    WITH(p.facts.of = p.fact; p.l.facts = &p.facts);
    WITH(p.facts.of = p.fact; p.l.facts = &p.facts; p.fact[1].bits = FACT_SAFE);
    WITH(p.j.name = "x");
    WITH(p.j.o.cpu = "generic");
    WITH(p.j.o.debug = true);
    WITH(p.l.arena = 1ull << 32);
    WITH(bitcode(&p, "BC1"));
    WITH(bitcode(&p, "BC2"));
    WITH(map(&p, 2, 1, false, 0));
    WITH(map(&p, 2, 2, false, 0));
    WITH(map(&p, 1, 1, false, 0));
    WITH(map(&p, 2, 1, true, 0));
    WITH(map(&p, 2, 1, true, 7));
    for (u32 i = 0; i < n; i++)
        for (u32 k = 0; k < i; k++)
            if (!memcmp(key[i], key[k], BLAKE2_BYTES))
                fail_msg("keys %u and %u are one", k, i);
    make(&p);
    key_of(&p, again);
    assert_memory_equal(again, key[0], BLAKE2_BYTES);
    n = 0; /* what is no constant, and where it lies, makes no difference */
    WITH(map(&p, 2, 1, false, 0));
    WITH(map(&p, 2, 1, false, 7));
    WITH(map(&p, 2, 1, false, 0); p.map.value = key[9]);
    assert_memory_equal(key[0], key[1], BLAKE2_BYTES);
    assert_memory_equal(key[0], key[2], BLAKE2_BYTES);
}

static void test_blake2(void **state) {
    static const u8 abc[] = {0xbd, 0xdd, 0x81, 0x3c, 0x63, 0x42, 0x39, 0x72, 0x31, 0x71, 0xef,
                             0x3f, 0xee, 0x98, 0x57, 0x9b, 0x94, 0x96, 0x4e, 0x3b, 0xb1, 0xcb,
                             0x3e, 0x42, 0x72, 0x62, 0xc8, 0xc0, 0x68, 0xd5, 0x23, 0x19};
    u8 out[BLAKE2_BYTES], whole[BLAKE2_BYTES], text[700];
    struct blake2 s;
    (void)state;
    blake2_begin(&s);
    blake2_add(&s, "abc", 3);
    blake2_end(&s, out);
    assert_memory_equal(out, abc, sizeof abc);
    for (u32 k = 0; k < sizeof text; k++)
        text[k] = (u8)(k * 7);
    blake2_begin(&s);
    blake2_add(&s, text, sizeof text);
    blake2_end(&s, whole);
    for (u32 cut = 0; cut <= sizeof text; cut += 28) {
        blake2_begin(&s);
        blake2_add(&s, text, cut);
        blake2_add(&s, text + cut, sizeof text - cut);
        blake2_end(&s, out);
        assert_memory_equal(out, whole, sizeof out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_store, setup, teardown),
        cmocka_unit_test_setup_teardown(test_others, setup, teardown),
        cmocka_unit_test_setup_teardown(test_trim, setup, teardown),
        cmocka_unit_test_setup_teardown(test_parts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_threads, setup, teardown),
        cmocka_unit_test_setup_teardown(test_processes, setup, teardown),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_blake2),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
