# the address family is not for tc
-- asm
r0 = *(u32 *)(r1 + 88)
exit
-- ctx tc
-- rejected context-field: main: insn 0 (line 1): read of 4 bytes: the context has no such field, or not for this access (tc): r1 = context
-- kernel rejects invalid bpf_context access off=88 size=4
