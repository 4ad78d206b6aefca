package pii

// Verdict is what a check says of a value alone.
type Verdict int8

// The verdicts.
const (
	Refuted  Verdict = iota - 1 // it can't be of that type
	Possible                    // it can be; no check proves it
	Proved                      // its check agrees
)

// Compact strips everything but ASCII letters and digits and makes letters
// capital.
func Compact(v string) string {
	b := make([]byte, 0, len(v))
	for i := 0; i < len(v); i++ {
		if isAlnum(v[i]) {
			b = append(b, upper(v[i]))
		}
	}
	return string(b)
}

// Verify checks a value of a national or generic type that has a fixed form.
// Spaces, dots and hyphens are ignored only where the form has them. A type
// without a form is Refuted.
func Verify(t Type, v string) Verdict {
	out := Refuted
	for _, sp := range builtin().specs {
		if sp.typ != t {
			continue
		}
		for _, f := range sp.forms {
			if len(f.shape) != len(v) {
				continue
			}
			sl := slot{sp, f.shape, f.score, 0}
			var buf [40]byte
			if c, ok := sl.fits(v, 0, buf[:0]); ok {
				out = max(out, Verdict(sp.check(c)))
			}
		}
	}
	return out
}
