package counted

import "testing"

// Count is an effect that was counted, with the slow and the fast version.
type Count = struct {
	What string  `json:"what"`
	Slow float64 `json:"slow"`
	Fast float64 `json:"fast"`
}

// Counted is what the check of this package counted.
var Counted []Count

func counted(t *testing.T, what string, slow, fast float64) {
	t.Helper()
	if fast >= slow {
		t.Errorf("%s: %v with the fast version is not less than %v with the slow one", what, fast, slow)
	}
	Counted = append(Counted, Count{what, slow, fast})
}
