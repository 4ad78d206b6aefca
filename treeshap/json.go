package treeshap

import (
	"encoding/json"
	"math"
	"strconv"
)

// parseJSON reads JSON with the bare NaN and Infinity that XGBoost writes.
func parseJSON(b []byte) (value, error) {
	p := &jsonParser{b: b, left: maxValues}
	v, err := p.value(0)
	if err != nil {
		return value{}, err
	}
	p.space()
	if p.i != len(p.b) {
		return value{}, badf("bytes follow the JSON at %d", p.i)
	}
	return v, nil
}

type jsonParser struct {
	b    []byte
	i    int
	left int // values that may still come; see maxValues
}

func (p *jsonParser) space() {
	for p.i < len(p.b) && (p.b[p.i] == ' ' || p.b[p.i] == '\n' || p.b[p.i] == '\t' || p.b[p.i] == '\r') {
		p.i++
	}
}

// next skips space and returns the byte there, 0 at the end.
func (p *jsonParser) next() byte {
	p.space()
	if p.i >= len(p.b) {
		return 0
	}
	return p.b[p.i]
}

func (p *jsonParser) value(depth int) (value, error) {
	if depth > maxNesting {
		return value{}, badf("JSON nested too deep")
	}
	c := p.next()
	if c == '{' || c == '[' || c == '"' || c == 'n' {
		if p.left == 0 {
			return value{}, unsupported("a file of so many values")
		}
		p.left--
	}
	switch c {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	case '"':
		s, err := p.text()
		return value{kind: kindText, text: s}, err
	}
	return p.scalar()
}

func (p *jsonParser) object(depth int) (value, error) {
	v := value{kind: kindObject, pairs: map[string]value{}}
	p.i++
	if p.next() == '}' {
		p.i++
		return v, nil
	}
	for {
		if p.next() != '"' {
			return v, badf("JSON object without a key at %d", p.i)
		}
		k, err := p.text()
		if err != nil {
			return v, err
		}
		if p.next() != ':' {
			return v, badf("JSON key without a value at %d", p.i)
		}
		p.i++
		e, err := p.value(depth + 1)
		if err != nil {
			return v, err
		}
		if _, twice := v.pairs[k]; twice {
			return v, badf("JSON key %q twice", clip(k))
		}
		v.pairs[k] = e
		c := p.next()
		p.i++
		if c == '}' {
			return v, nil
		}
		if c != ',' {
			return v, badf("JSON object is broken at %d", p.i)
		}
	}
}

func (p *jsonParser) array(depth int) (value, error) {
	v := value{kind: kindList}
	p.i++
	if p.next() == ']' {
		p.i++
		return v, nil
	}
	for {
		e, err := p.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.add(e)
		c := p.next()
		p.i++
		if c == ']' {
			return v, nil
		}
		if c != ',' {
			return v, badf("JSON list is broken at %d", p.i)
		}
	}
}

func (p *jsonParser) text() (string, error) {
	start := p.i
	for p.i++; p.i < len(p.b); p.i++ {
		switch p.b[p.i] {
		case '\\':
			p.i++
		case '"':
			p.i++
			var s string
			if err := json.Unmarshal(p.b[start:p.i], &s); err != nil {
				return "", badf("JSON text is broken at %d", start)
			}
			return s, nil
		}
	}
	return "", badf("JSON text doesn't end")
}

func (p *jsonParser) scalar() (value, error) {
	start := p.i
	for p.i < len(p.b) && isScalar(p.b[p.i]) {
		p.i++
	}
	switch w := string(p.b[start:p.i]); w {
	case "true":
		return value{kind: kindNumber, num: 1}, nil
	case "false":
		return value{kind: kindNumber}, nil
	case "null":
		return value{}, nil
	case "NaN", "nan", "-NaN", "-nan":
		return value{kind: kindNumber, num: math.NaN()}, nil
	case "Infinity", "inf":
		return value{kind: kindNumber, num: math.Inf(1)}, nil
	case "-Infinity", "-inf":
		return value{kind: kindNumber, num: math.Inf(-1)}, nil
	default:
		x, err := strconv.ParseFloat(w, 64)
		if err != nil {
			return value{}, badf("JSON is broken at %d", start)
		}
		return value{kind: kindNumber, num: x}, nil
	}
}

func isScalar(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '+' || c == '.'
}
