# released, and released again
-- asm
*(u64 *)(r10 - 8) = 0
*(u32 *)(r10 - 12) = 0
r2 = r10
r2 += -12
r3 = 12
r4 = 0
r5 = 0
call 84
if r0 == 0 goto out
r6 = r0
r1 = r6
call 86
r1 = r6
call 86
out:
r0 = 0
exit
-- ctx tc
-- rejected argument-type: main: insn 13 (line 14): argument 1 of bpf_sk_release: an argument is not what the function takes: r1 = any number
-- kernel rejects R1 type=scalar expected=sock_common, sock, tcp_sock, xdp_sock, ptr_, trusted_ptr_
