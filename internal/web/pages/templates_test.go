package pages

import (
	"reflect"
	"testing"
	"text/template/parse"
	"unsafe"

	"html/template"
)

type checker interface {
	Check() error
	Name() string
	Tree() *template.Template
}

func eachPage(t *testing.T, f func(checker)) {
	t.Helper()
	ts, err := loadTemplates()
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.ValueOf(&ts).Elem()
	for i := range v.NumField() {
		x := v.Field(i)
		f(reflect.NewAt(x.Type(), unsafe.Pointer(x.UnsafeAddr())).Elem().Interface().(checker))
	}
}

func TestNoPageNamesAFieldThatItsStructLacks(t *testing.T) {
	eachPage(t, func(c checker) {
		if err := c.Check(); err != nil {
			t.Error(err)
		}
	})
}

func TestEveryLanguageHasEveryWord(t *testing.T) {
	m, err := LoadMessages()
	if err != nil {
		t.Fatal(err)
	}
	if got := len(m.Locales()); got < 9 {
		t.Fatalf("%d languages", got)
	}
	seen := 0
	eachPage(t, func(c checker) {
		for _, tt := range c.Tree().Templates() {
			for _, key := range messageKeys(tt.Tree.Root) {
				seen++
				if !m.Has(key) {
					t.Errorf("%s asks for the message %q, which no language has", c.Name(), key)
				}
			}
		}
	})
	if seen < 100 {
		t.Fatalf("only %d messages found in the templates: the walk is broken", seen)
	}
}

func TestAMissingKeyFailsTheLoad(t *testing.T) {
	m, err := LoadMessages()
	if err != nil {
		t.Fatal(err)
	}
	delete(m.by["fr"], "stop.all")
	if m.complete() == nil {
		t.Fatal("French without its stop button loaded")
	}
}

// messageKeys collects the string after each .T in a template.
func messageKeys(n parse.Node) []string {
	var out []string
	walk(reflect.ValueOf(n), &out, 0)
	return out
}

func walk(v reflect.Value, out *[]string, depth int) {
	if !v.IsValid() || depth > 60 {
		return
	}
	if c, ok := v.Interface().(*parse.CommandNode); ok && c != nil && len(c.Args) > 1 && isT(c.Args[0]) {
		if s, ok := c.Args[1].(*parse.StringNode); ok {
			*out = append(*out, s.Text)
		}
	}
	switch x := v.Interface().(type) {
	case *parse.ListNode:
		if x != nil {
			for _, n := range x.Nodes {
				walk(reflect.ValueOf(n), out, depth+1)
			}
		}
	case *parse.ActionNode:
		walk(reflect.ValueOf(x.Pipe), out, depth+1)
	case *parse.IfNode:
		branch(&x.BranchNode, out, depth)
	case *parse.WithNode:
		branch(&x.BranchNode, out, depth)
	case *parse.RangeNode:
		branch(&x.BranchNode, out, depth)
	case *parse.TemplateNode:
		walk(reflect.ValueOf(x.Pipe), out, depth+1)
	case *parse.PipeNode:
		if x != nil {
			for _, c := range x.Cmds {
				walk(reflect.ValueOf(c), out, depth+1)
			}
		}
	case *parse.CommandNode:
		for _, a := range x.Args {
			walk(reflect.ValueOf(a), out, depth+1)
		}
	}
}

func branch(b *parse.BranchNode, out *[]string, depth int) {
	walk(reflect.ValueOf(b.Pipe), out, depth+1)
	walk(reflect.ValueOf(b.List), out, depth+1)
	walk(reflect.ValueOf(b.ElseList), out, depth+1)
}

func isT(n parse.Node) bool {
	switch x := n.(type) {
	case *parse.FieldNode:
		return len(x.Ident) == 1 && x.Ident[0] == "T"
	case *parse.VariableNode:
		return len(x.Ident) == 2 && x.Ident[1] == "T"
	}
	return false
}
