module stocklevels

go 1.21
