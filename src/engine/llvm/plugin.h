/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* plugin.h - the two sides of the LLVM engine.
 *
 *   libsupervm        key.c -> cache.c -> (a hit) ------------------------> engine/native: loads and runs the object
 *                                     `-> open.c -> plug-in: emit() -> bytes ->'
 *   libsupervm-llvm   the only code that LLVM is linked to: a function from a linked program to the bytes of an object
 *
 * The library opens the plug-in when it is first needed, with its symbols to itself; both were built together or the
 * plug-in is refused. The plug-in has tables and passes of its own copy (isa, ir, opt) and no state between calls. */
#ifndef ENGINE_LLVM_PLUGIN_H
#define ENGINE_LLVM_PLUGIN_H
#include "abi/engine.h"
#include "base/buf.h"

enum llvm_kind { LLVM_OBJECT, LLVM_ASSEMBLY, LLVM_IR, LLVM_BITCODE };

struct llvm_bytes { const u8 *p; size_t n; };
struct llvm_options {
    int level;                    /* 0 .. 3 */
    const char *triple, *cpu, *features; /* NULL: this machine's */
    bool debug;                   /* line tables of the program's source */
    bool frames;                  /* typed functions stay what they are, for tools that show who called whom */
    bool places;                  /* line tables say instructions, of eBPF functions too: as abi/native.h has it of typed ones */
    bool bounds;                  /* typed code compares accesses of memory 0 with its end, as of all others: no NATIVE_GUARDED */
    bool carries;                 /* the object has room for the line tables that it brings along: native_carry_lines() */
    bool dump_before, dump_after; /* the module's text to stderr */
    bool time_passes;
    bool harden; u64 secret;      /* jit_options.harden; a random number: what hides the guest's follows from it */
    u32 parts;                    /* objects that functions are shared out to; 0: one */
    u32 threads;                  /* parts that are compiled at once; 0: one */
};
struct llvm_job {
    const struct link_view *l;    /* of code that is not for this process no address in it is used */
    struct llvm_options o;
    enum llvm_kind kind;
    const char *name;             /* of the head's symbol, behind NATIVE_HEAD; NULL: none */
    struct llvm_bytes module;     /* .svm bytes to put into the object; n 0: none */
    const u8 *assumed; u32 context; /* of native_head; assumed: of each function of the module, or NULL */
};

struct llvm_plugin {
    u32 version;                  /* LLVM_PLUGIN_VERSION */
    const char *build;            /* svm_build_id() of the library it was built with */
    const char *llvm;             /* "19.1.7" */
    /* Thread safe. out: one buffer for each part, emptied first. */
    int (*emit)(const struct llvm_job *j, struct buf *out, struct error *e);
};
enum { LLVM_PLUGIN_VERSION = 1 };
#define LLVM_PLUGIN_SYMBOL "svm_llvm_plugin"

#endif
