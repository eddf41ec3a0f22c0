/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* elf_load.c - objects from every clang that is there: loaded, described as text, and held
 * against the lines of test/elf/NAME.expect, each of which must be in the description
 * ("not LINE": must not be).
 *
 * Lines that steer: kconfig TEXT, target FILE.c (whose BTF CO-RE is relocated against),
 * clang N (the first version that emits what is tested; compiled with -mcpu=v4 then). */
#include "abi/ctx.h"
#include "abi/ctxtype.h"
#include "ir/module.h"
#include <dirent.h>
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

extern const struct front front_elf;

enum { MAX_COMPILERS = 8, SRC_MAP = 5, SRC_MAP_VALUE = 6, SRC_FUNC = 4 };
struct compiler {
    const char *command;
    int version;
};
struct compilers {
    struct compiler c[MAX_COMPILERS];
    int n;
    char folder[64];
};

static void find_compiler(struct compilers *all, const char *command) {
    char line[300];
    int i, version = 0;
    FILE *p;
    if (!command || !*command || all->n == MAX_COMPILERS)
        return;
    snprintf(line, sizeof line, "echo __clang_major__ | %s -E -P -x c - 2>/dev/null", command);
    if (!(p = popen(line, "r")))
        return;
    if (fscanf(p, "%d", &version) != 1)
        version = 0;
    pclose(p);
    for (i = 0; i < all->n; i++)
        if (all->c[i].version == version)
            return;
    if (version >= 14)
        all->c[all->n++] = (struct compiler){command, version};
}

static int set_up(void **state) {
    static const char *const names[] = {"clang",    "clang-14", "clang-15", "clang-16", "clang-17",
                                        "clang-18", "clang-19", "clang-20", "clang-21", "clang-22"};
    struct compilers *all = calloc(1, sizeof *all);
    size_t i;
    if (!all)
        return -1;
    *state = all;
    find_compiler(all, getenv("SVM_CLANG"));
    for (i = 0; i < COUNT(names); i++)
        find_compiler(all, names[i]);
    strcpy(all->folder, "/tmp/supervm-elf-XXXXXX");
    if (!all->n)
        print_message("skipped: no clang that compiles for eBPF\n");
    return mkdtemp(all->folder) ? 0 : -1;
}

static int tear_down(void **state) {
    struct compilers *all = *state;
    char line[100];
    snprintf(line, sizeof line, "rm -rf %s", all->folder);
    if (system(line))
        print_message("%s is left behind\n", all->folder);
    free(all);
    return 0;
}

/* Compiles test/elf/NAME.c; the path of the object. */
static void compile(const struct compilers *all, const struct compiler *c, const char *name, const char *flags,
                    char *object, size_t size) {
    char line[600];
    snprintf(object, size, "%s/%s-%d.o", all->folder, name, c->version);
    snprintf(line, sizeof line, "cd %s/elf && %s -O2 -g -target bpf %s -Wno-unused -c %s.c -o %s", TEST_DIR, c->command,
             flags, name, object);
    if (system(line))
        fail_msg("%s", line);
}

/* --- the description --- */

static const char *const flavours[] = {"", " rodata", " data", " bss", " kconfig", " jumptable"};
static const char *const map_types[] = {
    [1] = "hash", [2] = "array", [3] = "prog_array", [12] = "array_of_maps", [27] = "ringbuf", [30] = "bloom_filter"};

