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
	first := make(map[int]int, len(articles))
	for index, article := range articles {
		if _, known := first[article.Code]; !known {
			first[article.Code] = index
		}
	}
	lost := 0
	for _, booking := range bookings {
		index, found := first[booking.Code]
		if !found {
			lost++
			continue
		}
		articles[index].Count += booking.Delta
	}
	return lost
}
