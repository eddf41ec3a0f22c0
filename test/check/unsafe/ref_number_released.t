# a number is no socket
-- asm
r1 = 0
call 86
r0 = 0
exit
-- ctx tc
-- rejected argument-type: main: insn 1 (line 2): argument 1 of bpf_sk_release: an argument is not what the function takes: r1 = 0
-- kernel rejects R1 type=scalar expected=sock_common, sock, tcp_sock, xdp_sock, ptr_, trusted_ptr_
