# the counter is set back each time
-- asm
r6 = 0
again:
r6 += 1
if r6 < 10 goto more
exit_:
r0 = 0
exit
more:
r6 = 0
goto again
-- ctx xdp
-- rejected unbounded-loop: main: insn 1 (line 3): no end of this loop was found
-- kernel rejects infinite loop detected at insn 5
