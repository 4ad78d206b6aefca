package campaign

import (
	"strings"
	"testing"
	"time"

	"fairtouch/touch"

	"pgregory.net/rapid"
)

// An approval stands for the words that people saw: what a form or a file
// changes without anybody seeing it keeps it, any letter voids it.
func TestAnApprovalIsVoidOnceALetterChanges(t *testing.T) {
	hash := func(s string) string {
		c, err := Canonical(s)
		if err != nil {
			t.Fatal(err)
		}
		return CopyHash(c)
	}
	base := "Spring is here.\n\nSave 3 % — caf\u00e9 included."
	for _, same := range []string{"Spring is here.\r\n\r\nSave 3 % — caf\u00e9 included.", "  " + base + "\n\n", strings.ReplaceAll(base, "\u00e9", "e\u0301")} {
		if hash(same) != hash(base) {
			t.Errorf("%q is another text", same)
		}
	}
	for _, other := range []string{"spring is here.\n\nSave 3 % — caf\u00e9 included.", strings.Replace(base, "3", "4", 1), strings.Replace(base, "is here", "is  here", 1),
		strings.Replace(base, "\n\n", "\n", 1), base + ".", strings.Replace(base, "S", "\u200bS", 1), strings.Replace(base, "a", "\u0430", 1)} {
		if hash(other) == hash(base) {
			t.Errorf("%q passes for the same text", other)
		}
	}
	for _, bad := range []string{"", " \n", "a\x00b", "\xff", strings.Repeat("a", MaxCopy+1)} {
		if _, err := Canonical(bad); touch.CodeOf(err) != touch.Invalid {
			t.Errorf("%.10q: %v", bad, err)
		}
	}
}

func TestTheCanonicalFormIsItsOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one, err := Canonical(rapid.String().Draw(t, "text"))
		if err != nil {
			return
		}
		if two, err := Canonical(one); err != nil || two != one {
			t.Fatalf("%q became %q, %v", one, two, err)
		}
	})
}

func TestDifferentPeopleApproveAndOneSendsBack(t *testing.T) {
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	d := Copy{ID: "drf_1", Asked: []CopyAsked{{By: "ann"}}}
	say := func(by touch.UserID, s CopyState, said string) error {
		a, err := d.Answer(by, s, said, "console", now)
		if err == nil {
			d.Answers = append(d.Answers, a)
		}
		return err
	}
	for by, want := range map[touch.UserID]touch.Code{"ann": touch.Forbidden, "": touch.Forbidden} {
		if err := say(by, CopyApproved, ""); touch.CodeOf(err) != want {
			t.Errorf("%q approves: %v", by, err)
		}
	}
	if err := say("bob", CopyReturned, "  "); touch.CodeOf(err) != touch.Invalid {
		t.Errorf("sent back without a reason: %v", err)
	}
	if err := say("bob", CopyApproved, ""); err != nil {
		t.Fatal(err)
	}
	d.Answers = append(d.Answers, d.Answers[0]) // the same person twice
	for needs, want := range map[int]CopyState{0: CopyFree, 1: CopyApproved, 2: CopyWaiting} {
		if s, n := d.Stands(needs); s != want || n != 1 {
			t.Errorf("where %d are asked for: %s, %d", needs, s, n)
		}
	}
	if err := say("cem", CopyApproved, ""); err != nil {
		t.Fatal(err)
	}
	if s := d.Standing(2); !s.MayUse || s.Approved != 2 {
		t.Errorf("%+v", s)
	}
	if err := say("ann", CopyReturned, "I mistyped the rate."); err != nil { // who asked may take words back
		t.Fatal(err)
	}
	if s := d.Standing(2); s.MayUse || s.Reason != "I mistyped the rate." || touch.CodeOf(s.Unapproved()) != touch.Unapproved {
		t.Errorf("%+v", s)
	}
}
