/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasi.h - programs for WASI preview 1: what wasi-libc, Rust's wasm32-wasip1 and others import, provided by a linker.
 *
 *   struct svm_wasi_dir dir = {.host = "data", .guest = "/"};
 *   const char *argv[] = {"app", "--fast", NULL};
 *   struct svm_wasi_config c = SVM_WASI_INIT;
 *   c.argv = argv, c.dir = &dir, c.ndir = 1;
 *   svm_linker_wasi(linker, &c, &err);
 *   in = svm_linker_instantiate(linker, program, &err);
 *   if (svm_call(in, "_start", NULL, 0, NULL, 0, &err) && svm_wasi_exited(in, &status)) ...
 *
 * A guest reaches what stands here and nothing else: these directories and what is beneath them, whatever its paths and
 * symbolic links say; standard input and output; these sockets; clocks; random bytes. It has no other files, no network,
 * no other processes and none of the host's environment. Its numbers: 0 to 2 standard streams, 3 and on the directories in
 * this order, then the sockets, then what it opens.
 *
 * Calls that wait (reading a pipe, poll_oneoff) end at once when svm_instance_interrupt is called. */
#ifndef SUPERVM_WASI_H
#define SUPERVM_WASI_H
#include "supervm/supervm.h"

#ifdef __cplusplus
extern "C" {
#endif

struct svm_wasi_dir {
    const char *host;          /* a directory */
    const char *guest;         /* how the guest knows it; NULL: as host */
    bool read_only;            /* nothing in it can be changed, opened for writing, made or removed */
};

enum { SVM_WASI_WALK = 1 };    /* flags: resolve paths component by component even where the kernel can do it (openat2) */

struct svm_wasi_config {
    size_t size;               /* sizeof; SVM_WASI_INIT */
    const char *const *argv;   /* NULL-ended, its own name first; NULL: none */
    const char *const *env;    /* "NAME=VALUE", NULL-ended; NULL: none */
    const struct svm_wasi_dir *dir; size_t ndir;
    int in, out, err;          /* descriptors; 0: this process's own 0, 1 and 2; -1: none */
    const int *socket; size_t nsocket; /* listening ones, for sock_accept, or connected ones */
    uint32_t max_files;        /* open at one time (1,024) */
    unsigned flags;
};
#define SVM_WASI_INIT SVM_INIT_OF(struct svm_wasi_config)

/* Defines the functions of wasi_snapshot_preview1 and of the older wasi_unstable in l, and env's
 * emscripten_notify_memory_growth where it has none. Instances that are made with l share the arguments and the open files.
 * Strings are copied, descriptors duplicated: the host keeps its own. c may be NULL: no arguments, no directories.
 * SVM_EIO: a directory cannot be opened. */
SVM_API int svm_linker_wasi(struct svm_linker *l, const struct svm_wasi_config *c, struct svm_error *err);
/* For eBPF: programs of vm that are linked from now on may import, as kernel functions (.ksyms),
 *     long wasi_fd_write(int fd, const void *buf, uint64_t len);   bytes written: fewer, or EAGAIN, rather than wait
 *     long wasi_clock_time_get(int clock, uint64_t *time);         0 real time, 1 monotonic: nanoseconds
 *     long wasi_random_get(void *buf, uint64_t len);
 * with results of 0 and more, or a negative error number of WASI. They see the descriptors that c gives, and open none.
 * SVM_EBUSY: programs were linked. SVM_EUSAGE: it was granted before. */
SVM_API int svm_wasi_kfuncs(struct svm *vm, const struct svm_wasi_config *c, struct svm_error *err);
/* The last call of in was ended by the guest itself (proc_exit), which is a trap to the host: with this status. */
SVM_API bool svm_wasi_exited(struct svm_instance *in, uint32_t *status);

#ifdef __cplusplus
}
#endif
#endif
