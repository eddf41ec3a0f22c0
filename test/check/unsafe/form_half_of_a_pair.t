# the second half of a 64-bit constant is missing
-- raw
1800000000000000
-- ctx xdp
-- rejected offset 0x0: main: insn 0: const64: the second slot is missing
-- kernel rejects last insn is not an exit or jmp
