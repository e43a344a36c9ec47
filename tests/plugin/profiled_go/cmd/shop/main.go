package main

import (
	"fmt"

	"shop"
)

func main() { fmt.Println(shop.Arrange([]shop.Order{{ID: 1, Label: "A"}})) }
