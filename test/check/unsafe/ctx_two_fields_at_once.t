# 8 bytes of two fields of 4
-- asm
r0 = *(u64 *)(r1 + 8)
exit
-- ctx xdp
-- rejected context-field: main: insn 0 (line 1): read of 8 bytes: the context has no such field, or not for this access (xdp): r1 = context
-- kernel rejects invalid bpf_context access off=8 size=8
