# 8 bytes from the last word of cb on
-- asm
r0 = *(u64 *)(r1 + 64)
exit
-- ctx tc
-- rejected context-field: main: insn 0 (line 1): read of 8 bytes: the context has no such field, or not for this access (tc): r1 = context
-- kernel rejects invalid bpf_context access off=64 size=8
