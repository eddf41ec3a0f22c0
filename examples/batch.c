/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* batch.c - one call for many packets, which stay where the host has them.
 * The program drops what is shorter than 64 bytes or begins with a broadcast address.
 * prints: 1000 packets: 250 dropped, 750 passed, 0 traps */
#include <stdio.h>
#include <string.h>
#include <supervm/supervm.h>

enum { N = 1000, DROP = 1, PASS = 2 };

static const char text[] = "r2 = *(u32 *)(r1 + 0)\n" /* data     */
                           "r3 = *(u32 *)(r1 + 4)\n" /* data_end */
                           "r0 = 1\n"
                           "r4 = r2\n"
                           "r4 += 64\n"
                           "if r4 > r3 goto +3\n"
                           "r5 = *(u32 *)(r2 + 0)\n"
                           "if w5 == -1 goto +1\n"
                           "r0 = 2\n"
                           "exit\n";

int main(void) {
    static uint8_t frame[N][128];
    static struct svm_packet packet[N];
    static uint32_t verdict[N];
    struct svm_load_options o = SVM_LOAD_INIT;
    struct svm_error err = {0};
    int64_t traps = -1;
    int i, dropped = 0, passed = 0;
    for (i = 0; i < N; i++) {
        packet[i] = (struct svm_packet){.data = frame[i], .len = i % 8 == 1 ? 60 : 128};
        if (i % 8 == 2)
            memset(frame[i], 0xff, 6);
    }
    o.front = "asm";
    struct svm *vm = svm_new(NULL, &err);
    struct svm_module *m = vm ? svm_module_load(vm, text, strlen(text), &o, &err) : NULL;
    struct svm_program *p = m ? svm_program_link(m, NULL, &err) : NULL;
    struct svm_instance *in = p ? svm_instance_new(p, &err) : NULL;
    if (in)
        traps = svm_run_batch(in, NULL, SVM_KIND_XDP, packet, N, verdict, &err);
    for (i = 0; i < N; i++) {
        dropped += verdict[i] == DROP;
        passed += verdict[i] == PASS;
    }
    if (traps)
        fprintf(stderr, "batch: %s\n", err.text);
    printf("%d packets: %d dropped, %d passed, %lld traps\n", N, dropped, passed, (long long)traps);
    svm_instance_free(in);
    svm_program_free(p);
    svm_module_free(m);
    svm_free(vm);
    return traps || dropped != 250;
}
