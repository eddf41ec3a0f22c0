# a helper that makes no sense here is refused by name
-- asm
call 109
exit
-- error helper bpf_send_signal (109) is not available outside the kernel
