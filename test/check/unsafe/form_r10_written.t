# r10 cannot be written
-- raw
b70a000000000000 9500000000000000
-- ctx xdp
-- rejected offset 0x0: main: insn 0: mov64i: r10 is read-only
-- kernel rejects frame pointer is read only
