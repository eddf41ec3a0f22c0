/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hook.h - program types of the host's own: what programs get (a context), and where they run (a hook).
 *
 *   struct request { uint32_t method, status; uint8_t *body, *body_end; };         the host's
 *   struct request_ctx { uint32_t method, status, body, body_end; };               what programs see
 *   static const struct svm_field fields[] = {
 *       SVM_FIELD(struct request_ctx, struct request, method, VALUE, SVM_READ),
 *       SVM_FIELD(struct request_ctx, struct request, status, VALUE, SVM_READ | SVM_WRITE),
 *       SVM_FIELD(struct request_ctx, struct request, body, DATA, SVM_READ),
 *       SVM_FIELD(struct request_ctx, struct request, body_end, DATA_END, SVM_READ)};
 *   struct svm_context c = SVM_CONTEXT_INIT;
 *   c.name = "request"; c.field = fields; c.nfield = 4;
 *   c.context_size = sizeof(struct request_ctx); c.host_size = sizeof(struct request);
 *   svm_context_register(vm, &c);
 *
 * From then on a program in section "request" or "request/..." is of this type: it is run with
 * svm_input.mem = the struct request. */
#ifndef SUPERVM_HOOK_H
#define SUPERVM_HOOK_H
#include "supervm/supervm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- contexts ---- */

enum svm_field_kind {
    SVM_FIELD_VALUE,    /* a number of 1, 2, 4 or 8 bytes, aligned to its size */
    SVM_FIELD_BYTES,    /* bytes: any aligned part of 1, 2, 4 or 8 of them */
    SVM_FIELD_DATA,     /* a pointer to memory that programs may read, and write where the field is writable */
    SVM_FIELD_DATA_END  /* one past the end of the memory of the DATA field before it */
};
enum { SVM_READ = 1, SVM_WRITE = 2, SVM_NARROW = 4 /* a VALUE may be read in aligned parts, too */ };

/* A place in the program's context, and the place in the host's struct that it shows. DATA and DATA_END
 * are a pointer in the host's struct, and 4 or 8 bytes in the program's, from which it gets the whole
 * pointer either way; they are read-only. What no field covers cannot be touched. */
struct svm_field {
    const char *name;
    uint16_t offset, size;           /* in the context */
    uint16_t host_offset, host_size; /* in the host's struct; a VALUE may be smaller there */
    enum svm_field_kind kind;
    unsigned access;                 /* SVM_READ | SVM_WRITE | SVM_NARROW */
};
/* A row for the member that has the same name in both structs. */
#define SVM_FIELD(guest, host, member, kind, access)                                                                   \
    {#member, offsetof(guest, member), sizeof(((guest *)0)->member), offsetof(host, member),                           \
     sizeof(((host *)0)->member), SVM_FIELD_##kind, access}

struct svm_context {
    size_t size;                     /* sizeof; SVM_CONTEXT_INIT */
    const char *name;
    const struct svm_field *field;
    size_t nfield;
    uint16_t context_size, host_size;/* of the two structs */
    const char *const *section;      /* which sections mean it: a name, or that and "/..."; NULL-ended. NULL: name */
    /* A run whose result (the low 32 bits of r0, signed) is not in here traps with BAD_RESULT.
     * Both 0: any result is fine. */
    int32_t result_min, result_max;
};
#define SVM_CONTEXT_INIT SVM_INIT_OF(struct svm_context)

/* Copied. SVM_EEXIST: the name is taken; SVM_EUSAGE: err says which field is wrong; SVM_EBUSY as for
 * helpers. At most two DATA fields. The pointers are read when a run starts and must hold until it ends. */
SVM_API int svm_context_register(struct svm *vm, const struct svm_context *c, struct svm_error *err);

#ifdef __cplusplus
}
#endif
#endif
