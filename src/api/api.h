/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api.h - what stands behind the public handles of supervm.h.
 *
 * Each handle counts who stands on it: a module keeps its runtime, a linked program its
 * module, an instance its program, a map its runtime. So frees may come in any order. */
#ifndef API_API_H
#define API_API_H
#include "rt/typed/typed.h"
#include "supervm/supervm.h"

struct engine_row {
    const struct engine *e;    /* a built-in one, or the wrapper's table of a host's */
    struct svm_engine_info info;
    struct host_engine *host;  /* NULL: built in */
};

struct svm {
    struct registry r;
    struct limits limits;
    char *engine;              /* asked for by name, or NULL */
    struct engine_row *engine_row;
    u32 nengine;
    struct context **context;  /* described by the host */
    u32 ncontext;
    struct wasi *wasi;         /* what eBPF programs were granted of it; NULL: nothing */
    atomic_uint refs, linked;  /* handles; linked programs among them */
};

struct context;
struct native_head;

struct svm_module {
    struct module m;
    struct svm *vm;
    atomic_uint refs;
    const struct native_head *native; /* its code is there; NULL: engines make it */
    /* Where that is: in a shared library, or an object that was loaded, given back with the module; or in the process itself. */
    void *native_lib;
    struct native_code_block *native_code;
};

struct svm_map {
    struct map *m;
    struct svm *vm;            /* held when the host owns the map; NULL: a program does */
    const struct map_def *def; /* of a program's own */
};

struct svm_entry {
    struct svm_program *p;
    const struct prog *prog;
    const struct ctxtype *type;/* what SVM_KIND_OTHER in an input stands for */
};

struct svm_program {
    struct program p;          /* its refs count for the handle too */
    struct svm_module *m;
    struct svm_map *map;       /* m->nmap */
    struct svm_entry *entry;   /* m->nprog */
};

struct svm_instance {
    struct instance in;
    struct svm_program *p;
    const struct svm_entry *last;    /* of svm_run by name */
    const struct svm_entry *entry;   /* of the run before, */
    struct svm_input input;          /* and what the host gave it, */
    bool bare;                       /* which was nothing */
    struct svm_packet *packet;       /* in->cx.pkt as the host has it, for its functions */
    void *mem;
    struct pkt pkt;
    struct tunnel tunnel;            /* of runs whose host gave no room for one */
    struct hosts *hosts;             /* the functions that its linker had, with a reference held */
    struct svm_trap trap;            /* of svm_call */
    u32 trap_code;
};

/* Functions of the host that a linker defined: they outlive it in the instances that it made. */
struct host_func {
    struct host_func *next;
    const struct rtype *type;
    svm_host_fn *fn;
    void *arg;
    struct svm_instance *ebpf; const struct svm_entry *entry; /* in place of fn: a program */
    const struct hosts *hosts;       /* of a row of hostmod.def, which is arg: whose grants count */
    struct wasi *wasi;         /* in place of fn: a function of WASI */
    u32 wasi_fn;
    bool wasi_old;
};
struct hosts {
    atomic_uint refs;
    struct svm *vm;
    struct host_func *first;
    struct grant *grant; u32 ngrant; /* maps and programs that its guests may open (hostmod.h) */
    struct wasm_bpf *wasm_bpf;       /* or have loaded themselves */
    struct wasi **wasi;        /* states of guests that functions of the list use */
    u32 nwasi;
};
void hosts_unref(struct hosts *h);

void vm_ref(struct svm *vm);
void vm_unref(struct svm *vm);
void module_ref(struct svm_module *m);
void module_unref(struct svm_module *m);
/* context.c: by name, or by the section of a program; NULL: none. */
const struct ctxtype *context_named(const struct svm *vm, const char *name);
int context_unknown(const struct svm *vm, const char *name, struct error *e); /* 0: one of these, of the library's, or NULL */
/* The type of a program's context when the host says nothing else; chosen: svm_link_options.context, or NULL. */
const struct ctxtype *context_of_prog(const struct svm *vm, const struct prog *g, const char *chosen);
/* What facts of a program may rest on: the type of its context, or any_type; of each function that programs start with
 * (several_types: of two), NULL: out of memory. */
const struct ctxtype *context_assumed(const struct svm *vm, const struct prog *g, const char *chosen);
const struct ctxtype *const *contexts_assumed(struct program *p, const struct svm *vm, const char *chosen);
extern const struct ctxtype several_types;
const struct ctxtype *context_of_section(const struct svm *vm, const char *section);
bool context_fits(const struct ctxtype *t, const void *mem, size_t len); /* the host's struct, and its buffers */
void contexts_drop(struct svm *vm);
int open_for_registration(const struct svm *vm); /* 0, or SVM_EBUSY: programs were linked against it as it stands */
bool host_args(struct ctx *cx, const struct helper *h, u64 arg[5]); /* services->helper_args */
void packet_out(struct svm_packet *p, const struct pkt *k, u32 kind); /* the host's view := the runtime's */

