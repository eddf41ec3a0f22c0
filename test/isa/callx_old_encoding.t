# LLVM 18 and earlier: the number of the register in imm32
-- raw
18 42 00 00 03 00 00 00 00 00 00 00 00 00 00 00
8d 00 00 00 02 00 00 00
95 00 00 00 00 00 00 00
b7 00 00 00 2a 00 00 00
95 00 00 00 00 00 00 00
-- result
0x2a
