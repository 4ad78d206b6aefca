package models_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"fairtouch/demo/models"
	"fairtouch/internal/explain"
)

func dictionary(t *testing.T) (*explain.Dictionary, []models.Feature) {
	t.Helper()
	fs := card(t).Models[0].Features
	names := make([]string, len(fs))
	for i, f := range fs {
		names[i] = f.Name
	}
	d, err := explain.ParseDictionary(models.Dictionary(), names)
	if err != nil {
		t.Fatal(err)
	}
	if a := d.Alarms(names); len(a) > 0 {
		t.Errorf("inputs on the stop-list: %v", a)
	}
	return d, fs
}

// texts calls f for each text a person can read, with the place it stands in.
func texts(d *explain.Dictionary, f func(where string, w explain.Words)) {
	for _, c := range d.Concepts {
		f(c.ID+".name", c.Name)
		if c.Account {
			f(c.ID+".general", c.General)
		}
		for _, s := range c.Sentences {
			f(c.ID+".toward", s.Toward)
			f(c.ID+".against", s.Against)
		}
	}
	for _, x := range d.Features {
		if x.Change != nil {
			f(x.Name+".change", x.Change)
		}
		for v, w := range x.ValueWord {
			f(x.Name+".value_words."+v, w)
		}
	}
	for _, h := range d.Held {
		f("held."+h.Name, h.Words)
	}
	f("stand_in", d.StandIn)
	f("changed.away", d.Changed.Away)
	f("changed.toward", d.Changed.Toward)
	f("changed.none", d.Changed.None)
}

func TestEverybodyReadsInTheirLanguageAndBriefly(t *testing.T) {
	d, fs := dictionary(t)
	n := 0
	texts(d, func(where string, w explain.Words) {
		for _, l := range []string{"en", "de", "fr", "es"} {
			n++
			if strings.TrimSpace(w[l]) == "" {
				t.Errorf("%s: nothing in %s", where, l)
			}
			if utf8.RuneCountInString(w[l]) > 140 {
				t.Errorf("%s: %q is longer than 140 characters", where, w[l])
			}
			for _, raw := range []string{"poutcome", "pdays", "duration"} {
				if strings.Contains(w[l], raw) {
					t.Errorf("%s: %q names an input of the model", where, w[l])
				}
			}
		}
		if len(w) != 4 {
			t.Errorf("%s: %d languages", where, len(w))
		}
	})
	if n < 200 || len(fs) != 13 {
		t.Errorf("%d texts for %d inputs", n, len(fs))
	}
}

func TestSentencesEndAndClausesJoin(t *testing.T) {
	d, _ := dictionary(t)
	texts(d, func(where string, w explain.Words) {
		for l, s := range w {
			switch {
			case strings.HasSuffix(where, ".name"), strings.Contains(where, ".value_words."):
			case strings.HasSuffix(where, ".change"):
				if strings.HasSuffix(s, ".") || !strings.Contains(s, "{to}") {
					t.Errorf("%s %s: %q can't be followed by an ending", where, l, s)
				}
			case where == "changed.away", where == "changed.toward":
				if !strings.HasPrefix(s, ", ") || !strings.HasSuffix(s, ".") {
					t.Errorf("%s %s: %q can't follow a clause", where, l, s)
				}
			case !strings.HasSuffix(s, ".") || strings.Count(s, ". ") > 0:
				t.Errorf("%s %s: %q is not one sentence", where, l, s)
			}
		}
	})
}

func TestTheDictionaryAndTheModelsMeanTheSameValues(t *testing.T) {
	d, _ := dictionary(t)
	for _, m := range card(t).Models {
		for i, f := range m.Features {
			e := d.Features[i]
			if e.Name != f.Name || e.Kind != f.Kind || !slices.Equal(e.Values, f.Values) {
				t.Errorf("%s: input %d is %s %v in the card and %s %v in the dictionary", m.ID, i, f.Name, f.Values, e.Name, e.Values)
			}
			if (f.Category == "account") != d.Concept(e.Concept).Account {
				t.Errorf("%s: a fact about accounts is shown to whoever holds the link, or the reverse", f.Name)
			}
			for v := range e.ValueWord {
				if !slices.Contains(f.Values, v) {
					t.Errorf("%s: %q is put into words but is no value", f.Name, v)
				}
			}
			if e.Kind == "category" && !e.Immutable {
				for _, v := range f.Values {
					if v != "unknown" && e.ValueWord[v] == nil {
						t.Errorf("%s: %q has no words", f.Name, v)
					}
				}
			}
		}
	}
}

func TestConditionsCanHold(t *testing.T) {
	d, _ := dictionary(t)
	for _, c := range d.Concepts {
		for i, s := range c.Sentences {
			if s.Feature == "" {
				if i != len(c.Sentences)-1 {
					t.Errorf("%s: what comes after sentence %d is never said", c.ID, i+1)
				}
				continue
			}
			e := d.Feature(s.Feature)
			if e == nil || e.Concept != c.ID || len(s.Is) == 0 && s.Above == nil && s.Below == nil {
				t.Fatalf("%s: sentence %d has a condition on %q that means nothing", c.ID, i+1, s.Feature)
			}
			for _, v := range s.Is {
				if !slices.Contains(e.Values, v) || v == "other" {
					t.Errorf("%s: %s is never surely %q", c.ID, s.Feature, v)
				}
			}
		}
	}
}
