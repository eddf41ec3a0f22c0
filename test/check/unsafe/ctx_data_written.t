# the packet's start cannot be written
-- asm
r2 = 0
*(u32 *)(r1 + 0) = r2
r0 = 0
exit
-- ctx xdp
-- rejected context-field: main: insn 1 (line 2): write of 4 bytes: the context has no such field, or not for this access (xdp): r1 = context
-- kernel rejects invalid bpf_context access off=0 size=4
