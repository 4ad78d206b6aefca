package law

import "time"

// Words finds a rule's citation and text as they were known at a time, for
// showing stored decisions, which name the rules that were satisfied alone.
func (b *Book) Words(at time.Time) func(id string) (citation, text string, ok bool) {
	ed := b.At(at)
	return func(id string) (string, string, bool) {
		if ed == nil {
			return "", "", false
		}
		for _, p := range ed.packs {
			if r := p.Rule(id); r != nil {
				return r.Citation, r.Text, true
			}
		}
		return "", "", false
	}
}
