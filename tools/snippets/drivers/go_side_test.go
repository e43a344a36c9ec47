// Runs the techniques of a page, a package each: the check once, and the benchmark of both sides.
package snippets

import (
	"encoding/json"
	"os"
	"testing"
	// imports
)

type technique struct {
	check   func(*testing.T)
	bench   func(*testing.B)
	counted *[]struct {
		What string  `json:"what"`
		Slow float64 `json:"slow"`
		Fast float64 `json:"fast"`
	}
}

var techniques = map[string]technique{
	// entries
}

func TestTechnique(t *testing.T) {
	for name, each := range techniques {
		t.Run(name, func(t *testing.T) {
			if each.check == nil {
				t.Fatal("the check needs exactly one func TestName(t *testing.T)")
			}
			each.check(t)
			if t.Failed() {
				return
			}
			answer, err := json.Marshal(map[string]any{"counted": *each.counted, "slow": nil, "fast": nil})
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile("result.json", answer, 0o600); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func BenchmarkTechnique(b *testing.B) {
	for name, each := range techniques {
		if each.bench != nil { // what only outlives a call is counted, not timed
			b.Run(name, each.bench)
		}
	}
}
