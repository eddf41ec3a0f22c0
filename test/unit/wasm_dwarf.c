/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_dwarf.c - source lines of WebAssembly: what compilers write (test/wasm/lines.c, DWARF 4 and 5, with and without
 * optimisation), line programs by hand, and broken ones. */
#include "front/front.h"
#include "front/wasm/wasm.h"
#include "typed_kit.h"
#include <stdio.h>

/* --- of compilers --- */

static const char *const variants[] = {"lines-4-0", "lines-4-2", "lines-5-0", "lines-5-2"};

/* The line of a file of test/wasm that is marked "at: name". */
static unsigned marked(const char *file, const char *name) {
    struct buf b = {0};
    char path[512], mark[64];
    const char *at;
    unsigned line = 1;
    snprintf(path, sizeof path, TEST_DIR "/wasm/%s", file);
    snprintf(mark, sizeof mark, "at: %s */", name);
    assert_int_equal(buf_read_file(&b, path, 1 << 20), 0);
    at = strstr(buf_str(&b), mark);
    assert_non_null(at);
    for (const char *p = buf_str(&b); p < at; p++)
        line += *p == '\n';
    buf_free(&b);
    return line;
}

static void is_frame(const struct svm_frame *f, const char *file, const char *mark) {
    const char *base;
    assert_non_null(f->file);
    base = strrchr(f->file, '/');
    assert_string_equal(base ? base + 1 : f->file, file);
    assert_int_equal(f->line, marked(file, mark));
    assert_true(f->column > 0);
}

static void trapped(struct svm_instance *in, const char *name, int arg, struct svm_error *err) {
    struct svm_val v = {SVM_I32, {.i32 = arg}}, r;
    assert_int_equal(svm_call(in, name, &v, 1, &r, 1, err), SVM_ETRAP);
}

static void frames(struct svm *vm, struct svm_program *p, bool optimised) {
    struct svm_error err;
    struct svm_linker *l = svm_linker_new(vm, &err);
    struct svm_instance *in = kit_instance(l, p);
    const struct svm_trap *t;
    char place[80];

    trapped(in, "outer", 7, &err);
    t = svm_instance_trap(in);
    assert_int_equal(t->nframe, 3);
    is_frame(&t->frame[0], "lines.c", "inner");
    is_frame(&t->frame[1], "lines.c", "middle");
    is_frame(&t->frame[2], "lines.c", "outer");
    snprintf(place, sizeof place, " (lines.c:%u): integer divide by zero", marked("lines.c", "inner"));
    assert_non_null(strstr(err.text, place));

    trapped(in, "inlined", 0, &err);
    t = svm_instance_trap(in);
    assert_int_equal(t->nframe, optimised ? 1 : 2);
    is_frame(&t->frame[0], "lines.h", "hundredth");
    if (!optimised)
        is_frame(&t->frame[1], "lines.c", "inlined");
    svm_instance_free(in);
    svm_linker_free(l);
}

/* What the module is saved as has the same lines. */
static struct svm_program *saved(struct svm *vm, const char *name) {
    struct svm_error err;
    struct svm_module *m, *again;
    struct svm_program *p;
    char path[512];
    void *bytes;
    size_t size;
    assert_non_null(m = svm_module_load_file(vm, kit_path(name, path), NULL, &err));
    assert_int_equal(svm_module_save_memory(m, &bytes, &size, &err), 0);
    assert_non_null(again = svm_module_load(vm, bytes, size, NULL, &err));
    assert_non_null(p = svm_program_link(again, NULL, &err));
    svm_module_free(again);
    svm_module_free(m);
    free(bytes);
    return p;
}

static void listing_has(struct svm *vm, const char *name) {
    struct svm_error err;
    struct svm_module *m;
    char path[512], want[80], *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    assert_non_null(m = svm_module_load_file(vm, kit_path(name, path), NULL, &err));
    assert_int_equal(svm_module_disasm(m, "middle", SVM_DISASM_SOURCE, f), 0);
    fclose(f);
    snprintf(want, sizeof want, "\n; lines.c:%u\n", marked("lines.c", "middle"));
    assert_non_null(strstr(text, want));
    free(text);
    text = NULL;
    f = open_memstream(&text, &size);
    assert_int_equal(svm_module_disasm(m, "middle", 0, f), 0);
    fclose(f);
    assert_null(strstr(text, "; lines.c"));
    free(text);
    svm_module_free(m);
}

