/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ebpf_vm.c - bpftime's VM core interface, on the public API alone.
 *
 * The vm keeps what its host said (functions, memory, settings) and the code; link() makes a
 * runtime, a module and a linked program of it, anew after each change. Calls come from many
 * threads: each takes an instance out of a pool and puts it back. */
#include "ebpf-vm.h"
#include "api/thunk.h"
#include "supervm/native.h"
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { POOL = 64, NO_UNWIND = -1 };

typedef u64 host_fn(u64, u64, u64, u64, u64);

struct slot { /* a registered function */
    struct ebpf_vm *vm;
    u64 masked; /* its address ^ vm->secret; 0 with no name: not registered */
    char *name;
};

struct memory {
    void *base;
    size_t len;
    bool writable;
};

struct ebpf_vm {
    char *name;
    const char *engine; /* NULL: the default */
    bool checks;
    int (*print)(FILE *, const char *, ...);
    struct slot *slot; /* MAX_EXT_FUNCS */
    long unwind;
    u64 secret, budget;
    size_t stack;
    struct memory *memory;
    size_t nmemory;
    uint64_t (*map_by_fd)(uint32_t), (*map_by_idx)(uint32_t), (*map_val)(uint64_t);
    uint64_t (*var_addr)(uint32_t), (*code_addr)(uint32_t);

    u64 *code; /* as loaded, its addresses filled in; NULL: none */
    size_t ncode;
    void *object; /* in place of code: an object with native code; NULL: none */
    size_t object_len;
    pthread_mutex_t lock; /* link() */
    atomic_bool linked;   /* what follows is made of what stands above */
    struct svm *svm;
    struct svm_program *program;
    const struct svm_entry *entry;
    _Atomic(struct svm_instance *) pool[POOL];
    thunk_fn *thunk;
};

