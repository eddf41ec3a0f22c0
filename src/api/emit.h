/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* emit.h - what the files emit*.c share: a module in, what svm_module_emit gives out. */
#ifndef API_EMIT_H
#define API_EMIT_H
#include "api/api.h"
#include "supervm/native.h"

bool emit_name_ok(const char *name);       /* an identifier of C */
/* emit_header.c: the text of a header for an object of that name. */
int emit_header(struct svm_module *m, const char *name, struct buf *out, struct error *e);
/* emit_link.c: an object in, a shared library or an executable out, by a C compiler. typed: which runtime an executable needs. */
int emit_link(const struct buf *object, const struct svm_emit_options *o, bool typed, struct buf *out, struct error *e);

#endif
