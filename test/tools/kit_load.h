/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_load.h - from the sections of a .t file to a module in a runtime of its own. */
#ifndef TOOLS_KIT_LOAD_H
#define TOOLS_KIT_LOAD_H
#include "ir/module.h"
#include "kit.h"
#include "supervm/hook.h"

/* The context "demo" of every test's runtime: what the host has, what programs see. Results: 0 .. 1000. */
struct demo { u32 type; u16 port; u64 mark; u8 name[16]; u8 *data, *end; };
struct demo_ctx { u32 type, port; u64 mark; u8 name[16]; u32 data, end, hole[2]; };

enum { LOAD_SKIP = 1, MAX_SET = 16 };
struct loaded {
    struct svm *vm;
    struct svm_module *m;
    const char *skip;                /* why the test cannot run here, or NULL */
    /* -- options */
    const char *prog;                /* NULL: the only one */
    const char *set[MAX_SET + 1];
    uint64_t budget;
    struct svm_config config;
    const char *mcpu;
    bool guarded;                    /* linked with what the checker proves of it */
    char *text;                      /* what the strings above point into */
};
typedef int print_fn(void *arg, const char *text, size_t len);

/* 0; LOAD_SKIP: l->skip says why; else refused, *err is filled. loaded_free() in every case. */
int load_test(struct loaded *l, const struct testfile *t, const char *engine, print_fn *print, void *arg,
              struct svm_error *err);
/* engine: as load_test was given it. */
struct svm_program *link_test(struct loaded *l, const struct testfile *t, const char *engine, struct svm_error *err);
void loaded_free(struct loaded *l);
/* The two halves of load_test: C of section s to an object in out (LOAD_SKIP where there is no compiler that can); assembly or
 * hex to a module with the maps of a section (or NULL), not yet validated. */
int compile_test(struct loaded *l, const struct section *s, const char *path, struct buf *out, struct svm_error *err);
bool bare_module(struct module *m, const char *front, const struct buf *b, const struct section *maps,
                 struct svm_error *err);
int trap_of_name(const char *name); /* "OUT_OF_BOUNDS", in any case, or its number; -1 */

#endif
