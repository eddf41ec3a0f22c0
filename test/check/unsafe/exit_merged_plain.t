# on one way out the result is an address of the frame
-- asm
r6 = *(u32 *)(r1 + 16)
r0 = r10
if r6 > 3 goto out
r0 = 0
out:
exit
-- ctx xdp
-- rejected return-type: main: insn 4 (line 6): the result is not a number: r0 = stack
-- kernel accepts
