/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* svm_file.c - .svm files: what is saved is what is loaded, and what is damaged is refused with a reason. */
#include "front/front.h"
#include "front/svm/io.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* wants the others before it */

#define CORPUS TEST_DIR "/../fuzz/corpus/svm/"

static void read_file(struct buf *b, const char *name) {
    char path[512];
    snprintf(path, sizeof path, CORPUS "%s.svm", name);
    assert_int_equal(buf_read_file(b, path, 1 << 20), 0);
}

/* 0, or the code of the error, whose text must say something. */
static int load(struct module *m, const u8 *p, size_t n) {
    struct limits l = limits_or_default(NULL);
    struct error e = {0};
    *m = (struct module){0};
    if (!front_svm.load(m, p, n, NULL, &e))
        validate(m, &l, &e);
    assert_true(!e.code || e.text[0]);
    return e.code;
}

static int load_and_drop(const u8 *p, size_t n) {
    struct module m;
    int rc = load(&m, p, n);
    module_free(&m);
    return rc;
}

static const char *const files[] = {
    "conversions", "fib", "double_compare", "events", "all",
#ifdef HAVE_LIBELF
    "hello", /* has BTF, which a build without libelf drops */
#endif
};

static void saved_is_loaded(void **state) {
    (void)state;
    for (size_t k = 0; k < COUNT(files); k++) {
        struct buf file = {0}, again = {0};
        struct error e = {0};
        struct module m;
        read_file(&file, files[k]);
        assert_true(front_svm.sniff(file.data, file.len));
        assert_int_equal(load(&m, file.data, file.len), 0);
        assert_int_equal(svmfile_write(&m, &again, &e), 0);
        assert_int_equal(again.len, file.len);
        assert_memory_equal(again.data, file.data, file.len);
        module_free(&m);
        buf_free(&file);
        buf_free(&again);
    }
}

/* Shorter by any number of bytes: only whole sections may be missing without a word. */
static void short_files(void **state) {
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct buf file = {0};
        read_file(&file, files[k]);
        for (size_t n = 0; n < file.len; n++) {
            struct reader r = reader_on(file.data, n);
            seek_to(&r, SVM_HEADER);
            while (!r.bad && r.pos < n) { /* is n the end of a section? */
                get_u32(&r);
                get_bytes(&r, get_u32(&r));
            }
            if (r.bad)
                assert_true(load_and_drop(file.data, n) < 0);
            else
                load_and_drop(file.data, n);
        }
        buf_free(&file);
    }
}

/* Each byte, with each bit: refused, or still a valid module. */
static void damaged_files(void **state) {
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct buf file = {0};
        size_t refused = 0;
        read_file(&file, files[k]);
        for (size_t n = 0; n < file.len; n++)
            for (u32 bit = 0; bit < 8; bit++) {
                file.data[n] ^= (u8)(1u << bit);
                refused += load_and_drop(file.data, file.len) < 0;
                file.data[n] ^= (u8)(1u << bit);
            }
        assert_true(refused > file.len); /* most bits matter */
        buf_free(&file);
    }
}

/* --- what holds between sections --- */

static void put_section(struct buf *b, u32 id, const void *p, u32 n) {
    buf_u32(b, id);
    buf_u32(b, n);
    buf_add(b, p, n);
}

static void begin(struct buf *b) {
    buf_add(b, "\0svm\1\0\0\0", 8);
    put_section(b, SECTION_STRINGS, "\1\0\0\0\0\0\0\0", 8); /* "" */
}

static void refused(const struct buf *b, const char *want) {
    struct error e = {0};
    struct module m = {0};
    assert_true(front_svm.load(&m, b->data, b->len, NULL, &e) < 0);
    if (!strstr(e.text, want))
        fail_msg("'%s', not '%s'", e.text, want);
    module_free(&m);
}

static void bad_sections(void **state) {
    static const struct {
        u32 id;
        const char *bytes;
        u32 n;
        const char *want;
    } row[] = {
        {99, "", 0, "unknown section 99"},
        {SECTION_STRINGS, "\0\0\0\0", 4, "section 1 is out of order"},
        {2, "\7\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 17, "string 7 of 1"},
        {2, "\0\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0\0", 17, "module flags 0x2"},
        {2, "\0\0\0\0\0", 5, "ends too early"},
        {2, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 18, "1 bytes too many"},
        {12, "\377\377\377\377", 4, "4294967295 entries where 0 bytes are left"},
        {13, "\2\0\0\0\0", 5, "a flag of 2"},
        {15, "\1\0\0\0\0\0\0\0", 8, "1 entries where 4 bytes are left"},
        {18, "\1\0\0\0\0\0\0\0\2\0\0\0\0\0", 14, "import  is of kind 2"},
    };
    (void)state;
    for (size_t k = 0; k < COUNT(row); k++) {
        struct buf b = {0};
        begin(&b);
        put_section(&b, row[k].id, row[k].bytes, row[k].n);
        refused(&b, row[k].want);
        buf_free(&b);
    }
}

static void other_versions(void **state) {
    (void)state;
    for (u32 v = 0; v < 4; v++) {
        struct buf b = {0};
        buf_add(&b, "\0svm", 4);
        buf_u32(&b, v == 1 ? 0x10001 : v); /* flags make another version, too */
        refused(&b, "of the .svm format, where this build reads version 1");
        buf_free(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(saved_is_loaded), cmocka_unit_test(short_files),    cmocka_unit_test(damaged_files),
        cmocka_unit_test(bad_sections),    cmocka_unit_test(other_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