static void describe_map(struct buf *b, const struct module *m, const struct map_def *d) {
    u32 i;
    buf_printf(b, "map %s %s", d->name, d->type < COUNT(map_types) && map_types[d->type] ? map_types[d->type] : "?");
    if (d->key_size)
        buf_printf(b, " key %u", d->key_size);
    /* What the compiler packs into these sections with our variables is its affair. */
    if (d->value_size && d->flavour != MAP_KCONFIG && d->flavour != MAP_DATA && d->flavour != MAP_RODATA)
        buf_printf(b, " value %u", d->value_size);
    else if (d->flavour == MAP_DATA && strcmp(d->name, ".data"))
        buf_printf(b, " value %u", d->value_size);
    buf_printf(b, " entries %u flags 0x%x", d->max_entries, d->flags);
    if (d->extra)
        buf_printf(b, " extra %llu", (unsigned long long)d->extra);
    if (d->pinning)
        buf_printf(b, " pinning %u", d->pinning);
    if (d->inner)
        buf_printf(b, " inner %u/%u/%u/%u", d->inner->type, d->inner->key_size, d->inner->value_size,
                   d->inner->max_entries);
    for (i = 0; i < d->nslot; i++)
        buf_printf(b, " [%u]=%s %s", d->slot[i].index, d->slot[i].kind ? "prog" : "map",
                   d->slot[i].kind ? m->prog[d->slot[i].target].name : m->map[d->slot[i].target].name);
    if (d->btf_value)
        buf_printf(b, " typed");
    buf_printf(b, "%s\n", flavours[d->flavour]);
}

static const struct var *var_at(const struct module *m, u32 map, u64 off) {
    u32 i;
    for (i = 0; i < m->nvar; i++)
        if (m->var[i].map == map && off >= m->var[i].off && off < m->var[i].off + m->var[i].size)
            return &m->var[i];
    return NULL;
}

static void describe_var(struct buf *b, const struct module *m, const struct var *v) {
    const struct map_def *d = &m->map[v->map];
    u64 word = 0;
    u32 i;
    buf_printf(b, "var %s %s%s ", v->name, d->name, v->read_only ? " read-only" : "");
    for (i = v->off; i < v->off + v->size; i++)
        buf_printf(b, "%02x", i < d->init_size ? d->init[i] : 0);
    buf_printf(b, "\n");
    if (v->size != 8 || v->off + 8 > d->init_size)
        return;
    memcpy(&word, d->init + v->off, 8);
    if (handle_tag(word) == TAG_FUNC)
        buf_printf(b, "handle %s func %s\n", v->name, m->func[handle_index(word)].name);
}

static void describe_ptr(struct buf *b, const struct module *m, const struct map_ptr *p) {
    const struct var *from = var_at(m, p->map, p->off), *to = var_at(m, p->target, p->add);
    buf_printf(b, "pointer %s ", from ? from->name : "?");
    if (!to)
        buf_printf(b, "%s", m->map[p->target].name);
    else if (p->add > to->off)
        buf_printf(b, "%s+%llu", to->name, (unsigned long long)(p->add - to->off));
    else
        buf_printf(b, "%s", to->name);
    buf_printf(b, "\n");
}

static void describe_code(struct buf *b, const struct module *m, const struct func *f) {
    u32 i;
    for (i = 0; i < f->nslot; i++) {
        u64 s = f->slot[i];
        u8 code = (u8)s, src = s >> 12 & 15;
        s32 imm = (s32)(s >> 32);
        const struct func *to = NULL;
        if ((code == 0x85 && src == 1) || (code == 0x18 && src == SRC_FUNC))
            to = module_func_at(m, f->base + i + 1 + (u32)imm);
        if (to)
            buf_printf(b, "calls %s %s\n", f->name, to->name);
        if (code == 0x18 && (src == SRC_MAP || src == SRC_MAP_VALUE))
            buf_printf(b, "uses %s %s\n", f->name, m->map[imm].name);
        if (i < 2)
            buf_printf(b, "slot %s %u 0x%016llx\n", f->name, i, (unsigned long long)s);
    }
    if (f->nslot == 2 && ((u8)f->slot[0] == 0xb7 || (u8)f->slot[0] == 0xb4) && (u8)f->slot[1] == 0x95)
        buf_printf(b, "returns %s 0x%x\n", f->name, (u32)(f->slot[0] >> 32));
    if (f->nslot == 3 && (u8)f->slot[0] == 0x18 && (u8)f->slot[2] == 0x95)
        buf_printf(b, "returns %s 0x%llx\n", f->name, (unsigned long long)(f->slot[0] >> 32 | f->slot[1] >> 32 << 32));
}

