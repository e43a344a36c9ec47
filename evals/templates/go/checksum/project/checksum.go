package main

const modulus = 65521

// checksum is the Adler-32 sum of some bytes.
func checksum(data []byte) uint32 {
	low, high := uint32(1), uint32(0)
	for len(data) > 0 {
		count := min(len(data), 5552)
		for _, letter := range data[:count] {
			low += uint32(letter)
			high += low
		}
		low %= modulus
		high %= modulus
		data = data[count:]
	}
	return high<<16 | low
}
