# no such instruction
-- raw
ff00000000000000 b700000000000000 9500000000000000
-- ctx xdp
-- rejected offset 0x0: main: insn 0: unknown instruction 0xff: no eBPF, and SuperVM's own forms come from .svm input only
-- kernel rejects unknown opcode ff
