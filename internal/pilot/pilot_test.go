package pilot

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fairtouch/touch"
)

var act = Act{By: "usr_1", At: time.Unix(1, 0), Reason: "a test"}

func running(t testing.TB) Pilot {
	t.Helper()
	p, err := New("pil_1", "lead-scorer", "Lead scorer", "seed-1", 0.5)
	if err != nil {
		t.Fatal(err)
	}
	p, _, err = p.Start(act)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestRaisingCoverageMovesNobodyBetweenArms(t *testing.T) {
	n := 100_000
	if s := os.Getenv("FAIRTOUCH_SOAK_SUBJECTS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	p := running(t)
	arms := make([]string, n)
	for {
		seen := map[string]int{}
		for i := range n {
			got := Place("dec_1", &p, touch.SubjectID(fmt.Sprintf("sub_%d", i))).Arm()
			if arms[i] != "" && arms[i] != ArmOutside && got != arms[i] {
				t.Fatalf("at %v %% subject %d moved from %s to %s", p.Steps[p.Step], i, arms[i], got)
			}
			arms[i] = got
			seen[got]++
		}
		covered := float64(seen[ArmTreatment]+seen[ArmControl]) / float64(n)
		if d := covered - p.Epoch.Coverage; d > 0.01 || d < -0.01 {
			t.Errorf("at coverage %v the pilot covers %v", p.Epoch.Coverage, covered)
		}
		next, _, err := p.Advance(act)
		if err != nil {
			break
		}
		p = next
	}
	if p.Step != len(p.Steps)-1 {
		t.Errorf("it stopped on step %d", p.Step)
	}
}

func TestWhateverIsNotPlainlyTreatmentTakesTheControlPath(t *testing.T) {
	p := running(t)
	p.Epoch.Coverage = 1
	bad := p
	bad.Epoch.Weights = [2]float64{2, -1}
	draft := p
	draft.State = Draft
	odd := p
	odd.State = "strange"
	for name, got := range map[string]Placement{
		"no pilot":      Place("dec_1", nil, "sub_1"),
		"draft":         Place("dec_1", &draft, "sub_1"),
		"unknown state": Place("dec_1", &odd, "sub_1"),
		"malformed":     Place("dec_1", &bad, "sub_1"),
		"no subject":    Place("dec_1", &p, ""),
		"not ASCII":     Place("dec_1", &p, "süb_1"),
	} {
		if got.Treated() || got.Arm() != ArmOutside || !got.Valid() {
			t.Errorf("%s: %q", name, got.Arm())
		}
	}
	if z := (Placement{}); z.Valid() || z.Treated() || z.Arm() != "" {
		t.Error("the zero placement leads somewhere")
	}
	if Place("", &p, "sub_1").Valid() || WithoutPilot("").Valid() {
		t.Error("a placement without a decision is valid")
	}
	if !WithoutPilot("dec_1").Treated() {
		t.Error("an explicitly scaled system is held back")
	}
}

func TestHaltSendsEverybodyToTheControlPath(t *testing.T) {
	p := running(t)
	for p.Step < len(p.Steps)-1 {
		p, _, _ = p.Advance(act)
	}
	p, e, err := p.Halt(Act{At: time.Unix(2, 0), Reason: "complaints rose"})
	if err != nil || e.Kind != "halted" || e.From != Running {
		t.Fatal(e, err)
	}
	for i := range 1000 {
		if got := Place("dec_1", &p, touch.SubjectID(strconv.Itoa(i))).Arm(); got != ArmOutside {
			t.Fatalf("subject %d is %s", i, got)
		}
	}
}

func TestAHaltedPilotReturnsOnlyWithNewPeople(t *testing.T) {
	p, _, err := running(t).Halt(act)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Start(act); touch.CodeOf(err) != touch.Conflict {
		t.Errorf("it restarted without an epoch: %v", err)
	}
	if _, _, err := p.Reopen("seed-1", act); touch.CodeOf(err) != touch.Invalid {
		t.Errorf("it took its old seed: %v", err)
	}
	q, e, err := p.Reopen("seed-2", act)
	if err != nil || q.Epoch.Number != 2 || q.State != Draft || q.Epoch.Coverage != 0 || e.Epoch != 2 {
		t.Fatalf("%+v %v", q, err)
	}
	q, _, _ = q.Start(act)
	q, _, _ = q.Halt(act)
	if _, _, err := q.Reopen("seed-1", act); err == nil {
		t.Error("it took a seed of an older epoch")
	}
}

func TestNoStepIsSkippedAndEveryMoveNamesAPersonAndAReason(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, err := New("pil_1", "s", "n", "seed", rapid.Float64Range(0.01, 0.99).Draw(t, "control"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range rapid.IntRange(1, 30).Draw(t, "moves") {
			a := act
			if rapid.IntRange(0, 5).Draw(t, "anonymous") == 0 {
				a.By = ""
			}
			before := p
			var e Event
			switch rapid.SampledFrom([]string{"start", "advance", "scale", "halt", "reopen"}).Draw(t, "move") {
			case "start":
				p, e, err = p.Start(a)
			case "advance":
				p, e, err = p.Advance(a)
			case "scale":
				p, e, err = p.Scale(a)
			case "halt":
				p, e, err = p.Halt(a)
			case "reopen":
				p, e, err = p.Reopen(fmt.Sprint("seed", i), a)
			}
			if err != nil {
				p = before
				continue
			}
			if p.Epoch.Coverage > before.Epoch.Coverage && p.State == Running && before.State == Running && p.Step != before.Step+1 {
				t.Fatalf("from step %d to %d", before.Step, p.Step)
			}
			if p.State == Scaled && before.Step != len(before.Steps)-1 {
				t.Fatal("it scaled before its last step")
			}
			if e.Kind != "halted" && e.By == "" || e.Reason == "" || p.Version != before.Version+1 {
				t.Fatalf("event %+v", e)
			}
		}
	})
}

func TestPilotsSurviveStorage(t *testing.T) {
	p := running(t)
	p.Namespace = &Namespace{"layer", 0, 0.5}
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back Pilot
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	for i := range 1000 {
		s := touch.SubjectID(strconv.Itoa(i))
		if Place("dec_1", &p, s) != Place("dec_1", &back, s) {
			t.Fatal("a stored pilot places people otherwise")
		}
	}
}

func BenchmarkPlace(b *testing.B) {
	p := running(b)
	b.ReportAllocs()
	for b.Loop() {
		Place("dec_1", &p, "sub_01j0000000000000000000000")
	}
}
