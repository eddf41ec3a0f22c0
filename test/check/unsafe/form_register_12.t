# there is no r12
-- raw
b70c000000000000 b700000000000000 9500000000000000
-- ctx xdp
-- rejected offset 0x0: main: insn 0: mov64i: eBPF has no register r12
-- kernel rejects R12 is invalid
