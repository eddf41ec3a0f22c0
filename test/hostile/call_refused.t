# a helper that makes no sense here is refused by name
-- asm
call 84
exit
-- error helper bpf_sk_lookup_tcp (84) is not available outside the kernel
