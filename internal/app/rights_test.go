package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/record"
	"fairtouch/internal/rights"
	"fairtouch/touch"
)

func askFor(t *testing.T, a *App, k rights.Kind, who string, p rights.Proof) RightView {
	t.Helper()
	v, err := a.AskRight(t.Context(), Demo, rights.Ask{Kind: k, External: who, Place: "DE", Via: "command line", Proof: p, Text: "unmistakable words of the person"})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// onDisk says which files of the data directory hold one of the texts.
func onDisk(t *testing.T, a *App, texts ...string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(a.Config.Data, func(p string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Type()&os.ModeSocket != 0 {
			return err
		}
		b, err := os.ReadFile(p)
		for _, s := range texts {
			if strings.Contains(string(b), s) {
				found = append(found, filepath.Base(p)+": "+s[:min(8, len(s))])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAnObjectionStopsTheVeryNextTouchWithoutProof(t *testing.T) {
	a := demoApp(t, 300)
	agree(t, a, "jane")
	if d := decide(t, a, lead("jane")); d.Verdict != touch.Allow {
		t.Fatal(d.Verdict)
	}
	v := askFor(t, a, rights.Objection, "jane", rights.ProofIdentifier)
	if v.State != rights.Done {
		t.Fatalf("an objection is %s", v.State)
	}
	if d := decide(t, a, lead("jane")); d.Verdict == touch.Allow {
		t.Fatal("she objected, and AI was used for her")
	}
}

func TestNoProfilingStopsAIAndKeepsTheRest(t *testing.T) {
	a := demoApp(t, 300)
	agree(t, a, "jane")
	if v := askFor(t, a, rights.NoProfiling, "jane", rights.ProofIdentifier); v.State != rights.Done {
		t.Fatal(v.State)
	}
	d := decide(t, a, lead("jane"))
	if d.Verdict == touch.Allow || d.Alternative == nil {
		t.Fatalf("%s, alternative %v", d.Verdict, d.Alternative)
	}
}

func TestNobodysDataIsShownBeforeTheyAreKnown(t *testing.T) {
	a := demoApp(t, 300)
	agree(t, a, "jane")
	agree(t, a, "john")
	d := decide(t, a, lead("jane"))
	v := askFor(t, a, rights.Explanation, "jane", rights.ProofLink)
	if v.State != rights.Received {
		t.Fatal(v.State)
	}
	if _, err := a.RunRight(t.Context(), Demo, "", v.ID, false); touch.CodeOf(err) != touch.Conflict {
		t.Fatalf("ran unverified: %v", err)
	}
	if _, err := a.AnswerRight(t.Context(), Demo, v.ID); err == nil {
		t.Fatal("answered unverified")
	}
	if _, err := a.VerifyRight(t.Context(), Demo, LocalOperator, v.ID, rights.ProofStaff, "john", ""); err == nil {
		t.Fatal("her request was tied to another person")
	}
	if _, err := a.VerifyRight(t.Context(), Demo, LocalOperator, v.ID, rights.ProofStaff, "jane", ""); err != nil {
		t.Fatal(err)
	}
	v, err := a.RunRight(t.Context(), Demo, LocalOperator, v.ID, false)
	if err != nil || v.State != rights.Done {
		t.Fatal(v.State, err)
	}
	got, err := a.AnswerRight(t.Context(), Demo, v.ID)
	if err != nil || len(got.Explained) != 1 {
		t.Fatalf("%v %+v", err, got)
	}
	x := got.Explained[0]
	if x.Decision != d.ID || len(x.Reasons) == 0 || x.Reasons[0] != d.Explanation.Sentences[0] || x.Outcome == nil || len(x.Inputs) == 0 {
		t.Fatalf("not the decision as it was made: %+v", x)
	}
	dossier, err := a.AnswerRight(t.Context(), Demo, askAndRun(t, a, rights.Access, "jane").ID)
	if err != nil {
		t.Fatal(err)
	}
	seen := false
	for _, o := range dossier.Dossier.Identities[0].Other {
		seen = seen || o.Kind == rights.EventKind
	}
	if !seen {
		t.Error("her own requests are missing from what is held about her")
	}
}

func askAndRun(t *testing.T, a *App, k rights.Kind, who string) RightView {
	t.Helper()
	v, err := a.RunRight(t.Context(), Demo, LocalOperator, askFor(t, a, k, who, rights.ProofCode).ID, false)
	if err != nil || v.State != rights.Done {
		t.Fatal(v.State, err)
	}
	return v
}

func TestAfterAnErasureNothingOfTheRequestsIsLeftAndEveryProofVerifies(t *testing.T) {
	a := demoApp(t, 300)
	const who = "very-particular-customer-4712@example.com"
	agree(t, a, who)
	decide(t, a, lead(who))
	other := askFor(t, a, rights.HumanReview, who, rights.ProofCode) // still open when the erasure comes
	ask := askFor(t, a, rights.Erasure, who, rights.ProofCode)
	k, _, err := a.Ledger.Find(t.Context(), Demo, who)
	if err != nil {
		t.Fatal(err)
	}
	row, err := a.DB.RightOf(t.Context(), Demo, ask.ID)
	if err != nil || len(row.Sealed) == 0 {
		t.Fatal(err)
	}
	v, err := a.RunRight(t.Context(), Demo, LocalOperator, ask.ID, false)
	if err != nil || v.State != rights.Done || !v.Erased {
		t.Fatalf("%v %+v", err, v)
	}
	if again, err := a.RunRight(t.Context(), Demo, LocalOperator, ask.ID, false); err != nil || again.State != rights.Done {
		t.Fatalf("an erasure run twice: %s %v", again.State, err)
	}
	if found := onDisk(t, a, who, "unmistakable words", k.Lookup, string(k.Wrapped), string(row.Sealed)); len(found) > 0 {
		t.Errorf("left on disk: %v", found)
	}
	left, err := a.Right(t.Context(), Demo, other.ID)
	if err != nil || !left.Erased || left.Text != "" || left.External != "" {
		t.Fatalf("%v %+v", err, left)
	}
	if n, err := a.RunRights(t.Context(), Demo); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	ended, err := a.Right(t.Context(), Demo, other.ID)
	if err != nil || ended.State != rights.Cancelled {
		t.Fatalf("a request of somebody who is gone stays open: %s %v", ended.State, err)
	}
	rep, err := a.Record.Verify(t.Context(), Demo, record.VerifyOptions{Now: time.Now()})
	if err != nil || rep.Class != record.Sound {
		t.Fatalf("%v %+v", err, rep)
	}
	all, err := a.Rights(t.Context(), Demo)
	if err != nil || len(all) != 2 || all[0].Kind == "" || all[0].Received.IsZero() {
		t.Fatalf("what was asked and when is gone too: %v %+v", err, all)
	}
}

func TestAnErasureThatCrashedAfterTheKeyWasDestroyedEnds(t *testing.T) {
	a := demoApp(t, 300)
	agree(t, a, "jane")
	ask := askFor(t, a, rights.Erasure, "jane", rights.ProofCode)
	if _, err := a.changeRight(t.Context(), Demo, ask.ID, starting); err != nil {
		t.Fatal(err)
	}
	k, _, err := a.Ledger.Find(t.Context(), Demo, "jane")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.EraseEverywhere(t.Context(), Demo, k); err != nil { // and the process ended here
		t.Fatal(err)
	}
	v, err := a.RunRight(t.Context(), Demo, LocalOperator, ask.ID, false)
	if err != nil || v.State != rights.Done {
		t.Fatalf("%s %v", v.State, err)
	}
}

func TestARefusalSaysWhyAndCanBeAppealed(t *testing.T) {
	a := demoApp(t, 300)
	agree(t, a, "jane")
	v := askFor(t, a, rights.Access, "jane", rights.ProofLink)
	if _, err := a.RefuseRight(t.Context(), Demo, LocalOperator, v.ID, ""); touch.CodeOf(err) != touch.Invalid {
		t.Fatalf("refused without a reason: %v", err)
	}
	v, err := a.RefuseRight(t.Context(), Demo, LocalOperator, v.ID, "not the person")
	if err != nil || v.State != rights.Refused {
		t.Fatal(err)
	}
	other, err := a.AskRight(t.Context(), Demo, rights.Ask{Kind: rights.Appeal, External: "john", Of: v.ID, Place: "US-VA"})
	if err == nil {
		t.Fatalf("another person appealed: %+v", other)
	}
	ap, err := a.AskRight(t.Context(), Demo, rights.Ask{Kind: rights.Appeal, External: "jane", Of: v.ID, Place: "US-VA", Proof: rights.ProofCode})
	if err != nil || ap.State != rights.Verified || ap.Deadline.Rule != "us-va-appeal" {
		t.Fatalf("%v %+v", err, ap)
	}
	if ap, err = a.FinishRight(t.Context(), Demo, LocalOperator, ap.ID, ""); err != nil || ap.State != rights.Done {
		t.Fatal(ap.State, err)
	}
}

func starting(_ *rights.Book, _ consent.Known, r *rights.Request, now time.Time) error {
	return r.Start("", now)
}

func TestAnErasureEndsWithTheIdentityThroughWhichTheOthersAreFound(t *testing.T) {
	a := demoApp(t, 300)
	agree(t, a, "jane")
	agree(t, a, "jane-on-her-phone")
	j, _, err := a.Ledger.Find(t.Context(), Demo, "jane")
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := a.Ledger.Find(t.Context(), Demo, "jane-on-her-phone")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Ledger.Merge(t.Context(), Demo, j.ID, p.ID); err != nil {
		t.Fatal(err)
	}
	also := askFor(t, a, rights.Access, "jane-on-her-phone", rights.ProofLink)
	v := askFor(t, a, rights.Erasure, "jane", rights.ProofCode)
	if v, err = a.RunRight(t.Context(), Demo, LocalOperator, v.ID, false); err != nil || v.State != rights.Done {
		t.Fatal(v.State, err)
	}
	for _, k := range []consent.Known{j, p} {
		if _, err := a.Ledger.ByID(t.Context(), Demo, k.ID); err == nil {
			t.Errorf("%s can still be read", k.ID)
		}
	}
	if left, err := a.Right(t.Context(), Demo, also.ID); err != nil || !left.Erased {
		t.Fatalf("a request under the other identity is left: %v", err)
	}
}

func TestTheEvidenceOfARequestCanBeCheckedWithoutUs(t *testing.T) {
	a := demoApp(t, 300)
	agree(t, a, "jane")
	v := askAndRun(t, a, rights.Access, "jane")
	var p *RightPack
	var err error
	for start := time.Now(); time.Since(start) < 10*time.Second; time.Sleep(100 * time.Millisecond) { // the log takes it within seconds
		if p, err = a.RightPack(t.Context(), Demo, v.ID); err != nil || len(p.Steps) > 0 && p.Steps[len(p.Steps)-1].Proof != "" {
			break
		}
	}
	if err != nil || p.Request == nil || p.LogKey == "" {
		t.Fatalf("%v %+v", err, p)
	}
	if len(p.Steps) != len(v.Steps) {
		t.Fatalf("%d of %d steps", len(p.Steps), len(v.Steps))
	}
	for i, s := range p.Steps {
		if s.Proof == "" || s.At.IsZero() || s.Event != v.Steps[i].Event {
			t.Errorf("step %d has no proof, time or place: %+v", i, s)
		}
	}
}
