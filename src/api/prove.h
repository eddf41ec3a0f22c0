/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* prove.h - the checker's part in linking. */
#ifndef API_PROVE_H
#define API_PROVE_H
#include "api/api.h"

/* Checks the programs of p, linked and not yet compiled: in strict mode one that is not proven safe is the error; p gets
 * the facts that its code may be compiled by, unless plain (the engine has no use for them). */
int prove(struct program *p, const struct svm *vm, const struct svm_link_options *o, bool plain, struct error *e);

#endif
