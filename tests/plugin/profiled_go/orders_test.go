package shop

import (
	"fmt"
	"slices"
	"testing"
)

func some(count int) []Order {
	orders := make([]Order, count)
	for i := range orders {
		orders[i] = Order{i, fmt.Sprintf("Label %d", i%300)}
	}
	return orders
}

func TestArrange(t *testing.T) {
	if labels := Arrange(some(10)); len(labels) != 10 || !slices.IsSorted(labels) {
		t.Fatal(labels)
	}
	if Count(some(10)) != 10 {
		t.Fatal("lost some")
	}
}

func FuzzArrange(f *testing.F) {
	f.Add("a,b")
	f.Fuzz(func(t *testing.T, text string) {
		if got := Arrange([]Order{{1, text}}); len(got) != 1 {
			t.Fatal(got)
		}
	})
}

func BenchmarkArrange(b *testing.B) {
	orders := some(500)
	for b.Loop() {
		Arrange(orders)
	}
}

func BenchmarkCount(b *testing.B) {
	orders := some(500)
	for b.Loop() {
		Count(orders)
	}
}
