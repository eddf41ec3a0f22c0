/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* helpers.c - functions, memory and symbols of the host in, rows of the registry out. */
#include "api/api.h"

static u8 arg_of(enum svm_arg a) {
    switch (a) {
    case SVM_ARG_NONE:
    case SVM_ARG_ANY: return ARG_ANY; /* the function gets what the register holds, either way */
    case SVM_ARG_CTX: return ARG_CTX;
    case SVM_ARG_MEM: return ARG_MEM;
    case SVM_ARG_MEM_OUT: return ARG_MEM_OUT;
    case SVM_ARG_SIZE: return ARG_SIZE;
    case SVM_ARG_SIZE_OR_ZERO: return ARG_SIZE_OR_ZERO;
    case SVM_ARG_STR: return ARG_STR;
    }
    return ARG_NONE;
}

/* The context handle means nothing to a host: it gets the packet, or the memory, of the run. */
static u64 host_context(struct ctx *cx) {
    struct svm_instance *in = (struct svm_instance *)cx->in;
    if (cx->pkt) {
        packet_out(in->packet, cx->pkt, cx->type->kind);
        cx->pkt->changed = true; /* what the host writes there is not to stay */
        return (u64)(uintptr_t)in->packet;
    }
    return (u64)(uintptr_t)in->mem;
}
_Static_assert(offsetof(struct svm_instance, in) == 0, "host_context() casts");

bool host_args(struct ctx *cx, const struct helper *h, u64 arg[5]) {
    if (!helper_args(cx, h, arg))
        return false;
    for (int i = 0; i < 5; i++)
        if (h->arg[i] == ARG_CTX)
            arg[i] = host_context(cx);
    return true;
}

static u64 call_host(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    const struct helper *h = cx->callee;
    svm_helper_fn *fn = (svm_helper_fn *)h->user;
    u64 arg[5] = {r1, r2, r3, r4, r5};
    if (!host_args(cx, h, arg))
        return 0;
    return fn(h->user_arg, arg[0], arg[1], arg[2], arg[3], arg[4]);
}

/* An argument of memory must have its length right behind, and a length its memory before. */
static int read_helper(struct helper *out, const struct svm_helper *h) {
    int i;
    *out = (struct helper){.name = h->name ? h->name : "",
                           .fn = call_host,
                           .user = (void *)h->fn,
                           .user_arg = h->user,
                           .result = RET_SCALAR,
                           .gpl_only = h->gpl_only,
                           .ends_if_zero = h->ends_if_zero,
                           .id = h->id};
    for (i = 0; i < 5; i++) {
        bool mem = h->arg[i] == SVM_ARG_MEM || h->arg[i] == SVM_ARG_MEM_OUT;
        bool size = i < 4 && (h->arg[i + 1] == SVM_ARG_SIZE || h->arg[i + 1] == SVM_ARG_SIZE_OR_ZERO);
        if (mem != size)
            return SVM_EUSAGE;
        out->arg[i] = arg_of(h->arg[i]);
        if (out->arg[i] == ARG_NONE)
            return SVM_EUSAGE;
    }
    return h->arg[0] == SVM_ARG_SIZE || h->arg[0] == SVM_ARG_SIZE_OR_ZERO ? SVM_EUSAGE : 0;
}

/* Programs were linked against the registry as it stood, and read it without a lock. */
int open_for_registration(const struct svm *vm) {
    if (!vm)
        return SVM_EUSAGE;
    return atomic_load(&vm->linked) ? SVM_EBUSY : 0;
}

static int add(struct svm *vm, const struct svm_helper *h, bool kfunc) {
    struct helper row;
    int rc = open_for_registration(vm);
    if (rc)
        return rc;
    if (!h || !h->fn || (kfunc ? !h->name || !*h->name : h->id >= SVM_MAX_HELPERS))
        return SVM_EUSAGE;
    rc = read_helper(&row, h);
    return rc ? rc : registry_add_helper(&vm->r, &row, kfunc);
}

int svm_helper_register(struct svm *vm, const struct svm_helper *h) {
    return add(vm, h, false);
}
int svm_kfunc_register(struct svm *vm, const struct svm_helper *h) {
    return add(vm, h, true);
}

int svm_helper_unregister(struct svm *vm, uint32_t id) {
    int rc = open_for_registration(vm);
    if (rc)
        return rc;
    return id < SVM_MAX_HELPERS ? registry_remove_helper(&vm->r, id) : SVM_EUSAGE;
}

int svm_memory_register(struct svm *vm, void *base, size_t len, bool writable) {
    int rc = open_for_registration(vm);
    if (rc)
        return rc;
    if (!base || !len || (uintptr_t)base + len < (uintptr_t)base)
        return SVM_EUSAGE;
    return registry_add_memory(&vm->r, base, len, writable);
}

int svm_symbol_register(struct svm *vm, const char *name, uint64_t address) {
    int rc = open_for_registration(vm);
    if (rc)
        return rc;
    return name && *name ? registry_add_symbol(&vm->r, name, address) : SVM_EUSAGE;
}
