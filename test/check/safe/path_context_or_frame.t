# the context on one path, the frame on the other, and each holds these 4 bytes
-- asm
r2 = *(u32 *)(r1 + 16)
r3 = r10
r3 += -64
*(u32 *)(r10 - 52) = 1
if r2 > 4 goto use
r3 = r1
use:
r0 = *(u32 *)(r3 + 12)
exit
-- ctx xdp
-- accepted
-- kernel rejects same insn cannot be used with different pointers
