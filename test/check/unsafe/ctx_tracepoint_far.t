# far behind any record
-- asm
r0 = *(u64 *)(r1 + 16384)
exit
-- ctx tracepoint
-- rejected context-field: main: insn 0 (line 1): read of 8 bytes: the context has no such field, or not for this access (tracepoint): r1 = context
-- kernel rejects invalid bpf_context access off=16384 size=8
