/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kstring.bpf.c - the kernel's string functions for programs (kernel 6.17). */
#include "oracle.h"

KSYM int bpf_strcmp(const char *a, const char *b);
KSYM int bpf_strchr(const char *s, char c);
KSYM int bpf_strchrnul(const char *s, char c);
KSYM int bpf_strnchr(const char *s, u64 n, char c);
KSYM int bpf_strrchr(const char *s, char c);
KSYM int bpf_strlen(const char *s);
KSYM int bpf_strnlen(const char *s, u64 n);
KSYM int bpf_strspn(const char *s, const char *set);
KSYM int bpf_strcspn(const char *s, const char *set);
KSYM int bpf_strstr(const char *s, const char *part);
KSYM int bpf_strnstr(const char *s, const char *part, u64 n);

char text[32] = "the quick brown fox", same[32] = "the quick brown fox", less[32] = "the quick";
char none[4], vowels[8] = "aeiou", part[8] = "quick";

SEC("syscall") int strings(void *ctx) {
    OUT(bpf_strcmp(text, same));
    OUT(bpf_strcmp(text, less));
    OUT(bpf_strcmp(less, text));
    OUT(bpf_strcmp(none, text));
    OUT(bpf_strchr(text, 'q'));
    OUT(bpf_strchr(text, 'z'));
    OUT(bpf_strchr(text, 0));
    OUT(bpf_strchrnul(text, 'z'));
    OUT(bpf_strnchr(text, 3, 'q'));
    OUT(bpf_strnchr(text, 30, 'q'));
    OUT(bpf_strrchr(text, 'o'));
    OUT(bpf_strlen(text));
    OUT(bpf_strlen(none));
    OUT(bpf_strnlen(text, 5));
    OUT(bpf_strnlen(text, 50));
    OUT(bpf_strspn(text, less));
    OUT(bpf_strcspn(text, vowels));
    OUT(bpf_strstr(text, part));
    OUT(bpf_strstr(text, vowels));
    OUT(bpf_strstr(text, none));
    OUT(bpf_strnstr(text, part, 8));
    OUT(bpf_strnstr(text, part, 9));
    return 0;
}
CASE(kernel_strings: kernel 6.17; run strings args:0)
