/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasi.c - what the programs of test/wasi need of a host, made afresh in DIR (an empty folder):
 *
 *   supervm-wasi calls FILE DIR [walk]        every call: files, links that lead out, sockets, standard input
 *   supervm-wasi waits FILE DIR               each exported function waits for ever, and is interrupted
 *   supervm-wasi escape FILE DIR MS [walk]    names beneath its folder are swapped all the time
 *
 * DIR/root is the guest's; DIR/secret is not. "walk": paths are resolved without openat2. */
#define _GNU_SOURCE
#include "base/platform.h"
#include "supervm/wasi.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { SECRET = 12345 };

static _Noreturn void die(const char *what) {
    perror(what);
    exit(2);
}
static void must(int rc, const char *what) {
    if (rc < 0)
        die(what);
}

static void put_file(const char *name, const char *text, size_t size) {
    FILE *f = fopen(name, "w");
    if (!f)
        die(name);
    fputs(text, f);
    for (size_t n = strlen(text); n < size; n++)
        fputc('.', f);
    fclose(f);
}

static void make_files(void) {
    static const char *const dirs[] = {"root",     "root/dir",   "root/dir/deep", "root/a",
                                       "root/a/b", "root/a/b/c", "root/spare"};
    static const char *const links[][2] = {{"..", "root/up"},
                                           {"/", "root/abs"},
                                           {"../secret", "root/out"},
                                           {"loop", "root/loop"},
                                           {"dir/up2", "root/twice"},
                                           {"../..", "root/dir/up2"},
                                           {"dir/file", "root/link"},
                                           {"../dir", "root/dir/back"},
                                           {"dir/made", "root/dangling"},
                                           {"a", "root/l"}};
    for (size_t i = 0; i < COUNT(dirs); i++)
        must(mkdir(dirs[i], 0777), dirs[i]);
    for (size_t i = 0; i < COUNT(links); i++)
        must(symlink(links[i][0], links[i][1]), links[i][1]);
    put_file("secret", "Secret", SECRET);
    put_file("victim", "Secret", SECRET);
    put_file("root/dir/file", "file 123", 0);
    put_file("root/secret", "inside", 0);
    put_file("root/a/secret", "inside", 0);
    put_file("root/a/b/secret", "inside", 0);
}

/* ---- the guest ---- */

struct guest {
    struct svm *vm;
    struct svm_module *m;
    struct svm_program *p;
    struct svm_linker *l;
    struct svm_instance *in;
    int input, peer, drain; /* the host's ends of what the guest has */
    int socket[2];
};

static void start(struct guest *g, const char *file, const char *const *argv, bool walk, bool pipe_err) {
    static const char *const env[] = {"A=b c", NULL};
    const struct svm_wasi_dir dir[] = {{"root", "/", false}, {"root", "ro", true}};
    struct svm_wasi_config c = SVM_WASI_INIT;
    struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = "listen"};
    struct svm_config config = SVM_CONFIG_INIT;
    struct svm_error err;
    int in[2], sp[2], e[2];
    must(pipe(in), "pipe");
    must(pipe(e), "pipe");
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, sp), "socketpair");
    must(g->socket[0] = socket(AF_UNIX, SOCK_STREAM, 0), "socket");
    must(bind(g->socket[0], (struct sockaddr *)&at, sizeof at), "bind");
    must(listen(g->socket[0], 1), "listen");
    g->socket[1] = sp[0];
    g->peer = sp[1];
    g->input = in[1];
    g->drain = e[0];
    c.argv = argv;
    c.env = env;
    c.dir = dir;
    c.ndir = COUNT(dir);
    c.in = in[0];
    c.err = pipe_err ? e[1] : 0;
    c.socket = g->socket;
    c.nsocket = 2;
    c.flags = walk ? SVM_WASI_WALK : 0;
    config.budget = UINT64_MAX;
    if (!(g->vm = svm_new(&config, &err)) || !(g->m = svm_module_load_file(g->vm, file, NULL, &err)) ||
        !(g->p = svm_program_link(g->m, NULL, &err)) || !(g->l = svm_linker_new(g->vm, &err)) ||
        svm_linker_wasi(g->l, &c, &err) || !(g->in = svm_linker_instantiate(g->l, g->p, &err))) {
        fprintf(stderr, "%s\n", err.text);
        exit(2);
    }
}

static void stop(struct guest *g) {
    svm_linker_free(g->l);
    svm_instance_free(g->in);
    svm_program_free(g->p);
    svm_module_free(g->m);
    svm_free(g->vm);
}

/* Its exit status; anything but an end of its own is told. */
static int run(struct guest *g) {
    struct svm_error err;
    u32 status = 0;
    int rc = svm_call(g->in, "_start", NULL, 0, NULL, 0, &err);
    if (rc && !svm_wasi_exited(g->in, &status)) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    return (int)status;
}

/* ---- calls ---- */

