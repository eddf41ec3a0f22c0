# an atomic addition to bytes that nobody wrote
-- asm
r1 = 1
r1 = atomic_fetch_add((u64 *)(r10 - 8), r1)
r0 = 0
exit
-- ctx xdp
-- rejected uninitialised-stack: main: insn 1 (line 2): read of 8 bytes of the stack of which some were never written
-- kernel accepts
