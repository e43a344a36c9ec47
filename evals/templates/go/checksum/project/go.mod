module checksum

go 1.21
