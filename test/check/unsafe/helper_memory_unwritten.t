# the bytes that go into the packet were never written
-- asm
r2 = 0
r3 = r10
r3 += -8
r4 = 8
r5 = 0
call 9
r0 = 0
exit
-- ctx tc
-- rejected uninitialised-stack: main: insn 5 (line 6): read of 8 bytes of the stack of which some were never written: r3 = stack - 8
-- kernel accepts
