# behind struct pt_regs
-- asm
r0 = *(u64 *)(r1 + 168)
exit
-- ctx kprobe
-- rejected context-field: main: insn 0 (line 1): read of 8 bytes: the context has no such field, or not for this access (kprobe): r1 = context
-- kernel rejects invalid bpf_context access off=168 size=8