static void describe_func(struct buf *b, const struct module *m, const struct func *f) {
    u32 i, n = 0;
    buf_printf(b, "func %s %s %s\n", f->name, f->section, f->global ? "global" : "static");
    for (i = 0; i < f->nline; i++)
        buf_printf(b, "source %s %s\n", f->name, f->line[i].text);
    for (i = 0; f->jump_ok && i < f->nslot; i++)
        n += f->jump_ok[i / 64] >> i % 64 & 1;
    if (n > 2)
        buf_printf(b, "jumps %s\n", f->name);
    describe_code(b, m, f);
}

static void describe(struct buf *b, const struct module *m) {
    u32 i;
    buf_printf(b, "\nlicense %s (%sgpl)\n", m->license, m->gpl ? "" : "not ");
    if (m->kernel_version)
        buf_printf(b, "version 0x%x\n", m->kernel_version);
    for (i = 0; i < m->nprog; i++)
        buf_printf(b, "prog %s %s%s\n", m->prog[i].name, m->prog[i].section, m->prog[i].kind == PROG_RAW ? " raw" : "");
    for (i = 0; i < m->nmap; i++)
        describe_map(b, m, &m->map[i]);
    for (i = 0; i < m->nvar; i++)
        describe_var(b, m, &m->var[i]);
    for (i = 0; i < m->nptr; i++)
        describe_ptr(b, m, &m->ptr[i]);
    for (i = 0; i < m->nimport; i++)
        buf_printf(b, "import %s %s %s%s\n", m->import[i].name,
                   m->import[i].kind == IMPORT_FUNC ? "function" : "variable", m->import[i].weak ? "weak" : "strong",
                   m->import[i].btf_type ? " typed" : "");
    for (i = 0; i < m->nfunc; i++)
        describe_func(b, m, &m->func[i]);
}

/* --- the comparison --- */

static const char *steer(const char *expect, const char *word, char *out, size_t size) {
    const char *at;
    size_t n = strlen(word);
    for (at = expect; at && *at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL)
        if (!strncmp(at, word, n) && at[n] == ' ') {
            snprintf(out, size, "%.*s", (int)strcspn(at + n + 1, "\n"), at + n + 1);
            return out;
        }
    return NULL;
}

static void compare(const char *expect, const char *text, const char *object) {
    char line[400];
    bool bad = false;
    while (*expect) {
        size_t n = strcspn(expect, "\n");
        bool never = !strncmp(expect, "not ", 4);
        snprintf(line, sizeof line, "\n%.*s\n", (int)(n - (never ? 4 : 0)), expect + (never ? 4 : 0));
        if (strncmp(expect, "kconfig ", 8) && strncmp(expect, "target ", 7) && strncmp(expect, "clang ", 6) &&
            !strstr(text, line) != never) {
            print_error("%s: %s%s", object, never ? "unexpected:" : "missing:", line);
            bad = true;
        }
        expect += n + (expect[n] == '\n');
    }
    if (bad)
        fail_msg("the description was:%s", text);
}

static void run_case(const struct compilers *all, const struct compiler *c, const char *name) {
    char path[400], object[300], target[300], word[200], *config = NULL;
    struct buf expect = {0}, file = {0}, text = {0}, kconfig = {0};
    struct load_options o = {.name = name};
    struct module m = {0};
    struct error e = {0};
    struct limits lim = limits_or_default(&o.limits);
    const char *flags = "-mcpu=v3";
    char *at;
    snprintf(path, sizeof path, "%s/elf/%s.expect", TEST_DIR, name);
    assert_int_equal(buf_read_file(&expect, path, 1 << 20), 0);
    buf_str(&expect);
    if (steer(buf_str(&expect), "clang", word, sizeof word)) {
        if (c->version < atoi(word))
            goto out;
        flags = "-mcpu=v4";
    }
    for (at = (char *)expect.data; (at = strstr(at, "kconfig ")); at++)
        if (at == (char *)expect.data || at[-1] == '\n')
            buf_printf(&kconfig, "%.*s\n", (int)strcspn(at + 8, "\n"), at + 8);
    if (kconfig.len)
        o.kconfig = config = strdup(buf_str(&kconfig));
    if (steer(buf_str(&expect), "target", word, sizeof word)) {
        word[strcspn(word, ".")] = 0;
        compile(all, c, word, "-mcpu=v3", target, sizeof target);
        o.target_btf = target;
    }
    compile(all, c, name, flags, object, sizeof object);
    assert_int_equal(buf_read_file(&file, object, 1 << 24), 0);
    assert_true(front_elf.sniff(file.data, file.len));
    if (front_elf.load(&m, file.data, file.len, &o, &e) || validate(&m, &lim, &e))
        fail_msg("%s: %s", object, e.text);
    describe(&text, &m);
    compare(buf_str(&expect), buf_str(&text), object);
out:
    free(config);
    module_free(&m);
    buf_free(&expect), buf_free(&file), buf_free(&text), buf_free(&kconfig);
}

