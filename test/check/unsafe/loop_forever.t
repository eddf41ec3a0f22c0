# a jump to itself
-- asm
r0 = 0
again:
goto again
-- ctx xdp
-- rejected unbounded-loop: main: insn 1 (line 3): no end of this loop was found
-- kernel rejects infinite loop detected at insn 1
