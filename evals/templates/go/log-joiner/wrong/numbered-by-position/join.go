package main

// join puts the lines that are not empty together, each with its number among these.
func join(lines []string) string {
	text := ""
	parts := make([]byte, 0, 32*len(lines))
	for number, line := range lines {
		if line != "" {
			parts = append(parts, digits(number+1)+" "+line+"\n"...)
		}
	}
	return text + string(parts)
}

func digits(number int) string {
	if number < 10 {
		return string(rune('0' + number))
	}
	return digits(number/10) + string(rune('0'+number%10))
}
