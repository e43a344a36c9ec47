package main

import (
	"os"
	"sort"
	"strconv"
)

func main() {
	counts := gaps(70000)
	sizes := make([]int, 0, len(counts))
	for size := range counts {
		sizes = append(sizes, size)
	}
	sort.Ints(sizes)
	for _, size := range sizes {
		os.Stdout.WriteString(strconv.Itoa(size) + " " + strconv.Itoa(counts[size]) + "\n")
	}
}
