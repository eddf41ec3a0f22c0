/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* libbpf.h - what is used of libbpf here: its view of BTF. btf_open() (btf_load.c) opens the library. */
#ifndef FRONT_ELF_LIBBPF_H
#define FRONT_ELF_LIBBPF_H
#include "base/late.h"
#include <bpf/btf.h>

/* clang-format off */
#define LIBBPF_FUNCTIONS(F)                                                                                            \
    F(btf__new) F(btf__free) F(btf__raw_data) F(btf__type_cnt) F(btf__type_by_id) F(btf__name_by_offset)               \
    F(btf__resolve_size) F(btf__align_of)
/* clang-format on */

extern LATE_LIBRARY(libbpf, LIBBPF_FUNCTIONS) bpf;

#endif
