/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuzz_wasi.c - every function of WASI with hostile arguments on hostile memory, in a folder of its own.
 * in:  bytes: a call each 40 (which function, of which snapshot, its arguments), laid over the guest's memory too
 * out: nothing; a crash is a bug, and so is a guest that changes what stands beside its folder, or a call that hangs
 *
 * Small numbers are likelier to be a descriptor, an address or a length that is right: an argument is cut by a mask
 * that is part of the input. Every few calls a path of the folder is written where arguments may point. */
#define _GNU_SOURCE
#include "api/api.h"
#include "rt/wasi/wasi.h"
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CALL = 40, PARAMS = 9, MOST_CALLS = 64, MEMORY = 65536, PATHS = 1024 };

static void require(bool ok) {
    if (!ok)
        abort();
}

/* (module (memory 1)), whose instance lends its memory and its struct ctx to the calls. */
static const u8 module[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 5, 3, 1, 0, 1};

static const char *const paths[] = {"a", "d", "d/f", "l", "../secret", "d/../..", "/", "up/secret", "d/", ".", "x", ""};

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at) {
    (void)st;
    (void)flag;
    return at->level ? remove(path) : 0;
}

static void fresh(const char *root) {
    char name[300];
    int fd;
    nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    snprintf(name, sizeof name, "%s/d", root);
    require(!mkdir(name, 0777));
    snprintf(name, sizeof name, "%s/d/f", root);
    require((fd = open(name, O_CREAT | O_WRONLY, 0666)) >= 0);
    require(write(fd, "some text", 9) == 9);
    close(fd);
    snprintf(name, sizeof name, "%s/l", root);
    require(!symlink("d/f", name));
    snprintf(name, sizeof name, "%s/up", root);
    require(!symlink("..", name));
}

static struct wasi *make(const char *root, bool walk, struct error *e) {
    const struct wasi_dir dir[] = {{root, "/", false}, {root, "ro", true}};
    struct wasi_setup s = {.dir = dir, .ndir = 2, .stdio = {-1, -1, -1}, .max_files = 20, .walk = walk};
    static const char *const args[] = {"a", "bc", NULL};
    int null = open("/dev/null", O_RDWR);
    struct wasi *w;
    require(null >= 0);
    s.stdio[0] = s.stdio[1] = null;
    s.args = s.env = args;
    w = wasi_new(&s, e);
    close(null);
    return w;
}

static u64 argument(const u8 *p, u32 i, u32 fn) {
    u64 v = get32(p + 4 + i * 4), kind = p[2 + i / 5] >> (i % 5) & 1 ? 0xffffffff : 0xff;
    if (i == 0 && wasi_rows[fn].name[0] != 'r' && (p[1] & 6))
        return v % 12;
    return v & kind;
}

/* poll_oneoff may be told to wait for ever; so may reading from nothing. */
static bool may_wait(u32 fn) {
    return !strcmp(wasi_rows[fn].name, "poll_oneoff");
}

/* A file may be made as large as the disk. */
static bool grows(u32 fn, const u64 *slot) {
    const char *name = wasi_rows[fn].name;
    return (!strcmp(name, "fd_allocate") && slot[1] + slot[2] > 1 << 20) ||
           (!strcmp(name, "fd_filestat_set_size") && slot[1] > 1 << 20);
}

static void calls(struct instance *in, struct wasi *w, const u8 *data, size_t size) {
    u8 *mem = in->cx.mem[0]->base;
    struct group *g = group_of(in);
    struct visit v = {in, NULL};
    g->visit = &v;
    for (u32 n = 0; n < MOST_CALLS && size >= CALL; n++, data += CALL, size -= CALL) {
        u64 slot[PARAMS];
        u32 fn = data[0] % wasi_nrow;
        for (u32 i = 0; i < PARAMS; i++)
            slot[i] = argument(data, i, fn);
        for (u32 i = 0; i < COUNT(paths) && data[1] & 8; i++)
            memcpy(mem + i * 16, paths[i], strlen(paths[i]) + 1);
        memcpy(mem + PATHS + n * CALL, data, CALL);
        if (grows(fn, slot))
            continue;
        in->cx.fuel = in->cx.fuel_rest = 1 << 20;
        atomic_store(&in->interrupt, may_wait(fn));
        require(wasi_call(&in->cx, w, fn, data[1] & 1, slot) == !in->cx.trap);
        if (!in->cx.trap && *wasi_rows[fn].result)
            require(slot[0] <= WASI_ENOTCAPABLE);
        in->cx.trap = 0;
    }
    g->visit = NULL;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size) {
    char shm[] = "/dev/shm/fuzz-wasi-XXXXXX", tmp[] = "/tmp/fuzz-wasi-XXXXXX", root[64], secret[64], text[16] = "";
    const char *base = mkdtemp(shm) ? shm : mkdtemp(tmp); /* a disk would take its time for each fd_sync */
    struct svm_error err;
    struct error e = {0};
    struct svm *vm;
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *in;
    struct wasi *w;
    int fd;
    require(base != NULL);
    snprintf(root, sizeof root, "%s/root", base);
    snprintf(secret, sizeof secret, "%s/secret", base);
    require(!mkdir(root, 0777));
    require((fd = open(secret, O_CREAT | O_RDWR, 0666)) >= 0);
    require(write(fd, "secret", 6) == 6);
    fresh(root);
    require((vm = svm_new(NULL, &err)) != NULL);
    require((m = svm_module_load(vm, module, sizeof module, NULL, &err)) != NULL);
    require((p = svm_program_link(m, NULL, &err)) != NULL);
    require((in = svm_instance_new(p, &err)) != NULL);
    require((w = make(root, size && data[0] & 1, &e)) != NULL);
    if (size)
        calls(&in->in, w, data + 1, size - 1);
    wasi_free(w);
    require(pread(fd, text, sizeof text, 0) == 6 && !memcmp(text, "secret", 6));
    close(fd);
    svm_instance_free(in);
    svm_program_free(p);
    svm_module_free(m);
    svm_free(vm);
    nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    require(!rmdir(root) && !unlink(secret) && !rmdir(base)); /* and nothing else was put there */
    return 0;
}
