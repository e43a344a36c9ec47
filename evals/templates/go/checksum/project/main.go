package main

import (
	"os"
	"strconv"
)

func main() {
	data := make([]byte, 200_000_000)
	for index := range data {
		data[index] = byte(index * 31)
	}
	os.Stdout.WriteString(strconv.FormatUint(uint64(checksum(data)), 16) + "\n")
}
