package main

// Article is an article with its code and how many pieces lie in stock.
type Article struct {
	Code  int
	Count int
}

// Booking adds or takes pieces.
type Booking struct {
	Code  int
	Delta int
}

// apply books onto the first article with each code and returns how many bookings found none.
func apply(articles []Article, bookings []Booking) int {
	lost := 0
	for _, booking := range bookings {
		found := false
		for index := range articles {
			if articles[index].Code == booking.Code {
				articles[index].Count += booking.Delta
				found = true
				break
			}
		}
		if !found {
			lost++
		}
	}
	return lost
}
