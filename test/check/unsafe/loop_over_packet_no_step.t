# the pointer that the loop tests never moves
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 1
again:
r5 = r2
r5 += 1
if r5 > r3 goto out
r0 = *(u8 *)(r2 + 0)
goto again
out:
r0 = 0
exit
-- ctx xdp
-- rejected unbounded-loop: main: insn 4 (line 6): no end of this loop was found
-- kernel rejects infinite loop detected at insn 4
