-- raw
b7 0a 00 00 05 00 00 00
95 00 00 00 00 00 00 00
-- error
r10 is read-only
