package main

import "strings"

// join puts the lines that are not empty together, each with its number among these.
func join(lines []string) string {
	var text strings.Builder
	number := 0
	for _, line := range lines {
		if line == "" {
			continue
		}
		number++
		text.WriteString(digits(number))
		text.WriteByte(' ')
		text.WriteString(line)
		text.WriteByte('\n')
	}
	return text.String()
}

func digits(number int) string {
	if number < 10 {
		return string(rune('0' + number))
	}
	return digits(number/10) + string(rune('0'+number%10))
}