static int report(char **errmsg, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static int report(char **errmsg, const char *fmt, ...) {
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (errmsg)
        *errmsg = strdup(text);
    return -1;
}

/* ---- setting up ---- */

/* Is there a usable engine of that name? */
static bool engine_known(const char *name) {
    struct svm *svm = svm_new(NULL, NULL);
    const struct svm_engine_info *e;
    bool found = false;
    size_t i;
    for (i = 0; svm && !found && (e = svm_engine_at(svm, i)); i++)
        found = e->usable && !strcmp(e->name, name);
    svm_free(svm);
    return found;
}

struct ebpf_vm *ebpf_create(const char *vm_name) {
    struct ebpf_vm *vm;
    bool by_default;
    if (!vm_name)
        return NULL;
    by_default = !*vm_name || !strcmp(vm_name, "ubpf");
    if (!by_default && !engine_known(vm_name))
        return NULL;
    vm = calloc(1, sizeof *vm);
    if (!vm)
        return NULL;
    vm->name = strdup(vm_name);
    vm->slot = calloc(MAX_EXT_FUNCS, sizeof *vm->slot);
    if (!vm->name || !vm->slot || pthread_mutex_init(&vm->lock, NULL)) {
        free(vm->name);
        free(vm->slot);
        free(vm);
        return NULL;
    }
    vm->engine = by_default ? NULL : vm->name;
    vm->checks = true;
    vm->print = fprintf;
    vm->unwind = NO_UNWIND;
    vm->stack = EBPF_STACK_SIZE;
    return vm;
}

static void unlink_program(struct ebpf_vm *vm) {
    int i;
    for (i = 0; i < POOL; i++)
        svm_instance_free(atomic_exchange(&vm->pool[i], NULL));
    svm_program_free(vm->program);
    svm_free(vm->svm);
    vm->program = NULL;
    vm->entry = NULL;
    vm->svm = NULL;
    atomic_store(&vm->linked, false);
}

void ebpf_destroy(struct ebpf_vm *vm) {
    size_t i;
    if (!vm)
        return;
    unlink_program(vm);
    if (vm->thunk)
        thunk_free(vm->thunk);
    for (i = 0; i < MAX_EXT_FUNCS; i++)
        free(vm->slot[i].name);
    pthread_mutex_destroy(&vm->lock);
    free(vm->slot);
    free(vm->memory);
    free(vm->code);
    free(vm->object);
    free(vm->name);
    free(vm);
}

const char *ebpf_get_vm_name(struct ebpf_vm *vm) {
    struct svm *svm;
    const char *name = vm->name;
    size_t i;
    const struct svm_engine_info *e;
    if (*name)
        return name;
    svm = svm_new(NULL, NULL); /* names are constants of the library */
    for (i = 0; svm && (e = svm_engine_at(svm, i)); i++)
        if (e->usable) {
            name = e->name;
            break;
        }
    svm_free(svm);
    return name;
}

bool ebpf_toggle_bounds_check(struct ebpf_vm *vm, bool enable) {
    bool before = vm->checks;
    vm->checks = enable;
    if (before != enable)
        unlink_program(vm);
    return before;
}

void ebpf_set_error_print(struct ebpf_vm *vm, int (*error_printf)(FILE *stream, const char *format, ...)) {
    vm->print = error_printf ? error_printf : fprintf;
}

int ebpf_unregister(struct ebpf_vm *vm, unsigned int idx) {
    if (idx >= MAX_EXT_FUNCS || !vm->slot[idx].name)
        return -1;
    unlink_program(vm);
    free(vm->slot[idx].name);
    vm->slot[idx] = (struct slot){0};
    return 0;
}

int ebpf_register(struct ebpf_vm *vm, unsigned int idx, const char *name, void *fn) {
    char *copy;
    if (idx >= MAX_EXT_FUNCS || !fn || !(copy = strdup(name ? name : "")))
        return -1;
    ebpf_unregister(vm, idx);
    unlink_program(vm);
    vm->slot[idx] = (struct slot){vm, (u64)(uintptr_t)fn ^ vm->secret, copy};
    return 0;
}

int ebpf_set_unwind_function_index(struct ebpf_vm *vm, unsigned int idx) {
    if (idx >= MAX_EXT_FUNCS || vm->unwind != NO_UNWIND)
        return -1;
    vm->unwind = (long)idx;
    unlink_program(vm);
    return 0;
}

int ebpf_set_pointer_secret(struct ebpf_vm *vm, uint64_t secret) {
    size_t i;
    if (vm->code)
        return -1;
    for (i = 0; i < MAX_EXT_FUNCS; i++)
        if (vm->slot[i].name)
            vm->slot[i].masked ^= vm->secret ^ secret;
    vm->secret = secret;
    return 0;
}

void ebpf_set_lddw_helpers(struct ebpf_vm *vm, uint64_t (*map_by_fd)(uint32_t), uint64_t (*map_by_idx)(uint32_t),
                           uint64_t (*map_val)(uint64_t), uint64_t (*var_addr)(uint32_t),
                           uint64_t (*code_addr)(uint32_t)) {
    vm->map_by_fd = map_by_fd;
    vm->map_by_idx = map_by_idx;
    vm->map_val = map_val;
    vm->var_addr = var_addr;
    vm->code_addr = code_addr;
}

int ebpf_register_memory(struct ebpf_vm *vm, void *base, size_t len, bool writable) {
    struct memory *rows;
    if (!base || !len || !(rows = reallocarray(vm->memory, vm->nmemory + 1, sizeof *rows)))
        return -1;
    vm->memory = rows;
    rows[vm->nmemory++] = (struct memory){base, len, writable};
    unlink_program(vm);
    return 0;
}

int ebpf_set_stack_size(struct ebpf_vm *vm, size_t bytes) {
    if (vm->code || !bytes || bytes % 16 || bytes > 65536)
        return -1;
    vm->stack = bytes;
    return 0;
}

int ebpf_set_budget(struct ebpf_vm *vm, uint64_t insns) {
    vm->budget = insns;
    unlink_program(vm);
    return 0;
}

/* ---- loading ---- */

/* The 64-bit immediate loads whose meaning the host's callbacks know become plain constants.
 * A slot is |imm32|off16|src4 dst4|code8|; the high half stands in the imm of the slot after it. */
static int fill_addresses(struct ebpf_vm *vm, u64 *code, size_t n, char **errmsg) {
    enum { CODE_LDDW = 0x18 };
    size_t i;
    for (i = 0; i + 1 < n; i++) {
        u32 imm = (u32)(code[i] >> 32), next = (u32)(code[i + 1] >> 32);
        unsigned src = code[i] >> 12 & 15;
        const char *missing = NULL;
        u64 v = 0;
        if ((u8)code[i] != CODE_LDDW)
            continue;
        i++; /* its second slot is no instruction */
        if (!src || src > 6 || (src == 4 && !vm->code_addr))
            continue;
        switch (src) {
        case 1:
        case 2:
            if (!vm->map_by_fd)
                missing = "map_by_fd";
            else
                v = vm->map_by_fd(imm);
            break;
        case 3:
            if (!vm->var_addr)
                missing = "var_addr";
            else
                v = vm->var_addr(imm);
            break;
        case 4: v = vm->code_addr(imm); break;
        default:
            if (!vm->map_by_idx)
                missing = "map_by_idx";
            else
                v = vm->map_by_idx(imm);
        }
        if (!missing && (src == 2 || src == 6)) {
            if (!vm->map_val)
                missing = "map_val";
            else
                v = vm->map_val(v) + next;
        }
        if (missing)
            return report(errmsg, "insn %zu: a 64-bit immediate load with source %u, but no %s is set", i - 1, src,
                          missing);
        code[i - 1] = (code[i - 1] & 0xffff0fff) | v << 32;
        code[i] = (code[i] & 0xffffffff) | (v >> 32) << 32;
    }
    return 0;
}

static uint64_t call_slot(void *user, uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5) {
    const struct slot *s = user;
    host_fn *fn = (host_fn *)(uintptr_t)(s->masked ^ s->vm->secret);
    return fn(r1, r2, r3, r4, r5);
}

/* Only the host's functions can be called: the kernel's helpers that a runtime begins with go. */
static int register_all(struct ebpf_vm *vm) {
    struct svm_helper h = {.fn = call_slot, .arg = {SVM_ARG_ANY, SVM_ARG_ANY, SVM_ARG_ANY, SVM_ARG_ANY, SVM_ARG_ANY}};
    int rc = 0;
    size_t i;
    for (i = 0; i < MAX_EXT_FUNCS && !rc; i++) {
        svm_helper_unregister(vm->svm, (u32)i);
        if (!vm->slot[i].name)
            continue;
        h.id = (u32)i;
        h.name = vm->slot[i].name;
        h.user = &vm->slot[i];
        h.ends_if_zero = (long)i == vm->unwind;
        rc = svm_helper_register(vm->svm, &h);
    }
    for (i = 0; i < vm->nmemory && !rc; i++)
        rc = svm_memory_register(vm->svm, vm->memory[i].base, vm->memory[i].len, vm->memory[i].writable);
    return rc;
}

static int link_locked(struct ebpf_vm *vm, char **errmsg) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_load_options load = SVM_LOAD_INIT;
    struct svm_error err = {0};
    struct svm_module *m;
    c.engine = vm->object ? NULL : vm->engine;
    c.budget = vm->budget;
    c.frame_size = (u32)vm->stack;
    c.max_insns = EBPF_MAX_INSTS;
    c.unsafe_no_checks = !vm->checks;
    load.front = "raw";
    vm->svm = svm_new(&c, &err);
    if (!vm->svm)
        return report(errmsg, "%s", err.text);
    if (register_all(vm)) {
        unlink_program(vm);
        return report(errmsg, "out of memory");
    }
    m = vm->object ? svm_module_load_native(vm->svm, vm->object, vm->object_len, &err)
                   : svm_module_load(vm->svm, vm->code, vm->ncode * sizeof *vm->code, &load, &err);
    if (m)
        vm->program = svm_program_link(m, NULL, &err);
    svm_module_free(m);
    if (!vm->program) {
        unlink_program(vm);
        return report(errmsg, "%s", err.text);
    }
    vm->entry = svm_program_entry(vm->program, NULL);
    atomic_store(&vm->linked, true);
    return 0;
}

