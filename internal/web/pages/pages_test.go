package pages

import (
	"testing"
)

func TestEveryMessageIsThereInEveryLanguage(t *testing.T) {
	m, err := LoadMessages()
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Locales()) < 4 {
		t.Fatalf("only %v", m.Locales())
	}
}

func TestTheTemplatesParse(t *testing.T) {
	if _, err := loadTemplates(); err != nil {
		t.Fatal(err)
	}
}
