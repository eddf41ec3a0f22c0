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

/* ---- hooks ----
 *
 *   struct svm_hook *h = svm_hook_new(vm, &options, &err);                 once
 *   struct svm_attachment *a = svm_hook_attach(h, p, "check", 10, &err);   who likes to, at any time
 *   struct svm_hook_runner *r = svm_hook_runner_new(h, &err);              in each thread that gets there
 *   svm_hook_run(r, &input, &result, &err);
 *
 * Programs may be attached and detached from any thread while others run the hook. A run goes over the
 * programs that were attached when it began, one after the other. */

struct svm_hook;
struct svm_hook_runner; /* what one thread needs to run a hook: an instance of each program. For one thread at a time */
struct svm_attachment;

enum svm_hook_rule {     /* from the verdicts of the programs (r0, its low 32 bits, signed) to the hook's */
    SVM_HOOK_FIRST,      /* the first that is not 0; it ends the run, so no other program sees it */
    SVM_HOOK_ALL_ZERO,   /* 0 where all say so, else the first that does not; all run */
    SVM_HOOK_LAST,       /* of the last program */
    SVM_HOOK_MAX,
    SVM_HOOK_OR,         /* bitwise */
    SVM_HOOK_CHAIN,      /* `none` (XDP_PASS, TC_ACT_UNSPEC) hands on to the next, as at tcx; all else ends it */
    SVM_HOOK_CALL        /* what combine() makes of them */
};
enum svm_hook_trap {     /* a program that traps, or spends its budget */
    SVM_HOOK_SKIP,       /* is passed over, as if it were not attached */
    SVM_HOOK_STOP,       /* ends the run: SVM_ETRAP */
    SVM_HOOK_VERDICT     /* counts as trap_verdict */
};

struct svm_hook_options {
    size_t size;             /* sizeof; SVM_HOOK_INIT */
    const char *name;        /* for messages; copied */
    enum svm_kind kind;      /* of its programs */
    const char *context;     /* CONTEXT: which */
    enum svm_hook_rule rule;
    int32_t none;            /* the hook's verdict where no program gave one, and what CHAIN hands on */
    enum svm_hook_trap on_trap;
    int32_t trap_verdict;
    /* *verdict holds what stands so far (at first `none`); given is of the next program. False ends the run. */
    bool (*combine)(void *arg, int32_t *verdict, int32_t given);
    void *arg;
};
#define SVM_HOOK_INIT SVM_INIT_OF(struct svm_hook_options)

struct svm_hook_result {
    int32_t verdict;
    uint32_t ran, traps;     /* programs that ran; those of them that trapped */
    uint64_t insns;          /* of all of them */
};

SVM_API struct svm_hook *svm_hook_new(struct svm *vm, const struct svm_hook_options *o, struct svm_error *err);
/* Detaches all programs. Attachments and runners are freed on their own, before or after. */
SVM_API void svm_hook_free(struct svm_hook *h);
/* Program `prog` of p (NULL: the only one) runs at the hook, before those of a higher order and behind those of
 * the same order that are there. Its section must say the hook's kind, or nothing. */
SVM_API struct svm_attachment *svm_hook_attach(struct svm_hook *h, struct svm_program *p, const char *prog,
                                               int32_t order, struct svm_error *err);
/* Detaches it: runs that begin from now on are without it. A runner keeps p alive until its next run. */
SVM_API void svm_attachment_free(struct svm_attachment *a);
SVM_API uint64_t svm_attachment_traps(const struct svm_attachment *a); /* how often it trapped, in all threads */
SVM_API struct svm_hook_runner *svm_hook_runner_new(struct svm_hook *h, struct svm_error *err);
SVM_API void svm_hook_runner_free(struct svm_hook_runner *r);
/* The kind of the input is the hook's, whatever i->kind says; each program gets all of i->budget, and sees what the
 * one before it wrote. 0, or SVM_ETRAP (STOP); result and err may be NULL. err holds the first trap, even where the
 * run went on. SVM_EBUSY: a function that a program of this runner called came back here. */
SVM_API int svm_hook_run(struct svm_hook_runner *r, const struct svm_input *i, struct svm_hook_result *result,
                         struct svm_error *err);

#ifdef __cplusplus
}
#endif
#endif
