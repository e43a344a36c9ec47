package main

import (
	"os"
	"strconv"
)

func main() {
	articles := make([]Article, 30000)
	for n := range articles {
		articles[n] = Article{Code: n * 3 % 28000, Count: n % 50}
	}
	bookings := make([]Booking, 90000)
	for n := range bookings {
		bookings[n] = Booking{Code: n * 13 % 30000, Delta: n%7 - 3}
	}
	lost := apply(articles, bookings)
	for n := 0; n < len(articles); n += 1999 {
		os.Stdout.WriteString(strconv.Itoa(articles[n].Count) + "\n")
	}
	os.Stdout.WriteString("lost " + strconv.Itoa(lost) + "\n")
}
