# across two fields of a socket
-- asm
r1 = *(u64 *)(r1 + 168)
r0 = 0
if r1 == 0 goto out
r0 = *(u32 *)(r1 + 3)
out:
exit
-- ctx tc
-- rejected context-field: main: insn 3 (line 4): read of 4 bytes: the context has no such field, or not for this access (bpf_sock): r1 = socket
-- kernel rejects R1 invalid sock_common access off=3 size=4
