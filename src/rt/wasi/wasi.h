/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasi.h - WASI preview 1: the state of a guest, and what the functions of abi/wasi.def share.
 *
 * A guest reaches what stands in its table of files and nothing else: standard input and output, directories that the
 * host opened for it, sockets that it was given, and what it opened below these directories (path.c). What stands in
 * the guest's memory may change while a call runs: ranges are checked, then numbers and paths copied before they are
 * used. Bytes that are read and written go straight between the memory and the kernel, which answers EFAULT at the
 * worst. */
#ifndef RT_WASI_WASI_H
#define RT_WASI_WASI_H
#include "abi/wasi.h"
#include "rt/mem.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/uio.h>

enum { WASI_PATH = 4096, WASI_NAME = 256, WASI_IOVECS = 1024, WASI_SUBSCRIPTIONS = 65536 };

struct wasi_file {
    u32 refs;                     /* under the lock: its row, and calls in progress */
    int host;                     /* descriptor, this file's own */
    u8 type;                      /* enum wasi_filetype */
    bool waits;                   /* reading or writing may have to wait: no regular file, no directory */
    bool given;                   /* by the host, who shares its status flags: they are left alone */
    atomic_bool no_nowait;        /* the kernel cannot be asked for "only what does not wait" */
    atomic_uint flags;            /* enum wasi_fdflags */
    _Atomic u64 base, inheriting; /* rights; they change under the lock */
    char *name;                   /* of a directory that was there at the start; else NULL */
};

struct wasi_strings { /* argv, environ: each with its 0, one after the other */
    char *bytes;
    u32 n, size;
};

struct wasi {
    pthread_mutex_t lock;    /* instances of several threads may come from one linker */
    struct wasi_file **file; /* by descriptor; NULL: none */
    u32 nfile, nopen, max_files;
    struct wasi_strings args, env;
    bool walk; /* resolve paths without openat2 */
};

/* A call in progress. */
struct wcall {
    struct wasi *w;
    struct ctx *cx;
    u8 *mem;
    u64 size;
    bool old; /* of wasi_unstable */
};

/* --- wasi.c --- */

struct wasi_dir {
    const char *host, *guest;
    bool read_only;
};
struct wasi_setup {
    const char *const *args, *const *env; /* NULL-ended, or NULL */
    const struct wasi_dir *dir;
    const int *socket;
    size_t ndir, nsocket;
    int stdio[3]; /* -1: none */
    u32 max_files;
    bool walk;
};
struct wasi *wasi_new(const struct wasi_setup *s, struct error *e);
void wasi_free(struct wasi *w);

struct wasi_row {
    const char *name, *param, *result;
    u32 snapshots;
};
extern const struct wasi_row wasi_rows[];
extern const u32 wasi_nrow;
/* Row fn of abi/wasi.def: arguments in slot, the result in slot[0]. False: cx->trap is set. */
bool wasi_call(struct ctx *cx, struct wasi *w, u32 fn, bool old, u64 *slot);
/* For eBPF, whose pointers are real: bytes written, which are fewer where it would have to wait, or a negative number of
 * WASI's errors. */
s64 wasi_write_now(struct ctx *cx, struct wasi *w, u64 fd, void *p, u64 len);
/* How the last call of in ended that trapped with EXIT. */
u32 wasi_exit_status(const struct instance *in);

u32 wasi_errno(int host);               /* of a positive errno */
static inline u32 wasi_result(s64 rc) { /* 0 and more, or a negative errno */
    return rc < 0 ? wasi_errno((int)-rc) : WASI_OK;
}

/* len bytes at `at` of the guest's memory; NULL: they do not lie in it. */
static inline u8 *guest(const struct wcall *c, u64 at, u64 len) {
    return len <= c->size && at <= c->size - len ? c->mem + at : NULL;
}
u32 put_u32(struct wcall *c, u64 at, u32 v); /* WASI_OK, WASI_EFAULT */
u32 put_u64(struct wcall *c, u64 at, u64 v);
u16 get16(const u8 *p);
u32 get32(const u8 *p);
u64 get64(const u8 *p);
void set32(u8 *p, u32 v);
void set64(u8 *p, u64 v);

/* --- files.c: the table --- */

/* File fd with a reference for the caller, where it has these rights. */
u32 file_get(struct wcall *c, u64 fd, u64 rights, struct wasi_file **out);
void file_put(struct wasi *w, struct wasi_file *f);
/* A copy of *f, whose type is looked up and whose rights are cut down to what that type can have; the lowest free
 * number from `least` on is in *fd. Where that fails, f->host is closed and f->name freed. */
u32 file_add(struct wasi *w, const struct wasi_file *f, u32 least, u32 *fd);
u32 file_close(struct wasi *w, u64 fd);
u32 file_move(struct wasi *w, u64 from, u64 to);
u32 file_narrow(struct wasi *w, u64 fd, u64 base, u64 inheriting);
void files_drop(struct wasi *w);
u8 filetype_of_mode(mode_t mode);
u8 filetype_of_fd(int fd, const struct stat *st);
u64 rights_of_type(int fd, u8 type); /* the most that such a file can have */
extern const u64 rights_all, rights_inherited, rights_read_only;

/* --- path.c: names beneath a directory --- */

/* Opens path, which is resolved beneath dir however symbolic links and others' renames change it; -errno, EPERM where
 * it leads out. flags and mode as of openat; symbolic links at the end are followed unless O_NOFOLLOW. */
int path_open(const struct wasi *w, int dir, const char *path, int flags, mode_t mode);
bool path_can_openat2(void);
/* Where the last component of a path is: (dir, name), for calls that never follow a link at the end. */
struct place {
    int dir;
    bool own;   /* dir is to be closed */
    bool self;  /* the path ends in "." or "..": dir is what it names, there is no name */
    bool slash; /* and has a slash behind it */
    char name[WASI_NAME];
};
int path_parent(const struct wasi *w, int dir, const char *path, struct place *p);
void place_drop(struct place *p);
/* Copies a path of the guest's; out: WASI_PATH bytes. */
u32 take_path(struct wcall *c, u64 at, u64 len, char *out);

/* --- fd_meta.c --- */

u32 put_filestat(struct wcall *c, u64 at, const struct stat *st, int fd); /* fd: -1 where it is not open */
u32 take_times(u64 atim, u64 mtim, u64 flags, struct timespec out[2]);

/* --- fd_io.c --- */

/* Waits until one of events is there. WASI_OK, or why not (cx->trap may be set). */
u32 wait_file(struct wcall *c, int fd, short events);
/* The buffers of a read or write, checked; *n of them. */
u32 take_iovecs(struct wcall *c, u64 at, u64 count, struct iovec *v, u32 *n);

/* --- the functions: arguments by their place, i32 zero-extended; an enum wasi_errno --- */

#define W(name)                               u32 wasi_##name(struct wcall *c, const u64 *a)
#define WASI(name, params, result, snapshots) W(name);
#include "abi/wasi.def"

#endif