static void objects(void **state) {
    const struct compilers *all = *state;
    struct dirent **entry;
    int i, k, n = scandir(TEST_DIR "/elf", &entry, NULL, alphasort), ran = 0;
    assert_true(n > 0);
    for (i = 0; i < n; i++) {
        char name[300];
        size_t len = strlen(entry[i]->d_name);
        if (len > 7 && !strcmp(entry[i]->d_name + len - 7, ".expect")) {
            snprintf(name, sizeof name, "%.*s", (int)len - 7, entry[i]->d_name);
            for (k = 0; k < all->n; k++, ran++)
                run_case(all, &all->c[k], name);
        }
        free(entry[i]);
    }
    free(entry);
    print_message("%d objects by %d compilers\n", ran, all->n);
}

/* --- what must be refused, and how --- */

struct wrong {
    const char *what;
    size_t at;
    u64 value;
    u32 size;
    size_t cut;
    const char *says;
};
static const struct wrong wrongs[] = {
    {"32-bit", 4, 1, 1, 0, "32-bit ELF"},
    {"big-endian", 5, 2, 1, 0, "big-endian"},
    {"executable", 16, 2, 2, 0, "not a relocatable object"},
    {"for x86-64", 18, 62, 2, 0, "machine 62"},
    {"no section table", 40, 0, 8, 0, "no section table"},
    {"section table outside", 40, 0xffffffffffffff00, 8, 0, "lies outside the file"},
    {"small section headers", 58, 40, 2, 0, "section headers of 40 bytes"},
    {"bad section of names", 62, 999, 2, 0, "no section 999"},
    {"cut in the header", 0, 0x7f, 1, 40, "file ends after 40 bytes"},
    {"cut in the middle", 0, 0x7f, 1, 600, "outside the file"},
    {"not ELF", 0, 0, 1, 0, "not an ELF file"},
};

static void refusals(void **state) {
    const struct compilers *all = *state;
    struct buf file = {0};
    char object[300];
    size_t i;
    if (!all->n)
        skip();
    compile(all, &all->c[0], "calls", "-mcpu=v3", object, sizeof object);
    assert_int_equal(buf_read_file(&file, object, 1 << 24), 0);
    for (i = 0; i < COUNT(wrongs); i++) {
        const struct wrong *w = &wrongs[i];
        struct load_options o = {.name = w->what};
        struct module m = {0};
        struct error e = {0};
        u8 *copy = malloc(file.len);
        assert_non_null(copy);
        memcpy(copy, file.data, file.len);
        memcpy(copy + w->at, &w->value, w->size);
        assert_true(front_elf.load(&m, copy, w->cut ? w->cut : file.len, &o, &e) < 0);
        if (!strstr(e.text, w->says))
            fail_msg("%s: says '%s', not '%s'", w->what, e.text, w->says);
        module_free(&m);
        free(copy);
    }
    buf_free(&file);
}