/* A client: what it is sent comes back, and "ok" some time later. */
static void *client(void *arg) {
    struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = "listen"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    char text[16];
    ssize_t n;
    (void)arg;
    must(fd, "socket");
    usleep(20000); /* the guest waits for it */
    must(connect(fd, (struct sockaddr *)&at, sizeof at), "connect");
    if ((n = read(fd, text, sizeof text)) <= 0 || write(fd, text, (size_t)n) != n)
        die("client");
    usleep(20000);
    if (write(fd, "ok", 2) != 2)
        die("client");
    while (read(fd, text, sizeof text) > 0) {
    }
    close(fd);
    return NULL;
}

static int calls(const char *file, bool walk) {
    static const char *const argv[] = {"calls", "one", "two", NULL};
    struct guest g;
    pthread_t thread;
    int status;
    make_files();
    start(&g, file, argv, walk, false);
    if (write(g.input, "input", 5) != 5 || write(g.peer, "greets", 6) != 6)
        die("write");
    if (pthread_create(&thread, NULL, client, NULL))
        die("thread");
    status = run(&g);
    stop(&g);
    pthread_join(thread, NULL);
    return status;
}

/* ---- waits ---- */

static void *interrupt(void *arg) {
    usleep(50000);
    svm_instance_interrupt(arg);
    return NULL;
}

static int waits(const char *file) {
    static const char *const argv[] = {"waits", NULL};
    struct svm_extern_info x;
    struct guest g;
    int passed = 0, failed = 0;
    make_files();
    start(&g, file, argv, false, true);
    for (size_t i = 0; svm_module_extern(g.m, true, i, &x); i++) {
        const struct svm_func *f = svm_instance_func_at(g.in, i);
        struct svm_error err;
        u64 begin = os_time_ns();
        pthread_t thread;
        bool right;
        int rc;
        if (!f || svm_func_kind(f, false, 0))
            continue;
        if (pthread_create(&thread, NULL, interrupt, g.in))
            die("thread");
        rc = svm_func_call(g.in, f, NULL, 0, NULL, 0, &err);
        pthread_join(thread, NULL);
        right = rc == SVM_ETRAP && !strcmp(svm_instance_trap(g.in)->text, "interrupted") &&
                os_time_ns() - begin < (u64)5000000000;
        if (!right)
            printf("FAIL %s: %s\n", x.name, rc ? err.text : "it came back");
        passed += right;
        failed += !right;
    }
    stop(&g);
    printf("%d passed, %d failed\n", passed, failed);
    return failed || !passed;
}

/* ---- escape ---- */

static atomic_bool over;

static void *swap(void *arg) {
    u64 seed = 1;
    (void)arg;
    while (!over) {
        seed = seed * 6364136223846793005 + 1442695040888963407;
        switch (seed >> 60) {
        case 0:
        case 1:
        case 2: renameat2(AT_FDCWD, "root/a/b", AT_FDCWD, "root/spare", RENAME_EXCHANGE); break;
        case 3:
        case 4: renameat2(AT_FDCWD, "root/a/b", AT_FDCWD, "root/up", RENAME_EXCHANGE); break;
        case 5: renameat2(AT_FDCWD, "root/l", AT_FDCWD, "root/up", RENAME_EXCHANGE); break;
        case 6: renameat2(AT_FDCWD, "root/l", AT_FDCWD, "root/abs", RENAME_EXCHANGE); break;
        case 7: rename("root/a", "moved"); break; /* out of the guest's folder, and back */
        case 8:
        case 9: rename("moved", "root/a"); break;
        case 10: (void)!symlink("../secret", "root/swap"); break;
        case 11: unlink("root/swap"); break;
        case 12: (void)!link("root/secret", "root/swap"); break;
        case 13: renameat2(AT_FDCWD, "root/swap", AT_FDCWD, "root/out", RENAME_EXCHANGE); break;
        default: (void)!symlink("../../secret", "root/a/b/swap"); break;
        }
    }
    return NULL;
}

static int escape(const char *file, const char *ms, bool walk) {
    const char *const argv[] = {"escape", ms, NULL};
    struct guest g;
    pthread_t thread;
    int status;
    make_files();
    start(&g, file, argv, walk, false);
    if (pthread_create(&thread, NULL, swap, NULL))
        die("thread");
    status = run(&g);
    over = true;
    pthread_join(thread, NULL);
    stop(&g);
    return status;
}

int main(int argc, char **argv) {
    char *file = argc > 3 ? realpath(argv[2], NULL) : NULL;
    bool walk = argc > 4 && !strcmp(argv[argc - 1], "walk");
    int status = 2;
    if (!file || chdir(argv[3])) {
        fprintf(stderr, "usage: supervm-wasi calls|waits|escape FILE DIR [MS] [walk]\n");
        return 2;
    }
    if (!strcmp(argv[1], "calls"))
        status = calls(file, walk);
    else if (!strcmp(argv[1], "waits"))
        status = waits(file);
    else if (!strcmp(argv[1], "escape"))
        status = escape(file, argc > 4 ? argv[4] : "1000", walk);
    free(file);
    return status;
}
