module primegaps

go 1.21