/* Each prefix of an object, and each byte of it changed: an error or a module, never more. */
static void damage(void **state) {
    const struct compilers *all = *state;
    struct buf file = {0};
    char object[300];
    size_t i;
    if (!all->n)
        skip();
    compile(all, &all->c[0], "maps", "-mcpu=v3", object, sizeof object);
    assert_int_equal(buf_read_file(&file, object, 1 << 24), 0);
    for (i = 0; i < 2 * file.len; i += 1 + file.len / 2000) {
        struct load_options o = {.name = "damaged"};
        struct limits lim = limits_or_default(&o.limits);
        struct module m = {0};
        struct error e = {0};
        size_t n = i < file.len ? i : file.len;
        u8 *copy = malloc(n + 1);
        assert_non_null(copy);
        memcpy(copy, file.data, n);
        if (i >= file.len)
            copy[i - file.len] ^= (u8)(1 + i % 255);
        if (!front_elf.load(&m, copy, n, &o, &e))
            validate(&m, &lim, &e);
        module_free(&m);
        free(copy);
    }
    buf_free(&file);
}

/* As the first LLVM wrote them: no machine, and relocations of type 0. The same maps are loaded. */
static void no_machine(void **state) {
    const struct compilers *all = *state;
    struct buf file = {0};
    struct load_options o = {.name = "old"};
    struct module m = {0}, old = {0};
    struct error e = {0};
    Elf64_Ehdr h;
    char object[300];
    u32 loads = 0;
    if (!all->n)
        skip();
    compile(all, &all->c[0], "legacy", "-mcpu=v1", object, sizeof object);
    assert_int_equal(buf_read_file(&file, object, 1 << 24), 0);
    assert_int_equal(front_elf.load(&m, file.data, file.len, &o, &e), 0);
    memcpy(&h, file.data, sizeof h);
    memset(file.data + offsetof(Elf64_Ehdr, e_machine), 0, 2);
    for (u32 i = 0; i < h.e_shnum; i++) {
        Elf64_Shdr s, code;
        memcpy(&s, file.data + h.e_shoff + i * sizeof s, sizeof s);
        if (s.sh_type != SHT_REL)
            continue;
        memcpy(&code, file.data + h.e_shoff + s.sh_info * sizeof s, sizeof code);
        for (u64 at = s.sh_offset; code.sh_flags & SHF_EXECINSTR && at < s.sh_offset + s.sh_size;
             at += sizeof(Elf64_Rel)) {
            Elf64_Rel r;
            memcpy(&r, file.data + at, sizeof r);
            if (ELF64_R_TYPE(r.r_info) != 1)
                continue;
            r.r_info = ELF64_R_INFO(ELF64_R_SYM(r.r_info), 0);
            memcpy(file.data + at, &r, sizeof r);
            loads++;
        }
    }
    assert_true(loads > 0);
    if (front_elf.load(&old, file.data, file.len, &o, &e))
        fail_msg("%s", e.text);
    assert_int_equal(old.nfunc, m.nfunc);
    assert_memory_equal(old.func[0].slot, m.func[0].slot, m.func[0].nslot * 8);
    module_free(&m);
    module_free(&old);
    buf_free(&file);
}

static void limits(void **state) {
    const struct compilers *all = *state;
    static const struct {
        struct limits lim;
        const char *says;
    } rows[] = {
        {{.insns = 3}, "more than 3 instructions"},
        {{.maps = 2}, "more than 2 maps"},
        {{.funcs = 1}, "the limit is 1"},
        {{.memory = 4096}, "out of memory"},
    };
    struct buf file = {0};
    char object[300];
    size_t i;
    if (!all->n)
        skip();
    compile(all, &all->c[0], "maps", "-mcpu=v3", object, sizeof object);
    assert_int_equal(buf_read_file(&file, object, 1 << 24), 0);
    for (i = 0; i < COUNT(rows); i++) {
        struct load_options o = {.name = "limits", .limits = rows[i].lim};
        struct module m = {0};
        struct error e = {0};
        assert_true(front_elf.load(&m, file.data, file.len, &o, &e) < 0);
        if (!strstr(e.text, rows[i].says))
            fail_msg("says '%s', not '%s'", e.text, rows[i].says);
        module_free(&m);
    }
    buf_free(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects),    cmocka_unit_test(refusals), cmocka_unit_test(damage),
        cmocka_unit_test(no_machine), cmocka_unit_test(limits),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
