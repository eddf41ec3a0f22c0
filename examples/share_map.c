/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* share_map.c - two linked programs count in one map, and the host reads it.
 * hello.bpf.c keeps its counter in .bss, which is a map like any other.
 * prints: first 3, second 2, together 5 */
#include <stdio.h>
#include <stdlib.h>
#include <supervm/supervm.h>

static int silent(void *arg, const char *text, size_t len) {
    return (void)arg, (void)text, (void)len, 0;
}

static int run(struct svm_program *p, int times, struct svm_error *err) {
    uint8_t frame[64] = {0};
    struct svm_packet packet = {.data = frame, .len = sizeof frame};
    struct svm_input input = {.kind = SVM_KIND_XDP, .packet = &packet};
    struct svm_instance *in = svm_instance_new(p, err);
    int rc = in ? 0 : err->code;
    while (!rc && times--)
        rc = svm_run(in, "hello", &input, NULL, err);
    svm_instance_free(in);
    return rc;
}

int main(int argc, char **argv) {
    const char *build = getenv("SVM_BUILD"), *name[] = {".bss", NULL};
    char object[512];
    struct svm_config config = SVM_CONFIG_INIT;
    struct svm_link_options share = SVM_LINK_INIT;
    struct svm_error err = {0};
    struct svm_program *first = NULL, *second = NULL;
    uint32_t zero = 0, packets = 0;
    int failed = 1;
    snprintf(object, sizeof object, "%s/bpf/hello.bpf.o", build ? build : "build");
    config.print = silent;
    struct svm *vm = svm_new(&config, &err);
    struct svm_module *m = vm ? svm_module_load_file(vm, argc > 1 ? argv[1] : object, NULL, &err) : NULL;
    if (m && (first = svm_program_link(m, NULL, &err))) {
        struct svm_map *map[] = {svm_program_map(first, ".bss"), NULL};
        share.map_name = name; /* in place of the .bss that the second would make */
        share.map = map;
        second = svm_program_link(m, &share, &err);
        failed = !second || run(first, 3, &err) || run(second, 2, &err) || svm_map_lookup(map[0], &zero, &packets);
    }
    if (failed)
        fprintf(stderr, "share_map: %s\n", err.text);
    else
        printf("first 3, second 2, together %u\n", packets);
    svm_program_free(second);
    svm_program_free(first);
    svm_module_free(m);
    svm_free(vm);
    return failed || packets != 5;
}
