/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cli.h - what the commands share. One file a command: cmd_NAME.c. */
#ifndef CLI_CLI_H
#define CLI_CLI_H
#include "base/buf.h"
#include "base/error.h"
#include "supervm/supervm.h"

enum { EXIT_WELL, EXIT_USAGE, EXIT_REFUSED, EXIT_TRAP, EXIT_LIMIT }; /* exit statuses, docs/supervm.1 */
enum { EXIT_WASI_LIMIT = 124, EXIT_WASI_TRAP }; /* of a WASI guest, whose own are from 0 on */

struct command {
    const char *name, *about;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
};

/* --- options.c: rows of options, read by getopt_long, printed by --help --- */

struct opt {
    int key;                   /* its letter, or a number above 255 where it has none */
    const char *name, *arg;    /* arg: NULL: takes none */
    const char *help;
};
struct options {
    const char *synopsis;      /* "supervm run [OPTION]... FILE" */
    const char *about;
    const struct opt *opt;     /* ends with a row whose key is 0; --help is added */
    int argc;
    char **argv;
};
/* The key of the next option, its argument in optarg; 0: no more (operands start at optind);
 * OPT_DONE: leave with *status (a wrong option, or --help). */
enum { OPT_DONE = -2 };
int next_option(const struct options *o, int *status);
bool read_number(const char *text, u64 *out); /* 12, 0x12, 10k, 2M, 1G */

/* --- term.c: how it looks --- */

int complain(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* returns EXIT_USAGE */
int refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));   /* returns EXIT_REFUSED */
enum style { STYLE_PLAIN, STYLE_BOLD, STYLE_RED, STYLE_GREEN, STYLE_YELLOW, STYLE_DIM };
const char *style(FILE *f, enum style s); /* "" where f is no terminal or NO_COLOR is set */
const char *with_commas(u64 v, char text[32]);
int flush_output(void);                   /* EXIT_WELL, or says that standard output cannot be written */

struct progress {
    u64 next_ns, start_ns;
    bool shown, off;
};
/* At most five times a second, on standard error, where that is a terminal. */
void progress_show(struct progress *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void progress_end(struct progress *p);

/* --- load.c: a file of any kind in, a module out --- */

/* A C file is compiled first. NULL: said why on standard error. */
struct svm_module *load_input(struct svm *vm, const char *path, const struct svm_load_options *o, int *status);
/* compile.c: an object made by the newest clang installed; its path, to be unlinked and freed. NULL: said why. */
char *compile_c(const char *path, int *status);
char *compile_wat(const char *path, int *status); /* a .wasm file, by wat2wasm */

/* --- hex.c --- */
/* "0a 0b:0c", "0x0a0b0c": bytes. False: not hex. */
bool read_hex(const char *text, struct buf *out);
void print_hex(struct buf *b, const void *p, size_t n, const char *between);

int cmd_run(int argc, char **argv);
int cmd_info(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_disasm(int argc, char **argv);
int cmd_asm(int argc, char **argv);
int cmd_compile(int argc, char **argv);
int cmd_engines(int argc, char **argv);

#endif