static void compiled(void **state) {
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err);
    (void)state;
    for (size_t k = 0; k < COUNT(variants); k++) {
        bool optimised = variants[k][strlen(variants[k]) - 1] != '0';
        struct svm_program *p = kit_program(vm, variants[k]);
        frames(vm, p, optimised);
        svm_program_free(p);
        p = saved(vm, variants[k]);
        frames(vm, p, optimised);
        svm_program_free(p);
        listing_has(vm, variants[k]);
    }
    svm_free(vm);
}

/* Whoever asks first reads the sections, and everybody sees the same. */
static void *trap_often(void *arg) {
    struct svm_program *p = arg;
    struct svm_error err;
    struct svm_instance *in = svm_instance_new(p, &err);
    struct svm_val v = {SVM_I32, {.i32 = 7}}, r;
    const struct svm_trap *t;
    uintptr_t sum = 0;
    for (int k = 0; in && k < 100; k++) {
        svm_call(in, "outer", &v, 1, &r, 1, &err);
        t = svm_instance_trap(in);
        for (size_t i = 0; i < t->nframe; i++)
            sum += t->frame[i].file ? t->frame[i].line : 0;
    }
    svm_instance_free(in);
    return (void *)sum;
}

static void threads(void **state) {
    uintptr_t want = 100 * (marked("lines.c", "inner") + marked("lines.c", "middle") + marked("lines.c", "outer"));
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err);
    struct svm_program *p = kit_program(vm, variants[0]);
    pthread_t thread[4];
    (void)state;
    for (size_t k = 0; k < COUNT(thread); k++)
        assert_int_equal(pthread_create(&thread[k], NULL, trap_often, p), 0);
    for (size_t k = 0; k < COUNT(thread); k++) {
        void *sum;
        pthread_join(thread[k], &sum);
        assert_int_equal((uintptr_t)sum, want);
    }
    svm_program_free(p);
    svm_free(vm);
}

/* --- by hand: a function of eight calls of itself, whose instructions begin at addresses 3, 5, 7, ... 17 --- */

#define CALLS "\x10\x00\x10\x00\x10\x00\x10\x00\x10\x00\x10\x00\x10\x00\x10\x00"
static const char module[] = "\0asm\1\0\0\0"
                             "\1\4\1\x60\0\0"
                             "\3\2\1\0"
                             "\xa\x14\1\x12\0" CALLS "\x0b";

struct bytes_ {
    const char *p;
    size_t n;
};
#define B(s) {s, sizeof(s) - 1}

static void add_custom(struct buf *b, const char *name, const void *p, size_t n) {
    size_t len = strlen(name), size = 1 + len + n;
    u8 head[8] = {0, (u8)(size | 0x80), (u8)(size >> 7 | 0x80), (u8)(size >> 14), (u8)len};
    assert_true(size < 1 << 21);
    buf_add(b, head, 5);
    buf_add(b, name, len);
    buf_add(b, p, n);
}

static const char strings[] = "dir\0name.c\0\x1b[2J.c\0\xff.c\0open";

/* "src/a.c:10 - ?:3 ..." of the eight calls; trailing "-" are left out. The module with these lines loads in any case.
 */
