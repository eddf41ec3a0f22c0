# a tracepoint has at most 12 arguments
-- asm
r0 = *(u64 *)(r1 + 96)
exit
-- ctx raw_tracepoint
-- rejected context-field: main: insn 0 (line 1): read of 8 bytes: the context has no such field, or not for this access (raw_tracepoint): r1 = context
-- kernel rejects invalid bpf_context access off=96 size=8
