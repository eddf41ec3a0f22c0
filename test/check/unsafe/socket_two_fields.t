# two fields of a socket at once
-- asm
r1 = *(u64 *)(r1 + 168)
r0 = 0
if r1 == 0 goto out
r0 = *(u64 *)(r1 + 8)
out:
exit
-- ctx tc
-- rejected context-field: main: insn 3 (line 4): read of 8 bytes: the context has no such field, or not for this access (bpf_sock): r1 = socket
-- kernel rejects R1 invalid sock_common access off=8 size=8