static const char *lines_of(const void *line, size_t n, char text[400]) {
    struct load_options o = {.limits = limits_or_default(NULL)};
    struct buf file = {0};
    struct module m = {0};
    struct error e = {0};
    size_t len = 0, end = 0;
    buf_add(&file, module, sizeof module - 1);
    add_custom(&file, ".debug_str", strings, sizeof strings - 1); /* its last text has no end */
    add_custom(&file, ".debug_line", line, n);
    m.arena.limit = 1 << 24;
    assert_int_equal(front_wasm.load(&m, file.data, file.len, &o, &e), 0);
    assert_int_equal(validate(&m, &o.limits, &e), 0);
    assert_int_equal(func_ready(&m, 0, &e), 0);
    text[0] = 0;
    for (u32 pc = 0; pc < m.func[0].nslot; pc++) {
        const struct line *l = module_line(&m, 0, pc);
        if (m.func[0].code[pc].op != OP_callt)
            continue;
        if (l)
            len += (size_t)snprintf(text + len, 400 - len, "%s%s:%u", len ? " " : "", l->file ? l->file : "?", l->line);
        else
            len += (size_t)snprintf(text + len, 400 - len, "%s-", len ? " " : "");
        if (l)
            end = len;
    }
    text[end] = 0;
    assert_true(m.arena.used <= 1 << 24);
    module_free(&m);
    buf_free(&file);
    return text;
}

/* A unit of version 4: directory 1 "src", files 1 "src/a.c" and 2 "b.c". */
#define HEAD4      "\4\0\x2b\0\0\0\1\1\1\xfb\x0e\x0d\0\1\1\1\1\0\0\0\1\0\0\1"
#define FILES4     "src\0\0a.c\0\1\0\0b.c\0\0\0\0\0"
#define AT(n)      "\0\5\2" n "\0\0\0"
#define END        "\2\2\0\1\1" /* two bytes on */
#define GOOD       AT("\3") "\3\x9\1" END
#define GOOD_LINES "src/a.c:10"

static void unit(struct buf *b, struct bytes_ head, struct bytes_ files, struct bytes_ program, size_t header) {
    size_t fixed = memcmp(head.p, "\5\0", 2) ? 6 : 8, start = b->len;
    buf_u32(b, (u32)(head.n + files.n + program.n));
    buf_add(b, head.p, head.n);
    buf_add(b, files.p, files.n);
    buf_add(b, program.p, program.n);
    header += head.n + files.n - fixed;
    for (u32 k = 0; k < 4; k++)
        b->data[start + fixed + k] = (u8)(header >> 8 * k);
}

static const struct bytes_ head4 = B(HEAD4), files4 = B(FILES4), good = B(GOOD);

static void is_lines(const char *what, const struct buf *b, const char *want) {
    char text[400];
    lines_of(b->data, b->len, text);
    if (strcmp(text, want))
        fail_msg("%s: '%s', not '%s'", what, text, want);
}

