/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf_check.h - a BTF blob held against everything that its readers take on trust. */
#ifndef FRONT_ELF_BTF_CHECK_H
#define FRONT_ELF_BTF_CHECK_H
#include "base/arena.h"
#include "base/error.h"

/* Pure; memory from tmp. */
int btf_check(const u8 *p, size_t n, struct arena *tmp, struct error *e);

#endif
