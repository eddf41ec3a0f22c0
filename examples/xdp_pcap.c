/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* xdp_pcap.c - an object file from clang, run over the packets of a pcap file.
 * usage: xdp_pcap [PROGRAM.o [FILE.pcap]]   (default: hello over demo.pcap, from the root of the tree)
 * Only the classic little-endian format is read here: 24 bytes of head, then for each packet
 * 16 bytes (seconds, fraction, bytes captured, bytes on the wire) and the packet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <supervm/supervm.h>

enum { HEADROOM = 256, MAX_PACKET = 65536 };

static int silent(void *arg, const char *text, size_t len) {
    return (void)arg, (void)text, (void)len, 0;
}

static int run_all(struct svm_instance *in, FILE *f, uint64_t count[8], struct svm_error *err) {
    static uint8_t room[HEADROOM + MAX_PACKET];
    uint32_t head[4];
    if (fread(room, 1, 24, f) != 24 || memcmp(room, "\xd4\xc3\xb2\xa1", 4))
        return snprintf(err->text, sizeof err->text, "not a little-endian pcap file"), -1;
    while (fread(head, sizeof head, 1, f) == 1 && head[2] <= MAX_PACKET &&
           fread(room + HEADROOM, 1, head[2], f) == head[2]) {
        struct svm_packet p = {
            .data = room + HEADROOM, .len = head[2], .headroom = HEADROOM, .tailroom = MAX_PACKET - head[2]};
        struct svm_input input = {.kind = SVM_KIND_XDP, .packet = &p};
        struct svm_result r;
        if (svm_run(in, NULL, &input, &r, err))
            return -1;
        count[r.ret < 7 ? r.ret : 7]++;
    }
    return 0;
}

int main(int argc, char **argv) {
    static const char *const name[8] = {"aborted", "drop", "pass", "tx", "redirect", "5", "6", "other"};
    const char *build = getenv("SVM_BUILD");
    char object[512];
    struct svm_config config = SVM_CONFIG_INIT;
    struct svm_error err = {0};
    uint64_t count[8] = {0};
    FILE *f = fopen(argc > 2 ? argv[2] : "examples/data/demo.pcap", "rb");
    snprintf(object, sizeof object, "%s/bpf/hello.bpf.o", build ? build : "build");
    config.print = silent; /* what the program says with bpf_printk */
    struct svm *vm = svm_new(&config, &err);
    struct svm_module *m = vm ? svm_module_load_file(vm, argc > 1 ? argv[1] : object, NULL, &err) : NULL;
    struct svm_program *p = m ? svm_program_link(m, NULL, &err) : NULL;
    struct svm_instance *in = p ? svm_instance_new(p, &err) : NULL;
    int failed = !in || !f || run_all(in, f, count, &err);
    if (failed)
        fprintf(stderr, "xdp_pcap: %s\n", f ? err.text : "no such pcap file");
    for (int i = 0; i < 8 && !failed; i++)
        if (count[i])
            printf("%-10s %llu\n", name[i], (unsigned long long)count[i]);
    svm_instance_free(in);
    svm_program_free(p);
    svm_module_free(m);
    svm_free(vm);
    if (f)
        fclose(f);
    return failed;
}
