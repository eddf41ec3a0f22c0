/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* debug.c - line tables: of eBPF functions the lines of their source, where it is wanted and known; of typed functions
 * the numbers of their instructions, by which places of faults are found (abi/native.h). */
#include "engine/llvm/plugin/lower.h"
#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>

struct ldebug {
    LLVMDIBuilderRef b;
    LLVMMetadataRef unit, type;
    LLVMMetadataRef sub, file; /* of the function that is being lowered; NULL: it has no lines */
    const char *name;          /* of file */
    const char *other;         /* another file that its code comes from, and its scope */
    LLVMMetadataRef scope;
};

static LLVMMetadataRef file_new(struct ldebug *d, const char *name) {
    return LLVMDIBuilderCreateFile(d->b, name, strlen(name), "", 0);
}

int debug_begin(struct lmodule *lm) {
    struct ldebug *d;
    LLVMMetadataRef file;
    if (!lm->job->o.debug && !lm->job->o.places && !lm->typed_module)
        return 0;
    if (!(d = arena_new(lm->a, struct ldebug, 1)))
        return fail(lm->e, E_NOMEM, NOWHERE, "out of memory");
    d->b = LLVMCreateDIBuilder(lm->mod);
    file = file_new(d, lm->m->name && *lm->m->name ? lm->m->name : "program");
    d->unit = LLVMDIBuilderCreateCompileUnit(d->b, LLVMDWARFSourceLanguageC99, file, "SuperVM", 7, true, "", 0, 0, "",
                                             0, LLVMDWARFEmissionLineTablesOnly, 0, false, false, "", 0, "", 0);
    d->type = LLVMDIBuilderCreateSubroutineType(d->b, file, NULL, 0, LLVMDIFlagZero);
    LLVMAddModuleFlag(lm->mod, LLVMModuleFlagBehaviorWarning, "Debug Info Version", 18,
                      LLVMValueAsMetadata(k32(lm, LLVMDebugMetadataVersion())));
    LLVMAddModuleFlag(lm->mod, LLVMModuleFlagBehaviorWarning, "Dwarf Version", 13, LLVMValueAsMetadata(k32(lm, 4)));
    lm->debug = d;
    return 0;
}

static bool by_instruction(const struct lfunc *f) {
    return f->f->typed || f->lm->job->o.places;
}

void debug_function(struct lfunc *f) {
    struct ldebug *d = f->lm->debug;
    const char *name = f->f->name ? f->f->name : "";
    u32 line = 1;
    if (!d)
        return;
    d->sub = NULL;
    d->other = NULL;
    if (by_instruction(f)) {
        d->name = arena_printf(f->a, "%u", f->index);
    } else {
        const struct line *l = func_line(f->f, 0);
        if (!l || !l->file)
            return;
        d->name = l->file;
        line = l->line;
    }
    if (!d->name)
        return;
    d->file = file_new(d, d->name);
    d->sub = LLVMDIBuilderCreateFunction(d->b, d->file, name, strlen(name), name, strlen(name), d->file, line, d->type,
                                         true, true, line, LLVMDIFlagZero, true);
    LLVMSetSubprogram(f->fn, d->sub);
    debug_at(f);
}

void debug_wrapper(struct lmodule *lm, LLVMValueRef fn, LLVMBuilderRef b) {
    struct ldebug *d = lm->debug;
    LLVMMetadataRef file, sub;
    if (!d)
        return;
    file = file_new(d, "enter");
    sub = LLVMDIBuilderCreateFunction(d->b, file, "enter", 5, "enter", 5, file, 0, d->type, true, true, 0,
                                      LLVMDIFlagZero, true);
    LLVMSetSubprogram(fn, sub);
    LLVMSetCurrentDebugLocation2(b, LLVMDIBuilderCreateDebugLocation(lm->c, 0, 0, sub, NULL));
}

static LLVMMetadataRef scope_of(struct ldebug *d, const char *file) {
    if (!file || !strcmp(file, d->name))
        return d->sub;
    if (!d->other || strcmp(d->other, file)) {
        d->other = file;
        d->scope = LLVMDIBuilderCreateLexicalBlockFile(d->b, d->sub, file_new(d, file), 0);
    }
    return d->scope;
}

void debug_at(struct lfunc *f) {
    struct ldebug *d = f->lm->debug;
    LLVMMetadataRef scope;
    u32 line = f->pc + 1, column = 0;
    if (!d || !d->sub)
        return;
    scope = d->sub;
    if (!by_instruction(f)) {
        const struct line *l = func_line(f->f, f->pc);
        line = l ? l->line : 0;
        column = l ? l->column : 0;
        if (l)
            scope = scope_of(d, l->file);
    }
    LLVMSetCurrentDebugLocation2(f->b, LLVMDIBuilderCreateDebugLocation(f->lm->c, line, column, scope, NULL));
}

void debug_end(struct lmodule *lm) {
    if (!lm->debug)
        return;
    LLVMDIBuilderFinalize(lm->debug->b);
    LLVMDisposeDIBuilder(lm->debug->b);
    lm->debug = NULL;
}