/* Once after each change; whoever comes first does it. */
static int link_vm(struct ebpf_vm *vm, char **errmsg) {
    int rc = 0;
    if (atomic_load_explicit(&vm->linked, memory_order_acquire))
        return 0;
    if (!vm->code && !vm->object)
        return report(errmsg, "no code is loaded");
    pthread_mutex_lock(&vm->lock);
    if (!atomic_load(&vm->linked))
        rc = link_locked(vm, errmsg);
    pthread_mutex_unlock(&vm->lock);
    return rc;
}

int ebpf_load(struct ebpf_vm *vm, const void *code, uint32_t code_len, char **errmsg) {
    if (errmsg)
        *errmsg = NULL;
    if (vm->code || vm->object)
        return report(errmsg, "code is loaded already: ebpf_unload_code first");
    if (!code || !code_len || code_len % sizeof *vm->code)
        return report(errmsg, "the length of code, %u bytes, is not a multiple of 8 above 0", code_len);
    if (code_len / sizeof *vm->code > EBPF_MAX_INSTS)
        return report(errmsg, "%zu instructions: at most %d", code_len / sizeof *vm->code, EBPF_MAX_INSTS);
    vm->code = malloc(code_len);
    if (!vm->code)
        return report(errmsg, "out of memory");
    vm->ncode = code_len / sizeof *vm->code;
    memcpy(vm->code, code, code_len);
    if (!fill_addresses(vm, vm->code, vm->ncode, errmsg) && !link_vm(vm, errmsg))
        return 0;
    ebpf_unload_code(vm);
    return -1;
}

void ebpf_unload_code(struct ebpf_vm *vm) {
    unlink_program(vm);
    free(vm->code);
    free(vm->object);
    vm->code = NULL;
    vm->object = NULL;
    vm->ncode = vm->object_len = 0;
}

/* ---- running ---- */

/* Where a thread looks first: its stack is its own, so threads mostly start at different places. */
static unsigned first_place(void) {
    u64 here = (u64)(uintptr_t)__builtin_frame_address(0) >> 16;
    return (unsigned)(here * 0x9e3779b97f4a7c15u >> 58);
}
_Static_assert(POOL == 64, "first_place() gives 6 bits");

