# 1 GiB below the frame
-- asm
r2 = r10
r2 += -1073741824
*(u64 *)(r2 + 0) = 0
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 2 (line 3): write of 8 bytes outside the frame: r2 = stack - 1073741824, and the access covers r10-1073741824 to r10-1073741816
-- kernel rejects math between fp pointer and -1073741824 is not allowed
