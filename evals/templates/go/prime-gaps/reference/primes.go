package main

// isPrime tells whether a number has no divisors but one and itself.
func isPrime(number int) bool {
	if number < 2 {
		return false
	}
	for divisor := 2; divisor*divisor <= number; divisor++ {
		if number%divisor == 0 {
			return false
		}
	}
	return true
}

// gaps counts the distances between neighbouring primes below a limit.
func gaps(limit int) map[int]int {
	counts := map[int]int{}
	last := 0
	for number := 0; number < limit; number++ {
		if isPrime(number) {
			if last != 0 {
				counts[number-last]++
			}
			last = number
		}
	}
	return counts
}
