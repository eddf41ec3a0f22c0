/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cmd_verify.c - supervm verify: a file in; of each of its programs whether it is proven safe, and if not, why not. */
#include "cli/cli.h"
#include "cli/json.h"
#include "supervm/verify.h"
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { STRICT = 256, GUARDED, TYPE, GPL, LOG, HTML, STEPS, BTF, KCONFIG, FORMAT };

static const struct opt opts[] = {
    {'p', "prog", "NAME", "this program alone, by name or section (default: all)"},
    {STRICT, "strict", NULL, "what is not proven is refused, as in the kernel (the default)"},
    {GUARDED, "guarded", NULL, "say of all that is not proven that it will be checked while it runs, as run does"},
    {'j', "json", NULL, "print one JSON object"},
    {HTML, "html", "OUT", "write a page: source, bytecode, what is known and proven, side by side"},
    {GPL, "gpl", NULL, "take the license as GPL-compatible, whatever the file says"},
    {TYPE, "type", "TYPE", "of programs whose section names none: xdp, tc, sock_ops, ... (default: raw memory)"},
    {LOG, "log", NULL, "print what is known at the head of each block, as it is looked at"},
    {'s', "set", "VAR=VALUE", "set a global variable: constants decide what is reached"},
    {STEPS, "steps", "N", "instructions that are walked for a program at most (default 1M)"},
    {BTF, "btf", "FILE", "relocate CO-RE against this BTF (default: the object's own)"},
    {KCONFIG, "kconfig", "FILE", "lines of CONFIG_X=y for .kconfig variables"},
    {FORMAT, "format", "NAME", "what FILE is: elf, raw, hex, asm, svmasm, svm (default: by content)"},
    {0, NULL, NULL, NULL},
};

struct verify {
    const char *file, *html, *kconfig;
    const char **set;
    u32 nset;
    bool json, guarded;
    struct svm_load_options load;
    struct svm_verify_options o;
};

static void print_log(void *arg, const char *text) {
    fprintf(arg, "%s\n", text);
}

static int take_option(struct verify *v, int key) {
    u64 n;
    const char **rows;
    switch (key) {
    case 'p': v->o.prog = optarg; return 0;
    case 'j': v->json = true; return 0;
    case STRICT: v->guarded = false; return 0;
    case GUARDED: v->guarded = true; return 0;
    case TYPE: v->o.type = optarg; return 0;
    case GPL: v->o.gpl = true; return 0;
    case HTML: v->html = optarg; return 0;
    case LOG: v->o.log = print_log; return 0;
    case 's':
        if (!(rows = reallocarray(v->set, v->nset + 2, sizeof *rows)))
            return refuse("out of memory");
        v->set = rows;
        rows[v->nset++] = optarg;
        rows[v->nset] = NULL;
        return 0;
    case STEPS:
        if (!read_number(optarg, &n) || !n)
            return complain("--steps %s: a number from 1 is wanted", optarg);
        v->o.max_steps = n;
        return 0;
    case BTF: v->load.target_btf = optarg; return 0;
    case KCONFIG: v->kconfig = optarg; return 0;
    case FORMAT: v->load.front = optarg; return 0;
    default: return EXIT_USAGE;
    }
}

#ifdef HAVE_CJSON
static void string_or_null(cJSON *o, const char *key, const char *text) {
    if (text)
        cj.cJSON_AddStringToObject(o, key, text);
    else
        cj.cJSON_AddNullToObject(o, key);
}
static void number_or_null(cJSON *o, const char *key, bool known, double n) {
    if (known)
        cj.cJSON_AddNumberToObject(o, key, n);
    else
        cj.cJSON_AddNullToObject(o, key);
}

static int print_verdicts(const struct svm_verdicts *all) {
    struct svm_verdict d = SVM_VERDICT_INIT;
    cJSON *root, *list;
    char *out;
    int status = json_open();
    if (status)
        return status;
    root = cj.cJSON_CreateObject();
    list = cj.cJSON_AddArrayToObject(root, "programs");
    for (size_t i = 0; svm_verdicts_at(all, i, &d); i++) {
        cJSON *o = cj.cJSON_CreateObject();
        struct buf reason = {0};
        if (!d.accepted)
            buf_printf(&reason, "%s: %s", d.reason, d.text);
        cj.cJSON_AddItemToArray(list, o);
        string_or_null(o, "name", d.prog);
        string_or_null(o, "section", d.section);
        cj.cJSON_AddStringToObject(o, "verdict", d.accepted ? "accepted" : "rejected");
        string_or_null(o, "reason", d.accepted ? NULL : buf_str(&reason));
        number_or_null(o, "insn", !d.accepted, d.insn);
        number_or_null(o, "line", !d.accepted && d.line, d.line);
        cj.cJSON_AddNumberToObject(o, "time_us", (double)d.time_ns / 1000);
        cj.cJSON_AddNumberToObject(o, "insns", (double)d.insns);
        cj.cJSON_AddNumberToObject(o, "checks_total", (double)d.checks_total);
        cj.cJSON_AddNumberToObject(o, "checks_proven", (double)d.checks_proven);
        buf_free(&reason);
    }
    out = cj.cJSON_PrintUnformatted(root);
    if (out)
        puts(out);
    cj.cJSON_Delete(root);
    free(out);
    return out ? EXIT_WELL : refuse("out of memory");
}
#else
static int print_verdicts(const struct svm_verdicts *all) {
    return (void)all, json_open();
}
#endif