static void programs(void **state) {
    static const struct {
        const char *what;
        struct bytes_ program;
        const char *lines;
    } cases[] = {
        {"one row", B(GOOD), GOOD_LINES},
        {"rows",
         B(AT("\3") "\3\x9\1"
                    "\2\2\3\2\1"
                    "\4\2\2\2\3\1\1" END),
         "src/a.c:10 src/a.c:12 b.c:13"},
        {"a row is good up to the next",
         B(AT("\3") "\3\x9\1"
                    "\2\6\3\2\1" END),
         "src/a.c:10 src/a.c:10 src/a.c:10 src/a.c:12"},
        {"special opcode: 2 bytes, 2 lines", B(AT("\3") "\3\x9\1\x30" END), "src/a.c:10 src/a.c:12"},
        {"fixed_advance_pc, const_add_pc",
         B(AT("\3") "\3\x9\1"
                    "\x9\2\0\3\1\1"
                    "\2\x7d\x8"
                    "\0\1\1"),
         ""},
        {"const_add_pc",
         B(AT("\1") "\3\x9\1"
                    "\x8\3\1\1"
                    "\1\0\1\1"),
         ""},
        {"the same",
         B(AT("\1") "\3\x9\1"
                    "\x8"
                    "\0\1\1"),
         "src/a.c:10 src/a.c:10 src/a.c:10 src/a.c:10 src/a.c:10 src/a.c:10 src/a.c:10 src/a.c:10"},
        {"the last of rows of one address", B(AT("\3") "\3\x9\1\3\1\1" END), "src/a.c:11"},
        {"line 0 is none",
         B(AT("\3") "\3\x7f\1"
                    "\2\2\3\5\1" END),
         "- src/a.c:5"},
        {"an address of 8 bytes",
         B("\0\x9\2\5\0\0\0\0\0\0\0"
           "\3\x9\1" END),
         "- src/a.c:10"},
        {"one beyond 32 bits",
         B("\0\x9\2\5\0\0\0\1\0\0\0"
           "\3\x9\1" END),
         ""},
        {"one of 2",
         B("\0\3\2\3\0"
           "\3\x9\1" END GOOD),
         ""},
        {"runs in any order", B(AT("\7") "\3\x1d\1" END AT("\3") "\3\x9\1" END), "src/a.c:10 - src/a.c:30"},
        {"what the linker dropped: 0", B(AT("\0") "\3\x1d\1\2\x9\1" END GOOD), GOOD_LINES},
        {"what the linker dropped: -1",
         B("\0\5\2\xff\xff\xff\xff"
           "\3\x1d\1" END GOOD),
         GOOD_LINES},
        {"addresses that fall", B(AT("\x9") "\3\x1d\1" AT("\7") "\1" END GOOD), GOOD_LINES},
        {"addresses that wrap",
         B(AT("\x9") "\3\x1d\1"
                     "\2\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\1" END GOOD),
         GOOD_LINES},
        {"an end in front of the last row", B(AT("\x9") "\3\x1d\1" AT("\7") "\0\1\1" GOOD), GOOD_LINES},
        {"an end outside the code",
         B(AT("\x9") "\3\x1d\1"
                     "\2\x7f\0\1\1" GOOD),
         GOOD_LINES},
        {"no end",
         B(AT("\3") "\3\x9\1"
                    "\2\2"),
         ""},
        {"no rows", B(AT("\3") END), ""},
        {"a file that is none", B(AT("\3") "\3\x9\4\x7\1" END), "?:10"},
        {"file 0, of version 5 only", B(AT("\3") "\3\x9\4\0\1" END), "?:10"},
        {"define_file",
         B("\0\x8\3"
           "c.c\0\1\0\0" AT("\3") "\3\x9\4\3\1" END),
         "src/c.c:10"},
        {"define_file without an end",
         B("\0\4\3"
           "c.c" GOOD),
         ""},
        {"an operation that is not known", B("\0\3\x80\1\1" GOOD), GOOD_LINES},
        {"one without length", B("\0\0" GOOD), ""},
        {"one that is longer than the rest", B(GOOD "\0\x7f\x80"), ""},
        {"one as long as numbers go", B(GOOD "\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\x80"), ""},
        {"a number that does not end", B(GOOD "\3\xff\xff"), ""},
        {"a number of many bytes", B(AT("\3") "\3\x89\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\0\1" END),
         GOOD_LINES},
    };
    (void)state;
    for (size_t k = 0; k < COUNT(cases); k++) {
        struct buf b = {0};
        unit(&b, head4, files4, cases[k].program, 0);
        is_lines(cases[k].what, &b, cases[k].lines);
        buf_free(&b);
    }
}

