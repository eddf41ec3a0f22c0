/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* guest.c - WebAssembly beside eBPF: objects whose maps and programs a module may open (--bpf), and a module that is
 * called while a program goes over its packets (--control). */
#include "cli/run.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct beside { /* one --bpf */
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *in;
};

/* ---- what is granted ---- */

static int name_taken(const char *file, const char *name, int rc) {
    return refuse(rc == SVM_EEXIST ? "%s: the name %s is there already: --bpf FILE=NAME makes it NAME.%s"
                                   : "%s: %s cannot be granted%.0s",
                  file, name, name);
}

/* All maps but those that hold constants or programs; all programs but those of a context of the host's own. */
static int grant_all(struct svm_linker *l, const char *file, const char *as, const struct svm_module *m,
                     struct svm_program *p, struct svm_instance *in) {
    struct svm_map_info map;
    struct svm_prog_info prog;
    char name[300];
    int rc;
    for (size_t i = 0; svm_module_map(m, i, &map); i++) {
        snprintf(name, sizeof name, "%s%s%s", as, *as ? "." : "", map.name);
        if (!map_is_hidden(&map) && (rc = svm_linker_grant_map(l, name, svm_program_map(p, map.name), true)))
            return name_taken(file, name, rc);
    }
    for (size_t i = 0; svm_module_prog(m, i, &prog); i++) {
        snprintf(name, sizeof name, "%s%s%s", as, *as ? "." : "", prog.name);
        if (prog.kind != SVM_KIND_CONTEXT && (rc = svm_linker_grant_program(l, name, in, prog.name)))
            return name_taken(file, name, rc);
    }
    return EXIT_WELL;
}

/* FILE, or FILE=NAME. */
static int load_beside(struct run *r, struct svm_linker *l, const char *text, struct beside *b) {
    struct svm_load_options o = SVM_LOAD_INIT;
    const char *equals = strrchr(text, '=');
    char *file = equals ? strndup(text, (size_t)(equals - text)) : strdup(text);
    struct svm_error err;
    int status = EXIT_WELL;
    if (!file)
        return refuse("out of memory");
    o.target_btf = r->btf;
    if (!(b->m = load_input(r->vm, file, &o, &status)))
        goto out;
    if (!(b->p = svm_program_link(b->m, NULL, &err)) || !(b->in = svm_instance_new(b->p, &err)))
        status = refuse("%s: %s", file, err.text);
    else
        status = grant_all(l, file, equals ? equals + 1 : "", b->m, b->p, b->in);
out:
    free(file);
    return status;
}

int guest_grants(struct run *r, struct svm_linker *l) {
    int status = EXIT_WELL;
    if (!r->nbpf)
        return EXIT_WELL;
    if (svm_linker_supervm(l) || !(r->beside = calloc(r->nbpf, sizeof *r->beside)))
        return refuse("out of memory");
    for (u32 i = 0; i < r->nbpf && !status; i++)
        status = load_beside(r, l, r->bpf[i], &r->beside[i]);
    return status;
}

/* ---- --control ---- */

struct control {
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *in;
    struct svm_instance *progs; /* of the program that goes over packets: an instance of its own */
    const struct svm_func *packets;
};

/* Calls a function (i64)? -> (i32)? of it, where it exports one; what is not 0 ends the run. */
static int call(struct run *r, const struct svm_func *f, const char *name, u64 arg) {
    struct svm_val a = {SVM_I64, {.i64 = (s64)arg}}, result = {0};
    struct svm_error err;
    int rc;
    if (!f)
        return EXIT_WELL;
    if (svm_func_kind(f, false, 0) != (arg == UINT64_MAX ? 0 : SVM_I64) || svm_func_kind(f, false, 1) ||
        svm_func_kind(f, true, 0) != SVM_I32)
        return refuse("%s: %s is to be of type %s", r->control_file, name,
                      arg == UINT64_MAX ? "() -> (i32)" : "(i64) -> (i32)");
    rc = svm_func_call(r->control->in, f, &a, arg != UINT64_MAX, &result, 1, &err);
    if (rc) {
        refuse("%s: %s", r->control_file, err.text);
        return rc == SVM_ETRAP ? svm_instance_trap(r->control->in)->limit ? EXIT_LIMIT : EXIT_TRAP : EXIT_REFUSED;
    }
    return result.of.i32 ? refuse("%s: %s: %" PRId32, r->control_file, name, result.of.i32) : EXIT_WELL;
}

static int call_named(struct run *r, const char *name) {
    return call(r, svm_instance_func(r->control->in, name), name, UINT64_MAX);
}

static int make_control(struct run *r, struct svm_linker *l) {
    struct svm_load_options o = SVM_LOAD_INIT;
    struct control *c = r->control;
    struct svm_error err;
    int status = EXIT_WELL;
    if (!(c->m = load_input(r->vm, r->control_file, &o, &status)))
        return status;
    if (!module_is_called(c->m))
        return complain("--control %s: a WebAssembly module is wanted", r->control_file);
    if (svm_linker_supervm(l))
        return refuse("out of memory");
    if (!(c->progs = svm_instance_new(r->program, &err)))
        return refuse("%s: %s", r->file, err.text);
    if ((status = grant_all(l, r->file, "", r->module, r->program, c->progs)) || (status = guest_grants(r, l)))
        return status;
    if (!(c->p = svm_program_link(c->m, NULL, &err)) || !(c->in = svm_linker_instantiate(l, c->p, &err)))
        return refuse("%s: %s", r->control_file, err.text);
    c->packets = svm_instance_func(c->in, "packets");
    return call_named(r, "start");
}

int control_start(struct run *r) {
    struct svm_error err;
    struct svm_linker *l;
    int status;
    if (!r->control_file)
        return EXIT_WELL;
    if (!(r->control = calloc(1, sizeof *r->control)) || !(l = svm_linker_new(r->vm, &err)))
        return refuse("out of memory");
    status = make_control(r, l);
    svm_linker_free(l);
    return status;
}

int control_packets(struct run *r) {
    return r->control ? call(r, r->control->packets, "packets", r->packets) : EXIT_WELL;
}

int control_end(struct run *r) {
    return r->control ? call_named(r, "end") : EXIT_WELL;
}

void guests_drop(struct run *r) {
    if (r->control) {
        svm_instance_free(r->control->in);
        svm_instance_free(r->control->progs);
        svm_program_free(r->control->p);
        svm_module_free(r->control->m);
    }
    for (u32 i = 0; r->beside && i < r->nbpf; i++) {
        svm_instance_free(r->beside[i].in);
        svm_program_free(r->beside[i].p);
        svm_module_free(r->beside[i].m);
    }
    free(r->control);
    free(r->beside);
    free(r->bpf);
}
