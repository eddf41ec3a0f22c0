# a string that is not there is an error
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM int bpf_strlen(const char *s);
SEC("socket") int prog(void *ctx)
{
    return bpf_strlen((char *)0x123456) == -34;
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- result 1
