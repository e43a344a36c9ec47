module logjoiner

go 1.21
