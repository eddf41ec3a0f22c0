# the record cannot be written
-- asm
*(u64 *)(r1 + 16) = 1
r0 = 0
exit
-- ctx tracepoint
-- rejected context-field: main: insn 0 (line 1): write of 8 bytes: the context has no such field, or not for this access (tracepoint): r1 = context
-- kernel rejects invalid bpf_context access off=16 size=8
