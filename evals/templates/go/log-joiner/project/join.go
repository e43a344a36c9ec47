package main

// join puts the lines that are not empty together, each with its number among these.
func join(lines []string) string {
	text := ""
	number := 0
	for _, line := range lines {
		if line == "" {
			continue
		}
		number++
		text += digits(number) + " " + line + "\n"
	}
	return text
}

func digits(number int) string {
	if number < 10 {
		return string(rune('0' + number))
	}
	return digits(number/10) + string(rune('0'+number%10))
}
