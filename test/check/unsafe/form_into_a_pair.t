# a jump between the halves of a 64-bit constant
-- raw
b700000000000000 0500010000000000 1801000000000000 0000000000000000 9500000000000000
-- ctx xdp
-- rejected offset 0x8: main: insn 1: jump into the second half of instruction 2
-- kernel rejects unreachable insn 2
