/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* runtime.c - struct svm: configuration in, a registry that programs are linked against out. */
#include "api/api.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STR(x)                       #x
#define VERSION(major, minor, patch) STR(major) "." STR(minor) "." STR(patch)

_Static_assert(sizeof((struct svm_error *)0)->text == sizeof((struct error *)0)->text, "copied whole");
#define ERR(name, code, text) _Static_assert((int)E_##name == (int)SVM_E##name, "public codes are errors.def");
#include "base/errors.def"

const char *svm_version(void) {
    return VERSION(SVM_VERSION_MAJOR, SVM_VERSION_MINOR, SVM_VERSION_PATCH);
}

const char *svm_code_text(int code) {
    return error_name(code);
}

int give_error(struct svm_error *out, const struct error *e) {
    if (!out)
        return e->code;
    out->code = e->code;
    out->at = NOWHERE;
    out->text[0] = 0;
    if (e->code) {
        out->at = e->at;
        memcpy(out->text, e->text, sizeof out->text);
        out->text[sizeof out->text - 1] = 0;
    }
    return e->code;
}

int code_of_errno(s64 err) {
    if (err >= 0)
        return 0;
    switch (-err) {
    case ENOENT: return SVM_ENOENT;
    case EEXIST: return SVM_EEXIST;
    case E2BIG:
    case ENOSPC: return SVM_EFULL;
    case ENOMEM: return SVM_ENOMEM;
    case EBUSY: return SVM_EBUSY;
    case EPERM:
    case EACCES: return SVM_EPERM;
    case EAGAIN: return SVM_EAGAIN;
    case EOPNOTSUPP:
    case ENOSYS: return SVM_EUNSUP;
    default: return SVM_EUSAGE; /* EINVAL and what a kind of map adds */
    }
}

void vm_ref(struct svm *vm) {
    atomic_fetch_add(&vm->refs, 1);
}

void vm_unref(struct svm *vm) {
    if (!vm || atomic_fetch_sub(&vm->refs, 1) != 1)
        return;
    engine_rows_drop(vm);
    contexts_drop(vm);
    registry_drop(&vm->r);
    vm_wasi_drop(vm);
    free(vm->engine);
    free(vm);
}

void svm_free(struct svm *vm) {
    vm_unref(vm);
}

/* Fields that an older caller's struct lacks are zero: the defaults. */
static int read_config(struct svm_config *c, const struct svm_config *from, struct error *e) {
    memset(c, 0, sizeof *c);
    if (!from)
        return 0;
    if (from->size < offsetof(struct svm_config, budget) || from->size > 4096)
        return fail(e, E_USAGE, NOWHERE, "svm_config.size is %zu: use SVM_CONFIG_INIT", from->size);
    memcpy(c, from, min64(from->size, sizeof *c));
    if (c->max_frames > 64)
        return fail(e, E_USAGE, NOWHERE, "max_frames is %u: at most 64", c->max_frames);
    if (c->frame_size > 65536 || c->frame_size % 16)
        return fail(e, E_USAGE, NOWHERE, "frame_size is %u: a multiple of 16, at most 65536", c->frame_size);
    if (c->max_memory_pages > (u64)1 << 30)
        return fail(e, E_USAGE, NOWHERE, "max_memory_pages is %llu: at most 1 Gi (64 TiB)",
                    (unsigned long long)c->max_memory_pages);
    if (c->max_table > (u64)1 << 32 || c->max_call_slots > (u64)1 << 32 || c->max_nested > 10000)
        return fail(e, E_USAGE, NOWHERE, "max_table and max_call_slots are at most 4 Gi, max_nested 10,000");
    if (c->cpus > 4096)
        return fail(e, E_USAGE, NOWHERE, "cpus is %u: at most 4096", c->cpus);
    if (c->level > 3)
        return fail(e, E_USAGE, NOWHERE, "level is %u: at most 3", c->level);
    if (c->dump_ir && strcmp(c->dump_ir, "before") != 0 && strcmp(c->dump_ir, "after") != 0)
        return fail(e, E_USAGE, NOWHERE, "dump_ir is %s: before or after", c->dump_ir);
    return 0;
}

static int configure(struct svm *vm, const struct svm_config *c, struct error *e) {
    struct registry *r = &vm->r;
    if (c->engine) {
        if (!engine_find(vm, c->engine, e))
            return e->code;
        if (!(vm->engine = strdup(c->engine)))
            return fail(e, E_NOMEM, NOWHERE, "out of memory");
    }
    if (c->budget)
        r->budget = c->budget;
    if (c->max_frames)
        r->max_frames = c->max_frames;
    if (c->frame_size)
        r->frame_size = c->frame_size;
    if (c->cpus)
        r->cpus = c->cpus;
    if (c->max_map_memory)
        r->map_memory.limit = c->max_map_memory;
    if (c->max_memory)
        r->max_memory = c->max_memory;
    if (c->max_memory_pages)
        r->max_memory_pages = c->max_memory_pages;
    if (c->max_table)
        r->max_table = c->max_table;
    if (c->max_instances)
        r->max_instances = c->max_instances;
    if (c->max_calls)
        r->max_calls = c->max_calls;
    if (c->max_nested)
        r->max_nest = c->max_nested;
    if (c->max_call_slots)
        r->max_slots = c->max_call_slots;
    r->checks = !c->unsafe_no_checks;
    r->fuel = !c->no_fuel;
    if (c->cache && !(r->cache = strdup(c->cache)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    r->jit = (struct jit_options){.harden = c->harden,
                                  .debug = c->debug,
                                  .perf = c->perf,
                                  .eager = c->eager,
                                  .level = (u8)c->level,
                                  .dump_before = c->dump_ir && *c->dump_ir == 'b',
                                  .dump_after = c->dump_ir && *c->dump_ir == 'a',
                                  .time_passes = c->time_passes,
                                  .cache = r->cache};
    r->print = c->print;
    r->print_arg = c->print_arg;
    r->fib = c->fib;
    r->mtu = c->mtu;
    r->net_arg = c->net_arg;
    vm->limits = (struct limits){.insns = c->max_insns, .maps = c->max_maps, .memory = c->max_module_memory};
    return 0;
}

struct svm *svm_new(const struct svm_config *config, struct svm_error *err) {
    struct error e = {0};
    struct svm_config c;
    struct svm *vm = NULL;
    if (read_config(&c, config, &e))
        goto out;
    vm = calloc(1, sizeof *vm);
    if (!vm || registry_init(&vm->r)) {
        fail(&e, E_NOMEM, NOWHERE, "out of memory");
        free(vm);
        vm = NULL;
        goto out;
    }
    atomic_init(&vm->refs, 1);
    if (engine_rows_init(vm))
        fail(&e, E_NOMEM, NOWHERE, "out of memory");
    else
        configure(vm, &c, &e);
    if (e.code) {
        vm_unref(vm);
        vm = NULL;
    }
out:
    give_error(err, &e);
    return vm;
}
