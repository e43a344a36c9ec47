// Package shop is something to profile.
package shop

import (
	"sort"
	"strings"
	"sync"
)

// Order is one order.
type Order struct {
	ID    int
	Label string
}

// Arrange returns the labels, sorted, each once.
func Arrange(orders []Order) []string {
	var labels []string
	for _, order := range orders {
		label := strings.ToLower(order.Label)
		seen := false
		for _, other := range labels {
			seen = seen || other == label
		}
		if !seen {
			labels = append(labels, label)
		}
	}
	sort.Strings(labels)
	return labels
}

// Count adds up in parallel.
func Count(orders []Order) int {
	var lock sync.Mutex
	var wait sync.WaitGroup
	total := 0
	for range orders {
		wait.Add(1)
		go func() {
			defer wait.Done()
			lock.Lock()
			defer lock.Unlock()
			total++
		}()
	}
	wait.Wait()
	return total
}