/* The same run under other headers. */
static void headers(void **state) {
    static const struct {
        const char *what;
        struct bytes_ head, files;
        size_t more; /* of header_length than there is */
        const char *lines;
    } cases[] = {
        {"version 4", B(HEAD4), B(FILES4), 0, GOOD_LINES},
        {"version 3", B("\3\0\0\0\0\0\1\1\xfb\x0e\x0d\0\1\1\1\1\0\0\0\1\0\0\1"), B(FILES4), 0, GOOD_LINES},
        {"version 1", B("\1\0\0\0\0\0\1\1\xfb\x0e\x0d\0\1\1\1\1\0\0\0\1\0\0\1"), B(FILES4), 0, ""},
        {"version 6", B("\6\0\0\0\0\0\1\1\1\xfb\x0e\x0d\0\1\1\1\1\0\0\0\1\0\0\1"), B(FILES4), 0, ""},
        {"two operations in an instruction", B("\4\0\0\0\0\0\1\2\1\xfb\x0e\x0d\0\1\1\1\1\0\0\0\1\0\0\1"), B(FILES4), 0,
         ""},
        {"line_range 0", B("\4\0\0\0\0\0\1\1\1\xfb\0\x0d\0\1\1\1\1\0\0\0\1\0\0\1"), B(FILES4), 0, ""},
        {"opcode_base 0", B("\4\0\0\0\0\0\1\1\1\xfb\x0e\0\0\1\1\1\1\0\0\0\1\0\0\1"), B(FILES4), 0, ""},
        {"files without an end", B(HEAD4), B("src\0\0a.c\0\1\0\0b.c"), 0, ""},
        {"a directory that is none", B(HEAD4), B("\0a.c\0\7\0\0\0"), 0, "a.c:10"},
        {"an absolute name", B(HEAD4), B("src\0\0/t/a.c\0\1\0\0\0"), 0, "/t/a.c:10"},
        {"a header longer than the unit", B(HEAD4), B(FILES4), 100, ""},
        {"the longest header", B(HEAD4), B(FILES4), 0xffffff00, ""},
    };
#define HEAD5 "\5\0\4\0\0\0\0\0\1\1\1\xfb\x0e\x0d\0\1\1\1\1\0\0\0\1\0\0\1"
    /* directories: one field, DW_LNCT_path; files: path and directory_index. The row is of file 1. */
    static const struct {
        const char *what;
        struct bytes_ files;
        const char *lines;
    } cases5[] = {
        {"texts in place",
         B("\1\1\x8\2/home\0src\0"
           "\2\1\x8\2\xb\2z.c\0\0a.c\0\1"),
         "src/a.c:10"},
        {"directory 0 is not named",
         B("\1\1\x8\2/home\0src\0"
           "\2\1\x8\2\xb\2z.c\0\0a.c\0\0"),
         "a.c:10"},
        {"texts in .debug_str, and an MD5",
         B("\1\1\xe\2\0\0\0\0\0\0\0\0"
           "\3\1\xe\2\x5\5\x1e\2\4\0\0\0\0\0"
           "0123456789abcdef"
           "\4\0\0\0\1\0"
           "0123456789abcdef"),
         "dir/name.c:10"},
        {"numbers of all sizes",
         B("\1\1\x8\2x\0y\0"
           "\6\1\x8\2\x6\3\x7\4\xf\5\x9\6\x5\2"
           "z\0\0\0\0\0"
           "12345678"
           "\x81\1"
           "\2ab"
           "\0\0"
           "a\0\1\0\0\0"
           "12345678"
           "\1"
           "\0"
           "\0\0"),
         "y/a:10"},
        {"what would clear the screen", B("\0\0\1\1\xe\2\0\0\0\0\xb\0\0\0"), "?[2J.c:10"},
        {"what is no UTF-8", B("\0\0\1\1\xe\2\0\0\0\0\x12\0\0\0"), "?:10"},
        {"a text without an end", B("\0\0\1\1\xe\2\0\0\0\0\x16\0\0\0"), "?:10"},
        {"an offset past the end", B("\0\0\1\1\xe\2\0\0\0\0\0\1\0\0"), ""},
        {"an offset in a section that is not there", B("\0\0\1\1\x1f\2\0\0\0\0\0\0\0\0"), ""},
        {"a form that is not known", B("\0\0\1\1\x25\2\0\0\0\0\0\0\0\0"), ""},
        {"entries without bytes",
         B("\0\xff\xff\xff\xff\xff\xff\xff\xff\x7f"
           "\0\0"),
         ""},
        {"more entries than bytes",
         B("\1\1\xb\xff\xff\xff\xff\xff\xff\xff\xff\x7f"
           "\0\0"),
         ""},
        {"a block longer than the rest",
         B("\1\1\x9\1\xff\xff\xff\xff\xff\xff\xff\xff\x7f"
           "\0\0"),
         ""},
        {"no files at all", B("\0\0\0\0"), "?:10"},
        {"fields without an end", B("\xff\1\x8"), ""},
    };
    static const struct bytes_ head5 = B(HEAD5);
    (void)state;
    for (size_t k = 0; k < COUNT(cases); k++) {
        struct buf b = {0};
        unit(&b, cases[k].head, cases[k].files, good, cases[k].more);
        is_lines(cases[k].what, &b, cases[k].lines);
        buf_free(&b);
    }
    for (size_t k = 0; k < COUNT(cases5); k++) {
        struct buf b = {0};
        unit(&b, head5, cases5[k].files, good, 0);
        is_lines(cases5[k].what, &b, cases5[k].lines);
        buf_free(&b);
    }
}