static int write_page(const struct verify *v, const struct svm_verdicts *all) {
    FILE *f = !strcmp(v->html, "-") ? stdout : fopen(v->html, "w");
    int rc;
    if (!f)
        return refuse("%s: %s", v->html, strerror(errno));
    rc = svm_verdicts_print(all, SIZE_MAX, SVM_REPORT_HTML, f);
    if ((f == stdout ? fflush(f) : fclose(f)) || rc)
        return refuse("%s: cannot be written (%s)", v->html, rc ? svm_code_text(rc) : strerror(errno));
    return EXIT_WELL;
}

static int tell(const struct verify *v, const struct svm_verdicts *all) {
    struct svm_verdict d = SVM_VERDICT_INIT;
    unsigned flags = (*style(stdout, STYLE_BOLD) ? SVM_REPORT_COLOUR : 0) | (v->guarded ? SVM_REPORT_GUARDED : 0);
    size_t i, well = 0;
    int status = EXIT_WELL;
    for (i = 0; svm_verdicts_at(all, i, &d); i++)
        well += d.accepted;
    if (v->json)
        status = print_verdicts(all);
    else if (svm_verdicts_print(all, SIZE_MAX, flags, stdout))
        status = EXIT_REFUSED; /* main() says why standard output cannot be written */
    else if (i > 1)
        printf("%zu programs: %zu accepted, %zu %s\n", i, well, i - well,
               v->guarded ? "with run-time checks" : "rejected");
    if (!status && v->html)
        status = write_page(v, all);
    return status || v->guarded || well == i ? status : EXIT_REFUSED;
}

static int verify_file(struct verify *v) {
    struct svm_error err;
    struct svm_module *m = NULL;
    struct svm_verdicts *all;
    struct svm *vm = svm_new(NULL, &err);
    struct buf kconfig = {0};
    int status = EXIT_WELL;
    if (!vm)
        return refuse("%s", err.text);
    if (v->kconfig) {
        errno = 0;
        if (buf_read_file(&kconfig, v->kconfig, 16 << 20))
            status = refuse("%s: %s", v->kconfig, errno ? strerror(errno) : "too long");
        v->load.kconfig = buf_str(&kconfig);
    }
    if (!status && (m = load_input(vm, v->file, &v->load, &status))) {
        v->o.set = v->set;
        v->o.mode = v->guarded || v->html ? SVM_VERIFY_GUARDED : SVM_VERIFY_STRICT; /* a page shows all of it */
        v->o.keep_states = v->html != NULL;
        v->o.log_arg = v->json ? stderr : stdout;
        if ((all = svm_verify(m, &v->o, &err)))
            status = tell(v, all);
        else
            status = refuse("%s: %s", v->file, err.text);
        svm_verdicts_free(all);
    }
    buf_free(&kconfig);
    svm_module_free(m);
    svm_free(vm);
    return status;
}

int cmd_verify(int argc, char **argv) {
    struct options o = {"supervm verify [OPTION]... FILE",
                        "Proves the programs of FILE safe before they run, or says why it cannot.\n"
                        "The exit status is 2 where one is rejected.",
                        opts, argc, argv};
    struct verify v = {.load = SVM_LOAD_INIT, .o = SVM_VERIFY_INIT};
    int key, status = EXIT_WELL;
    while ((key = next_option(&o, &status))) {
        if (key == OPT_DONE || (status = take_option(&v, key)))
            goto out;
    }
    if (optind + 1 != argc) {
        status =
            complain(optind < argc ? "one FILE only, not also %s" : "verify: which FILE? (--help)", argv[argc - 1]);
        goto out;
    }
    v.file = argv[optind];
    status = verify_file(&v);
out:
    free(v.set);
    return status;
}
