# tc may write some fields, but not the hash
-- asm
*(u32 *)(r1 + 68) = 1
r0 = 0
exit
-- ctx tc
-- rejected context-field: main: insn 0 (line 1): write of 4 bytes: the context has no such field, or not for this access (tc): r1 = context
-- kernel rejects invalid bpf_context access off=68 size=4
