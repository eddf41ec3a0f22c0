# the receive queue cannot be written
-- asm
*(u32 *)(r1 + 16) = 0
r0 = 0
exit
-- ctx xdp
-- rejected context-field: main: insn 0 (line 1): write of 4 bytes: the context has no such field, or not for this access (xdp): r1 = context
-- kernel rejects invalid bpf_context access off=16 size=4
