/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* key.c - the key of a job: the module as a .svm file (or as the file that it is lowered from), what it was linked with
 * as far as code depends on it, options, this build with its plug-in, LLVM and the processor. Addresses of this process
 * are not in it: they are not in objects either. */
#include "engine/llvm/key.h"
#include "abi/ctxtype.h"
#include "abi/map_layout.h"
#include "abi/native.h"
#include "base/build_id.h"
#include "front/svm/io.h"
#include "ir/facts.h"
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__linux__)
#include <sys/auxv.h>
#endif

static void add_u64(struct blake2 *s, u64 v) {
    blake2_add(s, &v, sizeof v);
}
/* With its length in front, so that two of them are not one. */
static void add_bytes(struct blake2 *s, const void *p, size_t n) {
    add_u64(s, n);
    blake2_add(s, p, n);
}
static void add_text(struct blake2 *s, const char *p) {
    add_u64(s, p != NULL);
    add_bytes(s, p ? p : "", p ? strlen(p) : 0);
}

/* --- the machine --- */

static void add_processor(struct blake2 *s) {
#if defined(__x86_64__)
    static const u32 leaf[][2] = {{0, 0}, {1, 0}, {7, 0}, {7, 1}, {0x80000001, 0}};
    u32 r[4];
    for (u32 k = 0; k < COUNT(leaf); k++) {
        if (!__get_cpuid_count(leaf[k][0], leaf[k][1], &r[0], &r[1], &r[2], &r[3]))
            memset(r, 0, sizeof r);
        if (leaf[k][0] == 1)
            r[1] = 0; /* which of the processors it is that answers */
        blake2_add(s, r, sizeof r);
    }
    if (__get_cpuid(1, &r[0], &r[1], &r[2], &r[3]) && r[2] & bit_OSXSAVE) { /* registers that the system saves */
        u32 lo, hi;
        __asm__("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
        add_u64(s, (u64)hi << 32 | lo);
    }
#elif defined(__linux__)
    add_u64(s, getauxval(AT_HWCAP));
    add_u64(s, getauxval(AT_HWCAP2));
    add_text(s, (const char *)getauxval(AT_PLATFORM));
#endif
}

static void add_options(struct blake2 *s, const struct llvm_job *j) {
    const struct llvm_options *o = &j->o;
    add_text(s, "supervm llvm");
    add_text(s, svm_build_id());
#ifdef HAVE_LLVM
    add_text(s, HAVE_LLVM);
#endif
    add_u64(s, NATIVE_VERSION);
    add_u64(s, LLVM_PLUGIN_VERSION);
    add_u64(s, j->kind);
    add_u64(s, (u64)o->level);
    add_u64(s, (u64)o->frames << 2 | (u64)o->places << 1 | o->debug);
    add_u64(s, (u64)o->harden << 1 | o->bounds); /* what the numbers are hidden by is the object's own */
    add_u64(s, o->parts);
    add_text(s, o->triple);
    add_text(s, o->cpu);
    add_text(s, o->features);
    add_text(s, j->name);
    add_bytes(s, j->module.p, j->module.n);
    add_bytes(s, j->assumed, j->assumed ? j->l->m->nfunc : 0);
    add_u64(s, j->context);
    if (!o->triple || !o->cpu)
        add_processor(s);
}

/* --- the program --- */

static bool add_module(struct blake2 *s, const struct module *m) {
    struct buf b = {0};
    struct error e = {0};
    bool ok = true;
    add_text(s, m->front);
    add_text(s, m->name); /* in line tables */
    if (m->lower && m->bytes) {
        add_bytes(s, m->bytes, m->nbytes);
        return true;
    }
    ok = !svmfile_write(m, &b, &e) && !b.oom;
    add_bytes(s, b.data, b.len);
    buf_free(&b);
    return ok;
}

static void add_helper(struct blake2 *s, const struct helper *h) {
    add_u64(s, h != NULL);
    if (!h)
        return;
    add_text(s, h->name);
    add_u64(s, h->id);
    add_u64(s, h->result);
    blake2_add(s, h->arg, sizeof h->arg);
    add_u64(s, (u64)h->ends_if_zero << 1 | (h->user != NULL));
    add_bytes(s, h->code ? h->code->bytes : "", h->code ? h->code->n : 0);
    add_text(s, h->code ? h->code->symbol : NULL);
}

static void add_map(struct blake2 *s, const struct map_view *v) {
    const struct map *m = v->map;
    add_u64(s, v->handle);
    add_u64(s, v->value != NULL);
    add_u64(s, v->value_len);
    add_u64(s, (u64)v->stride << 32 | v->max_entries);
    add_u64(s, (u64)v->type << 32 | v->key_size);
    add_u64(s, (u64)v->read_only << 1 | (v->find != NULL));
    add_u64(s, m != NULL);
    if (m) {
        add_u64(s, (u64)m->value_size << 32 | m->cpu_stride);
        add_u64(s, (u64)m->flags << 32 | (u64)m->read_only << 2 | (u64)m->write_only << 1 | m->frozen);
    }
    if (v->read_only && v->value) /* constants, where nobody else writes them either */
        add_bytes(s, v->value, v->value_len);
}

static void add_context(struct blake2 *s, const struct ctxtype *t) {
    add_u64(s, t != NULL);
    if (!t)
        return;
    add_text(s, t->name);
    add_u64(s, (u64)t->kind << 32 | (u64)t->form << 16 | t->writable);
    add_u64(s, (u64)t->size << 32 | t->host_size);
    add_u64(s, t->nfield);
    for (u32 k = 0; k < t->nfield; k++) {
        const struct field *f = &t->field[k];
        add_text(s, f->name);
        add_u64(s, (u64)f->off << 48 | (u64)f->size << 32 | (u64)f->host_off << 16 | f->host_size);
        add_u64(s, (u64)f->kind << 8 | f->access);
    }
    add_u64(s, t->nbuffer);
    for (u32 k = 0; k < t->nbuffer; k++)
        add_u64(s, (u64)t->buffer[k].start << 32 | (u64)t->buffer[k].end << 1 | t->buffer[k].writable);
}

static void add_facts(struct blake2 *s, const struct link_view *l) {
    add_u64(s, l->facts != NULL);
    for (u32 f = 0; l->facts && f < l->m->nfunc; f++) {
        const struct func_facts *x = &l->facts[f];
        u32 n = x->of ? l->m->func[f].nslot : 0;
        add_context(s, x->ctx);
        add_u64(s, x->bounded);
        add_u64(s, n);
        for (u32 k = 0; k < n; k++)
            add_u64(s, (u64)(u32)x->of[k].off << 32 | (u64)x->of[k].region << 16 | x->of[k].bits);
        add_bytes(s, l->m->func[f].code, n * sizeof *l->m->func[f].code); /* what was proven stands in it (opt/proven.c) */
    }
}

static void add_link(struct blake2 *s, const struct link_view *l) {
    const struct module *m = l->m;
    add_u64(s, (u64)l->checks << 3 | (u64)l->fuel << 2 | (u64)l->exact_regs << 1 | (l->arena != 0));
    add_u64(s, l->frame_size);
    add_u64(s, l->nhelper);
    for (u32 k = 0; k < l->nhelper; k++)
        add_helper(s, l->helper[k]);
    for (u32 k = 0; k < m->nimport; k++) {
        if (m->import[k].kind == IMPORT_FUNC)
            add_helper(s, l->import ? l->import[k] : NULL);
        else
            add_u64(s, l->import_addr && l->import_addr[k]);
    }
    for (u32 k = 0; k < m->nmap; k++)
        add_map(s, &l->map[k]);
    add_context(s, l->context);
    add_facts(s, l);
}

bool llvm_key(const struct llvm_job *j, u8 key[BLAKE2_BYTES]) {
    struct blake2 s;
    bool ok;
    blake2_begin(&s);
    add_options(&s, j);
    ok = add_module(&s, j->l->m);
    if (ok)
        add_link(&s, j->l);
    blake2_end(&s, key);
    return ok;
}
