/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* inline.c - bitcode of the host's functions in, rows of the registry out. What it is, LLVM says when it is used. */
#include "supervm/inline.h"
#include "api/api.h"
#include <string.h>

/* LLVM bitcode begins with "BC" 0xc0de, or with a wrapper's number. */
static bool is_bitcode(const u8 *p, size_t n) {
    return n >= 4 && (!memcmp(p, "BC\xc0\xde", 4) || !memcmp(p, "\xde\xc0\x17\x0b", 4));
}

static int set(struct svm *vm, uint32_t id, const char *kfunc, const struct helper_code *c, struct svm_error *err) {
    struct error e = {0};
    int rc = open_for_registration(vm);
    if (rc)
        fail(&e, rc, NOWHERE, rc == SVM_EBUSY ? "bitcode of a helper: programs are linked already" : "no runtime");
    else if (c->bytes && (!c->symbol || !*c->symbol))
        fail(&e, E_USAGE, NOWHERE, "bitcode of a helper: no symbol");
    else if (c->bytes && !is_bitcode(c->bytes, c->n))
        fail(&e, E_FORMAT, 0, "bitcode of a helper: not LLVM bitcode");
    else if ((rc = registry_set_code(&vm->r, id, kfunc, c->bytes ? c : NULL)) == E_NOMEM)
        fail(&e, rc, NOWHERE, "out of memory");
    else if (rc && kfunc)
        fail(&e, rc, NOWHERE, "bitcode: the host has registered no function %s", kfunc);
    else if (rc)
        fail(&e, rc, NOWHERE, "bitcode: the host has registered no helper %u", id);
    give_error(err, &e);
    return e.code;
}

int svm_helper_bitcode(struct svm *vm, uint32_t id, const void *bytes, size_t len, const char *symbol,
                       struct svm_error *err) {
    return set(vm, id, NULL, &(struct helper_code){bytes, len, symbol}, err);
}

int svm_kfunc_bitcode(struct svm *vm, const char *name, const void *bytes, size_t len, const char *symbol,
                      struct svm_error *err) {
    return set(vm, 0, name ? name : "", &(struct helper_code){bytes, len, symbol}, err);
}
