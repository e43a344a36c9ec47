// Runs the techniques of a page, a package each: checks once, then times both sides in turns.
package snippets

import (
	"encoding/json"
	"math/rand"
	"os"
	"strconv"
	"testing"
	"time"

	// imports
)

const sampleTime = 2 * time.Millisecond

type technique struct {
	check      func(*testing.T)
	slow, fast func()
	counted    *[]struct {
		What string  `json:"what"`
		Slow float64 `json:"slow"`
		Fast float64 `json:"fast"`
	}
}

var techniques = map[string]technique{
	// entries
}

func sample(work func(), loops int) float64 {
	begun := time.Now()
	for range make([]struct{}, loops) {
		work()
	}
	return float64(time.Since(begun).Nanoseconds()) / float64(loops)
}

func TestTechnique(t *testing.T) {
	for name, each := range techniques {
		t.Run(name, func(t *testing.T) { run(t, each) })
	}
}

func run(t *testing.T, each technique) {
	if each.check == nil {
		t.Fatal("the check needs exactly one func TestName(t *testing.T)")
	}
	each.check(t)
	if t.Failed() {
		return
	}
	times := map[string][]float64{"slow": nil, "fast": nil}
	sides := map[string]func(){"slow": each.slow, "fast": each.fast}
	rounds, err := strconv.Atoi(os.Getenv("SNIPPET_ROUNDS"))
	if err != nil {
		t.Fatal(err)
	}
	each.slow() // once untimed: the first call pays for what later ones find ready
	each.fast()
	longest := max(sample(each.slow, 1), sample(each.fast, 1))
	loops := max(1, int(float64(sampleTime.Nanoseconds())/max(longest, 1)))
	for round := 0; round < rounds; round++ {
		order := []string{"slow", "fast", "fast", "slow"}
		if rand.Intn(2) == 0 {
			order = []string{"fast", "slow", "slow", "fast"}
		}
		for _, name := range order {
			times[name] = append(times[name], sample(sides[name], loops))
		}
	}
	answer, err := json.Marshal(map[string]any{"counted": *each.counted, "slow": times["slow"], "fast": times["fast"]})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("result.json", answer, 0o600); err != nil {
		t.Fatal(err)
	}
}
