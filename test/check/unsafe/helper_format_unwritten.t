# a format that was never written
-- asm
r1 = r10
r1 += -8
r2 = 8
call 6
r0 = 0
exit
-- ctx kprobe
-- rejected uninitialised-stack: main: insn 3 (line 4): read of 8 bytes of the stack of which some were never written: r1 = stack - 8
-- kernel accepts