extern const struct services api_services;

/* engine.c: by name; NULL: the fastest that is usable. NULL: *e lists the known ones. */
const struct engine_row *engine_find(const struct svm *vm, const char *name, struct error *e);
int engine_compile(const struct engine_row *row, const struct link_view *v, void **image, struct error *e);
int engine_rows_init(struct svm *vm);
void engine_rows_drop(struct svm *vm);

/* pipeline.c: the life of a program, in two halves. */
int pipeline_load(struct module *m, const u8 *p, size_t n, const char *front, const struct load_options *o,
                  struct error *e);
/* All but the code: the program is bound, and not compiled. */
int pipeline_bind(struct program *p, const struct module *m, struct svm *vm, const struct svm_link_options *o,
                  struct map *const *use, struct error *e);
int pipeline_link(struct program *p, const struct module *m, struct svm *vm, const struct svm_link_options *o,
                  struct map *const *use, struct error *e);

/* Copies *e to the host's struct, where it gave one; returns the code. */
/* native.c: of a module whose code is there. */
int native_link(struct program *p, const struct svm_module *m, const struct svm_link_options *o, struct map *const *use,
                struct error *e);
void native_leave_module(struct svm_module *m);
const struct ctxtype *native_context(const struct svm_module *m); /* that it was compiled for by name; NULL: none, or no native code */

int give_error(struct svm_error *out, const struct error *e);
int code_of_errno(s64 err); /* negative errno, or 0 and more */

/* values.c: values of the host, and slots as typed code has them */
u8 kind_of_vt(u32 vt);                  /* enum svm_valkind */
u32 vt_of_kind(u8 kind);                /* 0: no such kind */
void val_of_slot(struct svm_val *v, u32 vt, const u64 *slot);
/* False: another kind, or a reference that may not go into g. */
bool slot_of_val(struct group *g, u32 vt, const struct svm_val *v, u64 *slot);
/* All of a call, from the first that is no integer on. */
void other_vals(struct svm_val *v, const u32 *vt, u32 n, const u64 *slot);
bool other_slots(struct group *g, const u32 *vt, u32 n, const struct svm_val *v, u64 *slot);

/* All of a call. Most are integers, and a call of a guest is to take nanoseconds: these stand in the caller. */
static inline bool vt_is_integer(u32 vt) {
    return vt == SVM_I32 || vt == SVM_I64;
}
static inline void vals_of_slots(struct svm_val *v, const u32 *vt, u32 n, const u64 *slot) {
    for (u32 i = 0; i < n; i++) {
        if (unlikely(!vt_is_integer(vt[i]))) {
            other_vals(v + i, vt + i, n - i, slot + i);
            return;
        }
        v[i] = (struct svm_val){.kind = (u8)vt[i], .of.i64 = (s64)(vt[i] == SVM_I32 ? (u32)slot[i] : slot[i])};
    }
}
static inline bool slots_of_vals(struct group *g, const u32 *vt, u32 n, const struct svm_val *v, u64 *slot) {
    for (u32 i = 0; i < n; i++) {
        if (unlikely(!vt_is_integer(vt[i]) || v[i].kind != vt[i]))
            return other_slots(g, vt + i, n - i, v + i, slot + i);
        slot[i] = vt[i] == SVM_I32 ? (u32)v[i].of.i32 : (u64)v[i].of.i64;
    }
    return true;
}

/* typed.c */
struct svm_instance *typed_instance_new(struct svm_program *p, struct svm_linker *l, struct error *e);
/* The same in two steps: x[i] is what import i is bound to, matched; hosts (or NULL): a reference, taken over. */
struct svm_instance *typed_instance_make(struct svm_program *p, const struct extern_ *x, struct hosts *hosts,
                                         struct error *e);
int typed_instance_start(struct svm_instance *in, struct error *e);
void typed_instance_free(struct svm_instance *in);

/* wasi.c */
void hosts_wasi_drop(struct hosts *h);
void vm_wasi_drop(struct svm *vm);

/* bridge.c */
bool call_program(struct ctx *cx, void *arg, u64 *slot);          /* a host_func of typed code */
/* Runs e with the fuel of cx, where typed code is. SVM_ETRAP: *r says why; a spent limit of cx's chain traps cx too. */
int run_for_guest(struct ctx *cx, struct svm_instance *ebpf, const struct svm_entry *e, struct svm_input *i,
                  struct svm_result *r);
const struct helper *export_as_kfunc(void *instance, struct arena *a, const char *name);

#endif
