/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* own_hook.c - a program type of the host's own, and a hook where such programs decide.
 * The programs are in bpf/request.bpf.c: their r1 is a struct request_ctx, which shows a struct request.
 * prints: GET  "hello": verdict 0, status 200, 2 programs
 * 7    "hello": verdict 1, status 405, 1 programs
 * POST "a<script>": verdict 1, status 403, 2 programs
 * POST "a<script>": verdict 0, status 200, 1 programs */
#include "bpf/request.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <supervm/hook.h>

struct request { /* the host's own, of which programs see what the rows say */
    uint32_t method, status;
    char *body, *body_end;
    void *secret;
};

static int describe(struct svm *vm, struct svm_error *err) {
    static const struct svm_field fields[] = {
        SVM_FIELD(struct request_ctx, struct request, method, VALUE, SVM_READ),
        SVM_FIELD(struct request_ctx, struct request, status, VALUE, SVM_READ | SVM_WRITE),
        SVM_FIELD(struct request_ctx, struct request, body, DATA, SVM_READ),
        SVM_FIELD(struct request_ctx, struct request, body_end, DATA_END, SVM_READ),
    };
    struct svm_context c = SVM_CONTEXT_INIT;
    c.name = "request";
    c.field = fields;
    c.nfield = sizeof fields / sizeof *fields;
    c.context_size = sizeof(struct request_ctx);
    c.host_size = sizeof(struct request);
    c.result_max = DENY;
    return svm_context_register(vm, &c, err);
}

static int ask(struct svm_hook_runner *runner, const char *name, uint32_t method, char *body, struct svm_error *err) {
    struct request q = {method, 200, body, body + strlen(body), NULL};
    struct svm_input input = {.mem = &q, .mem_len = sizeof q};
    struct svm_hook_result r;
    int rc = svm_hook_run(runner, &input, &r, err);
    if (!rc)
        printf("%-4s \"%s\": verdict %d, status %u, %u programs\n", name, body, r.verdict, q.status, r.ran);
    return rc;
}

int main(int argc, char **argv) {
    const char *build = getenv("SVM_BUILD");
    char object[512], hello[] = "hello", script[] = "a<script>";
    struct svm_hook_options o = SVM_HOOK_INIT;
    struct svm_error err = {0};
    struct svm_module *m = NULL;
    struct svm_program *p = NULL;
    struct svm_hook *hook = NULL;
    struct svm_hook_runner *runner = NULL;
    struct svm_attachment *method = NULL, *body = NULL;
    int failed = 1;
    snprintf(object, sizeof object, "%s/bpf/request.bpf.o", build ? build : "build");
    struct svm *vm = svm_new(NULL, &err);
    if (!vm || describe(vm, &err) || !(m = svm_module_load_file(vm, argc > 1 ? argv[1] : object, NULL, &err)) ||
        !(p = svm_program_link(m, NULL, &err)))
        goto out;
    o.name = "request";
    o.kind = SVM_KIND_CONTEXT;
    o.context = "request";
    o.rule = SVM_HOOK_FIRST; /* ALLOW is 0: the first that denies ends it */
    o.on_trap = SVM_HOOK_VERDICT;
    o.trap_verdict = DENY;
    hook = svm_hook_new(vm, &o, &err);
    runner = hook ? svm_hook_runner_new(hook, &err) : NULL;
    if (!runner || !(body = svm_hook_attach(hook, p, "no_scripts", 20, &err)) ||
        !(method = svm_hook_attach(hook, p, "only_known_methods", 10, &err)))
        goto out;
    failed = ask(runner, "GET", GET, hello, &err) || ask(runner, "7", 7, hello, &err) ||
             ask(runner, "POST", POST, script, &err);
    svm_attachment_free(body);
    body = NULL;
    failed = failed || ask(runner, "POST", POST, script, &err);
out:
    if (failed)
        fprintf(stderr, "own_hook: %s\n", err.text);
    svm_attachment_free(method);
    svm_attachment_free(body);
    svm_hook_runner_free(runner);
    svm_hook_free(hook);
    svm_program_free(p);
    svm_module_free(m);
    svm_free(vm);
    return failed;
}
