# A message, and where it must be.
-- raw
b7 00 00 00 2a 00 00 00
-- error
falls off the end
