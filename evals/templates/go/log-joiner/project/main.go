package main

import "os"

func main() {
	lines := make([]string, 40000)
	for n := range lines {
		if n%5 != 0 {
			lines[n] = "event " + digits(n*31%9973) + " of the day"
		}
	}
	text := join(lines)
	sum := 0
	for index := 0; index < len(text); index++ {
		sum = (sum*31 + int(text[index])) % 1000000007
	}
	os.Stdout.WriteString(digits(len(text)) + " " + digits(sum) + "\n" + text[len(text)-60:])
}
