# 4 bytes of the middle of a register
-- asm
r0 = *(u32 *)(r1 + 2)
exit
-- ctx kprobe
-- rejected context-field: main: insn 0 (line 1): read of 4 bytes: the context has no such field, or not for this access (kprobe): r1 = context
-- kernel rejects invalid bpf_context access off=2 size=4