static void units(void **state) {
    static const struct bytes_ far = B(AT("\7") "\3\x1d\1" END), broken = B(AT("\x9") "\3\x1d\1" END "\0\0");
    struct buf b = {0};
    char text[400];
    (void)state;
    unit(&b, head4, files4, far, 0);
    unit(&b, head4, files4, broken, 0);
    buf_u32(&b, 0xffffffff); /* the 64-bit format */
    buf_u64(&b, 4);
    buf_u32(&b, 0);
    unit(&b, head4, files4, good, 0);
    is_lines("what is not good between what is", &b, "src/a.c:10 - src/a.c:30");
    buf_u32(&b, 0xfffffff0);
    is_lines("a reserved length behind it", &b, "src/a.c:10 - src/a.c:30");
    /* Shorter by any number of bytes: nothing but what stood in whole units. */
    for (size_t n = 0; n < b.len; n++) {
        lines_of(b.data, n, text);
        assert_true(!*text || !strcmp(text, "- - src/a.c:30") || !strcmp(text, "src/a.c:10 - src/a.c:30"));
    }
    buf_free(&b);
}

/* --- mutations: the sections of compilers' modules, with some bytes changed --- */

static u64 next(u64 *s) {
    *s ^= *s << 13;
    *s ^= *s >> 7;
    return *s ^= *s << 17;
}

static void read_all(const u8 *p, size_t n) {
    struct load_options o = {.limits = limits_or_default(NULL)};
    struct module m = {0};
    struct error e = {0};
    m.arena.limit = 1 << 24;
    assert_int_equal(front_wasm.load(&m, p, n, &o, &e), 0); /* custom sections are no reason to refuse a module */
    for (u32 f = 0; f < m.nfunc; f++) {
        const struct func *fn = &m.func[f];
        assert_int_equal(func_ready(&m, f, &e), 0);
        func_lines(&m, f);
        for (u32 k = 0; k < fn->nline; k++) {
            assert_true(fn->line[k].insn < fn->nslot && (!k || fn->line[k - 1].insn < fn->line[k].insn));
            assert_true(!fn->line[k].file || utf8_valid((const u8 *)fn->line[k].file, strlen(fn->line[k].file)));
        }
    }
    module_free(&m);
}

static void mutate(const struct buf *file, u64 seed) {
    static const u8 odd[] = {0, 1, 0x7f, 0x80, 0xff};
    struct wasm_module w = {.p = file->data, .size = (u32)file->len};
    struct wasm_section s;
    u32 pos = 8;
    u8 *copy = malloc(file->len);
    assert_non_null(copy);
    memcpy(copy, file->data, file->len);
    while (wasm_section_next(&w, &pos, &s)) {
        if (s.id || s.name.len < 7 || memcmp(w.p + s.name.off, ".debug_", 7) || !s.body.len)
            continue;
        for (u64 n = next(&seed) % 6; n; n--) {
            u64 r = next(&seed);
            copy[s.body.off + (r >> 16) % s.body.len] = r & 1 ? odd[(r >> 1) % COUNT(odd)] : (u8)(r >> 8);
        }
    }
    read_all(copy, file->len);
    free(copy);
}

enum { MUTATIONS = 3000 };

static void mutations(void **state) {
    (void)state;
    for (size_t k = 0; k < COUNT(variants); k++) {
        struct buf file = {0};
        char path[512];
        if (access(kit_path(variants[k], path), R_OK))
            skip();
        assert_int_equal(buf_read_file(&file, path, 1 << 20), 0);
        read_all(file.data, file.len);
        for (u64 seed = 1; seed <= MUTATIONS; seed++)
            mutate(&file, seed * 0x9e3779b97f4a7c15);
        buf_free(&file);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs), cmocka_unit_test(headers), cmocka_unit_test(units),
        cmocka_unit_test(compiled), cmocka_unit_test(threads), cmocka_unit_test(mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