static struct svm_instance *take(struct ebpf_vm *vm, struct svm_error *err) {
    unsigned first = first_place(), i;
    for (i = 0; i < POOL; i++) {
        _Atomic(struct svm_instance *) *place = &vm->pool[(first + i) % POOL];
        struct svm_instance *in = atomic_load_explicit(place, memory_order_relaxed);
        if (in && (in = atomic_exchange_explicit(place, NULL, memory_order_acquire)))
            return in;
    }
    return svm_instance_new(vm->program, err);
}

static void put(struct ebpf_vm *vm, struct svm_instance *in) {
    unsigned first = first_place(), i;
    for (i = 0; i < POOL; i++) {
        struct svm_instance *none = NULL;
        if (atomic_compare_exchange_strong_explicit(&vm->pool[(first + i) % POOL], &none, in, memory_order_release,
                                                    memory_order_relaxed))
            return;
    }
    svm_instance_free(in);
}

int ebpf_exec(const struct ebpf_vm *const_vm, void *mem, size_t mem_len, uint64_t *bpf_return_value) {
    struct ebpf_vm *vm = (struct ebpf_vm *)const_vm; /* what changes is the pool */
    struct svm_input input = {.kind = SVM_KIND_RAW, .mem = mem, .mem_len = mem_len};
    struct svm_error err = {0};
    struct svm_instance *in;
    struct svm_result r;
    char *text = NULL;
    int rc;
    if (link_vm(vm, &text)) {
        vm->print(stderr, "ebpf: %s\n", text ? text : "out of memory");
        free(text);
        return -1;
    }
    in = take(vm, &err);
    rc = in ? svm_run_entry(in, vm->entry, &input, &r, &err) : err.code;
    if (in)
        put(vm, in);
    if (rc) {
        vm->print(stderr, "ebpf: %s\n", err.text);
        return -1;
    }
    if (bpf_return_value)
        *bpf_return_value = r.ret;
    return 0;
}

static u64 run_thunk(void *mem, size_t len, void *arg) {
    uint64_t ret;
    return ebpf_exec(arg, mem, len, &ret) ? UINT64_MAX : ret;
}

ebpf_jit_fn ebpf_compile(struct ebpf_vm *vm, char **errmsg) {
    if (errmsg)
        *errmsg = NULL;
    if (link_vm(vm, errmsg))
        return NULL;
    pthread_mutex_lock(&vm->lock);
    if (!vm->thunk)
        vm->thunk = thunk_new(run_thunk, vm);
    pthread_mutex_unlock(&vm->lock);
    if (!vm->thunk)
        report(errmsg, "no native entry can be made: no memory that may be executed, or not on this machine");
    return vm->thunk;
}

/* ---- native code that is kept ---- */

int ebpf_aot_compile(struct ebpf_vm *vm, struct ebpf_aot_options *options, uint8_t **elf, size_t *size) {
    struct svm_emit_options o = SVM_EMIT_INIT;
    struct svm_load_options load = SVM_LOAD_INIT;
    struct svm_error err = {0};
    struct svm_module *m = NULL;
    char *text = NULL;
    void *p = NULL;
    (void)options;
    if (elf)
        *elf = NULL;
    if (size)
        *size = 0;
    load.front = "raw";
    o.kind = SVM_EMIT_OBJECT;
    o.name = "ebpf";
    if (!elf || !size || !vm->code)
        report(&text, !vm->code ? "no code is loaded" : "ebpf_aot_compile: no place for the object");
    else if (!link_vm(vm, &text) && (!(m = svm_module_load(vm->svm, vm->code, vm->ncode * sizeof *vm->code, &load, &err)) ||
                                     svm_module_emit(m, &o, &p, size, &err)))
        report(&text, "%s", err.text);
    svm_module_free(m);
    if (p)
        *elf = p;
    else
        vm->print(stderr, "ebpf: %s\n", text ? text : "out of memory");
    free(text);
    return p ? 0 : -1;
}

ebpf_jit_fn ebpf_load_aot_object(struct ebpf_vm *vm, const void *buf, size_t buf_len) {
    ebpf_jit_fn fn = NULL;
    char *text = NULL;
    void *copy = buf && buf_len ? malloc(buf_len) : NULL;
    if (copy) {
        memcpy(copy, buf, buf_len);
        ebpf_unload_code(vm);
        vm->object = copy;
        vm->object_len = buf_len;
        if (!(fn = ebpf_compile(vm, &text)))
            ebpf_unload_code(vm);
    }
    if (!fn)
        vm->print(stderr, "ebpf: %s\n", text ? text : buf && buf_len ? "out of memory" : "no object");
    free(text);
    return fn;
}
