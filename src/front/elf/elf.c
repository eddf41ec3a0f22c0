/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* elf.c - the front end for eBPF objects, straight from clang.
 * in: an ELF file      out: a module: functions, programs, maps, variables, imports
 *
 * The order of the steps is the table below. Only this file knows whether libelf and libbpf
 * are there; without them the other files of this folder are not built. */
#include "front/front.h"
#include <string.h>

static bool sniff(const u8 *p, size_t n) {
    return n >= 4 && !memcmp(p, "\177ELF", 4);
}

#if defined HAVE_LIBELF && defined HAVE_LIBBPF
#include "front/elf/elf_load.h"

static int load_sections(struct loader *l) {
    return elf_parse(&l->f, l->f.p, l->f.n, false, &l->tmp, l->e);
}

/* clang-format off */
static int (*const steps[])(struct loader *l) = {
    load_sections,      /* tables of the file, bounds checked */
    classify_sections,  /* what each section is for; license, version */
    load_btf,
    find_functions,     /* all code in one array, split by symbols */
    load_btf_ext,       /* needs functions; before anything that reports a place in code */
    load_btf_maps,
    load_legacy_maps,
    load_data,          /* one map for each data section */
    load_externs,       /* .kconfig is a map, too */
    relocate_core,
    relocate_code,      /* maps, data and functions have their numbers now */
    relocate_data,
    make_programs,      /* needs to know which functions are called */
    find_struct_ops,
    fill_map_slots,     /* maps and programs as initial values of maps */
};
/* clang-format on */

static int load(struct module *m, const u8 *p, size_t n, const struct load_options *o, struct error *e) {
    static const struct load_options none;
    struct loader l = {.m = m, .o = o ? o : &none, .e = e, .f.p = p, .f.n = n};
    size_t i;
    int r = 0;
    l.lim = limits_or_default(&l.o->limits);
    l.tmp.limit = l.lim.memory;
    if (!m->arena.limit)
        m->arena.limit = l.lim.memory;
    m->front = "elf";
    if (!(m->name = arena_strdup(&m->arena, l.o->name ? l.o->name : "")))
        r = no_memory(&l);
    for (i = 0; !r && i < COUNT(steps); i++)
        r = steps[i](&l);
    if (l.target != l.btf)
        btf_close(l.target);
    btf_close(l.btf);
    arena_drop(&l.tmp);
    return r;
}
#else
static int load(struct module *m, const u8 *p, size_t n, const struct load_options *o, struct error *e) {
    (void)m, (void)p, (void)n, (void)o;
    return fail(e, E_UNSUP, 0, "this build reads no ELF objects: it was made without libelf and libbpf");
}
#endif

const struct front front_elf = {"elf", sniff, load, NULL};
