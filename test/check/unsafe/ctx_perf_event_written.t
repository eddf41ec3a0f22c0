# the event's data cannot be written
-- asm
*(u64 *)(r1 + 0) = 1
r0 = 0
exit
-- ctx perf_event
-- rejected context-field: main: insn 0 (line 1): write of 8 bytes: the context has no such field, or not for this access (perf_event): r1 = context
-- kernel rejects invalid bpf_context access off=0 size=8
