/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ebpf-vm.h - the VM core interface of bpftime, over SuperVM. A program written against that
 * header recompiles against this one; link with libsupervm.
 *
 *   struct ebpf_vm *vm = ebpf_create("");
 *   ebpf_register(vm, 2, "add", add);
 *   if (ebpf_load(vm, code, sizeof code, &errmsg)) ...
 *   ebpf_exec(vm, mem, sizeof mem, &result);
 *
 * What differs: with bounds checks on (the default) every access is checked, so a pointer that
 * a registered function or a callback of ebpf_set_lddw_helpers hands to the program can be
 * dereferenced only where it lies in memory that the host named with ebpf_register_memory.
 * bpftime's README shows ebpf_exec with an int64_t * and callbacks that return int; here, as in
 * its header, both are uint64_t.
 *
 * Threads: a vm is set up by one thread. Once code is loaded, ebpf_exec and what ebpf_compile
 * returned may be called from any number of threads, each call with its own stack and budget;
 * changing, unloading or destroying the vm must wait until these have returned. */
#ifndef EBPF_VM_H
#define EBPF_VM_H
#include "supervm/supervm.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef EBPF_MAX_INSTS
#define EBPF_MAX_INSTS 65536 /* instructions of a program */
#endif
#ifndef MAX_EXT_FUNCS
#define MAX_EXT_FUNCS 8192   /* registered functions */
#endif
#ifndef EBPF_STACK_SIZE
#define EBPF_STACK_SIZE 512  /* bytes of a frame; see ebpf_set_stack_size */
#endif

/* One instruction, RFC 9669, 3. */
struct ebpf_inst {
    uint8_t code;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint8_t dst_reg : 4;
    uint8_t src_reg : 4;
#else
    uint8_t src_reg : 4;
    uint8_t dst_reg : 4;
#endif
    int16_t off;
    int32_t imm;
};

struct ebpf_vm;
typedef uint64_t (*ebpf_jit_fn)(void *mem, size_t mem_len);

/* vm_name: "" is the default; "ubpf" is the same; else an engine of `supervm engines` ("interp").
 * NULL: out of memory, or no such engine in this build ("llvm" and "jit" where they are absent). */
SVM_API struct ebpf_vm *ebpf_create(const char *vm_name);
SVM_API void ebpf_destroy(struct ebpf_vm *vm);
SVM_API const char *ebpf_get_vm_name(struct ebpf_vm *vm); /* as given; the engine's for "" */

/* Bounds checks are on at first; gives the former setting. Off: the program is trusted. */
SVM_API bool ebpf_toggle_bounds_check(struct ebpf_vm *vm, bool enable);
/* Called with the text of a fatal error: a trap, a spent budget. fprintf at first. */
SVM_API void ebpf_set_error_print(struct ebpf_vm *vm, int (*error_printf)(FILE *stream, const char *format, ...));

/* fn: uint64_t (*)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t), called for "call idx". Its
 * arguments are what the program gave: with untrusted code fn checks them. 0, or -1. */
SVM_API int ebpf_register(struct ebpf_vm *vm, unsigned int idx, const char *name, void *fn);
SVM_API int ebpf_unregister(struct ebpf_vm *vm, unsigned int idx);

/* 0, or -1 with a message in *errmsg that the caller frees. After a first load only after
 * ebpf_unload_code. len is in bytes. */
SVM_API int ebpf_load(struct ebpf_vm *vm, const void *code, uint32_t code_len, char **errmsg);
SVM_API void ebpf_unload_code(struct ebpf_vm *vm);

/* r1 = mem, r2 = mem_len. 0 with r0 in *bpf_return_value, or -1. */
SVM_API int ebpf_exec(const struct ebpf_vm *vm, void *mem, size_t mem_len, uint64_t *bpf_return_value);
/* The same as a C function, valid until ebpf_destroy. It has no way to report: after a trap it
 * has called the error function and returns UINT64_MAX. NULL with a message as above. */
SVM_API ebpf_jit_fn ebpf_compile(struct ebpf_vm *vm, char **errmsg);

/* When function idx returns 0 the program ends at once, with 0 (a tail call that went through). */
SVM_API int ebpf_set_unwind_function_index(struct ebpf_vm *vm, unsigned int idx);
/* The addresses of registered functions are kept masked with it. -1 once code is loaded. */
SVM_API int ebpf_set_pointer_secret(struct ebpf_vm *vm, uint64_t secret);
/* What the 64-bit immediate load means with sources 1 to 6 (RFC 9669, 5.4), asked once, while
 * loading. Any may be NULL: code that needs it is refused, but source 4 then is a function of
 * the program, for callx. */
SVM_API void ebpf_set_lddw_helpers(struct ebpf_vm *vm, uint64_t (*map_by_fd)(uint32_t), uint64_t (*map_by_idx)(uint32_t),
                                   uint64_t (*map_val)(uint64_t), uint64_t (*var_addr)(uint32_t),
                                   uint64_t (*code_addr)(uint32_t));

/* Native code of the loaded program as an ELF object for this machine, to be freed by the caller; options: none are known
 * yet, NULL. Addresses that callbacks of ebpf_set_lddw_helpers gave are part of it. -1 and a message to the error
 * function where LLVM's plug-in is not installed. */
struct ebpf_aot_options;
SVM_API int ebpf_aot_compile(struct ebpf_vm *vm, struct ebpf_aot_options *options, uint8_t **elf, size_t *size);
/* Loads such an object in place of code: its program, as ebpf_compile gives it, and what ebpf_exec runs from now on. The
 * functions that it calls must be registered, and settings be those that it was compiled with. It is native code, which
 * nothing checks: only for objects that you trust. NULL, and a message to the error function: it is no such object. */
SVM_API ebpf_jit_fn ebpf_load_aot_object(struct ebpf_vm *vm, const void *buf, size_t buf_len);

/* ---- extensions of SuperVM ---- */

/* Memory that programs may touch with bounds checks on, at its own address. It must stay until
 * the vm is destroyed. 0, or -1. */
SVM_API int ebpf_register_memory(struct ebpf_vm *vm, void *base, size_t len, bool writable);
SVM_API int ebpf_set_stack_size(struct ebpf_vm *vm, size_t bytes); /* of a frame: a multiple of 16; -1 once code is loaded */
SVM_API int ebpf_set_budget(struct ebpf_vm *vm, uint64_t insns);   /* of each call; UINT64_MAX: none */

#ifdef __cplusplus
}
#endif
#endif
