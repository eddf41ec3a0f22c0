/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tell.c - what gdb, perf and listings are told of a program's code. gdb gets the objects themselves, with the
 * addresses at which their sections stand; the others get functions by their symbols, NAME.NUMBER (abi/native.h). */
#include "engine/native/object.h"
#include "engine/native/run.h"
#include "engine/tell/tell.h"
#include <stdlib.h>
#include <string.h>

/* Calls fn for each function of the block that has a symbol. */
typedef void symbol_fn(void *arg, u32 part, const char *name, const u8 *code, u32 size);
static void each_symbol(const struct native_code_block *c, symbol_fn *fn, void *arg) {
    for (u32 k = 0; k < c->npart; k++) {
        const struct opart_kept *p = &c->part[k];
        const Elf64_Ehdr *h = (const void *)p->elf.data;
        const Elf64_Shdr *sh = p->elf.len ? (const void *)(p->elf.data + h->e_shoff) : NULL;
        for (u32 s = 0; sh && s < h->e_shnum; s++) {
            const Elf64_Sym *y = (const void *)(p->elf.data + sh[s].sh_offset);
            for (u64 n = sh[s].sh_type == SHT_SYMTAB ? sh[s].sh_size / sizeof *y : 0; n; n--, y++)
                if (ELF64_ST_TYPE(y->st_info) == STT_FUNC && y->st_shndx < h->e_shnum && sh[y->st_shndx].sh_addr)
                    fn(arg, k, (const char *)p->elf.data + sh[sh[s].sh_link].sh_offset + y->st_name,
                       (const u8 *)(uintptr_t)(sh[y->st_shndx].sh_addr + y->st_value), (u32)y->st_size);
        }
    }
}

/* --- gdb --- */

/* gdb adds what it needs of the sections' addresses to its debug sections itself. */
static void tell_gdb(struct native_image *im) {
    for (u32 k = 0; k < im->code->npart; k++) {
        struct buf copy = {0};
        buf_add(&copy, im->code->part[k].elf.data, im->code->part[k].elf.len);
        native_source_lines(&copy, im->l.m);
        gdb_tell(&im->told, &copy);
    }
}

/* --- perf --- */

struct asked {
    const struct native_image *im;
    const u8 *code;
    u32 size, part;
    void (*fn)(void *arg, u32 at, const struct line *l);
    void *arg;
    struct line last;
};

static void add_line(void *arg, const struct native_at *r) {
    struct asked *a = arg;
    const struct module *m = a->im->l.m;
    const struct line *l = &r->line;
    u32 func = (u32)(r->place >> 32);
    if (r->placed)
        l = func < m->nfunc ? module_line(m, func, (u32)r->place) : NULL;
    if (l && l->file && l->line)
        a->fn(a->arg, r->at, l);
}

static void lines_of(const void *of, void (*fn)(void *arg, u32 at, const struct line *l), void *arg) {
    struct asked a = *(const struct asked *)of;
    a.fn = fn;
    a.arg = arg;
    native_rows(a.im->code, a.part, a.code, a.size, add_line, &a);
}

static void tell_perf(void *arg, u32 part, const char *name, const u8 *code, u32 size) {
    struct native_image *im = arg;
    struct asked a = {.im = im, .code = code, .size = size, .part = part};
    const char *dot = strrchr(name, '.');
    struct buf short_name = {0}; /* as the program has it */
    buf_add(&short_name, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
    if (!short_name.oom)
        perf_add(im->perf, &(struct perf_code){buf_str(&short_name), code, size, lines_of, &a});
    buf_free(&short_name);
}

void native_tell(struct native_image *im) {
    if (!im->code)
        return;
    if (im->l.jit.debug)
        tell_gdb(im);
    if (im->l.jit.perf && (im->perf = perf_open()))
        each_symbol(im->code, tell_perf, im);
}

void native_forget(struct native_image *im) {
    perf_close(im->perf);
    gdb_forget(im->told);
}

/* --- listings --- */

struct wanted {
    const char *name, *entry; /* the entry counts where the function itself has become part of it */
    const u8 *code;
    u32 size, part;
    bool own;
};
static void look(void *arg, u32 part, const char *name, const u8 *code, u32 size) {
    struct wanted *w = arg;
    bool own = !strcmp(name, w->name);
    if (!own && (w->own || strcmp(name, w->entry) != 0))
        return;
    w->code = code;
    w->size = size;
    w->part = part;
    w->own = own;
}

struct listed {
    u32 func;
    struct buf spot;
};
static void add_spot(void *arg, const struct native_at *r) {
    struct listed *l = arg;
    bool own = r->placed && r->place >> 32 == l->func;
    struct spot s = {r->at, own ? (u32)r->place : SPOT_NONE};
    buf_add(&l->spot, &s, sizeof s);
}

/* A function that is part of all its callers has no code of its own. */
int native_listing(const void *image, u32 func, struct native_code *out, struct error *e) {
    struct native_image *im = (struct native_image *)(uintptr_t)image;
    struct native_spots *kept = calloc(1, sizeof *kept);
    const char *name = im->l.m->func[func].name;
    struct buf own = {0}, entry = {0};
    struct wanted w = {0};
    struct listed l = {.func = func};
    name = name && *name ? name : "f";
    buf_printf(&own, "%s.%u", name, func);
    buf_printf(&entry, "%s.enter.%u", name, func);
    w.name = buf_str(&own);
    w.entry = buf_str(&entry);
    if (im->code && !own.oom && !entry.oom)
        each_symbol(im->code, look, &w);
    if (w.code)
        native_rows(im->code, w.part, w.code, w.size, add_spot, &l);
    if (!kept || own.oom || entry.oom || l.spot.oom) {
        free(kept);
        buf_free(&l.spot);
        fail(e, E_NOMEM, NOWHERE, "out of memory");
    } else {
        kept->spot = l.spot;
        kept->next = atomic_load(&im->spots);
        while (!atomic_compare_exchange_weak(&im->spots, &kept->next, kept))
            ;
        *out = (struct native_code){w.code, w.size, (const void *)kept->spot.data,
                                    (u32)(kept->spot.len / sizeof(struct spot))};
    }
    buf_free(&own);
    buf_free(&entry);
    return e->code;
}
