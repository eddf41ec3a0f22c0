/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuzz_check.c - any program through the checker: linked without an engine, then strict, then guarded with its report.
 * in:  an ELF object; or a byte for the kind of program, one of options, and slots, which may name six maps
 * At the end the longest analysis is printed. */
#include "abi/ctxtype.h"
#include "check/report.h"
#include "front/front.h"
#include "linked.h"
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS = 50000 };
static const struct map_def maps[] = {
    {.name = "array", .type = 2, .key_size = 4, .value_size = 64, .max_entries = 4},
    {.name = "hash", .type = 1, .key_size = 4, .value_size = 16, .max_entries = 8},
    {.name = "ring", .type = 27, .max_entries = 4096},
    {.name = "percpu", .type = 6, .key_size = 4, .value_size = 32, .max_entries = 2},
    {.name = "jumps", .type = 3, .key_size = 4, .value_size = 4, .max_entries = 4},
    {.name = "const", .type = 2, .key_size = 4, .value_size = 64, .max_entries = 1, .flags = 0x80},
};

/* What took longest: it outlives an input. */
static struct {
    u64 longest_ns, steps;
} all;

static void __attribute__((destructor)) at_end(void) {
    if (all.longest_ns)
        fprintf(stderr, "longest analysis: %.3f ms, %llu instructions walked\n", (double)all.longest_ns / 1e6,
                (unsigned long long)all.steps);
}

static void print_insn(void *arg, struct buf *b, u32 func, u32 pc) {
    isa_print(b, &((const struct module *)arg)->func[func].code[pc], pc, NULL);
}

static void say(struct buf *b, const struct module *m, const struct prog *p, const struct check_result *r) {
    struct report rep = {.m = m, .insn = print_insn, .insn_arg = (void *)m, .colour = true};
    struct report_prog g = {.prog = p, .r = r};
    report_program(b, &rep, &g, true);
    report_html(b, &rep, "fuzz", &g, 1);
    buf_clear(b);
}

static void check_all(const struct link_view *l, const struct module *m, bool any_entry) {
    struct buf text = {0};
    for (u32 i = 0; i < m->nprog && i < 8; i++)
        for (int strict = 1; strict >= 0; strict--) {
            struct check_options o = {
                .strict = strict, .any_entry = any_entry, .max_steps = STEPS, .max_memory = 64 << 20};
            struct check_result r = {0};
            struct error e = {0};
            if (!check_program(l, i, &o, &r, &e)) {
                if (r.time_ns > all.longest_ns) {
                    all.longest_ns = r.time_ns;
                    all.steps = r.steps;
                }
                if (r.checks_proven > r.checks_total || (r.verdict == CHECK_ACCEPTED && r.nfail))
                    __builtin_trap();
                say(&text, m, &m->prog[i], &r);
            }
            check_drop(&r);
        }
    buf_free(&text);
}

static int load(struct module *m, const uint8_t *data, size_t size, struct error *e) {
    struct load_options o = {.name = "fuzz", .limits = {.memory = 64 << 20}};
    m->arena.limit = 64 << 20;
#ifdef HAVE_LIBELF
    if (size > 4 && !memcmp(data, "\177ELF", 4))
        return front_elf.load(m, data, size, &o, e) || validate(m, &o.limits, e) ? e->code : module_is_typed(m) ? E_UNSUP : 0;
#endif
    if (front_raw.load(m, data + 2, size - 2, &o, e))
        return e->code;
    m->nmap = COUNT(maps);
    if (!(m->map = arena_new(&m->arena, struct map_def, COUNT(maps))))
        return E_NOMEM;
    memcpy(m->map, maps, sizeof maps);
    m->prog[0].kind = data[0] % PROG_HOST;
    m->prog[0].section = ctxtypes[m->prog[0].kind].name;
    return validate(m, &o.limits, e);
}

static void check(const struct link_view *l, const struct module *m, const uint8_t *data, size_t size) {
    (void)size;
    check_all(l, m, data[1] & 1 && data[0] != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size >= 10 && shared())
        linked(data, size, load, check);
    return 0;
}
