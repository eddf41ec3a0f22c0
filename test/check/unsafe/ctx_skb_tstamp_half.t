# the time stamp is written whole or not at all
-- asm
*(u32 *)(r1 + 152) = 1
r0 = 0
exit
-- ctx tc
-- rejected context-field: main: insn 0 (line 1): write of 4 bytes: the context has no such field, or not for this access (tc): r1 = context
-- kernel rejects invalid bpf_context access off=152 size=4
