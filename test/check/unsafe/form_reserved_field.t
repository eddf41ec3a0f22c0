# a field that must be 0
-- raw
b700000100000000 9500000000000000
-- ctx xdp
-- rejected offset 0x0: main: insn 0: mov64i: no form of it has off 256
-- kernel rejects BPF_MOV uses reserved fields
