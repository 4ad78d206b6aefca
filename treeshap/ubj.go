package treeshap

import (
	"encoding/binary"
	"math"
)

// parseUBJ reads Universal Binary JSON: big-endian, with typed and counted
// containers. Counts are checked against the bytes that are left, so that a
// few bytes can't ask for much memory.
func parseUBJ(b []byte) (value, error) {
	p := &ubjParser{b: b, left: maxValues}
	m, err := p.marker()
	if err != nil {
		return value{}, err
	}
	v, err := p.value(m, 0)
	if err != nil {
		return value{}, err
	}
	if p.i != len(p.b) {
		return value{}, badf("bytes follow the UBJSON at %d", p.i)
	}
	return v, nil
}

type ubjParser struct {
	b    []byte
	i    int
	left int // values that may still come; see maxValues
}

func (p *ubjParser) marker() (byte, error) {
	for p.i < len(p.b) {
		c := p.b[p.i]
		p.i++
		if c != 'N' { // no-op
			return c, nil
		}
	}
	return 0, badf("UBJSON ends early")
}

// sizes of the numeric types in bytes.
func ubjSize(m byte) int {
	switch m {
	case 'i', 'U', 'C':
		return 1
	case 'I':
		return 2
	case 'l', 'd':
		return 4
	case 'L', 'D':
		return 8
	}
	return 0
}

func (p *ubjParser) number(m byte) (float64, error) {
	n := ubjSize(m)
	if n == 0 || len(p.b)-p.i < n {
		return 0, badf("UBJSON number of type %q at %d", m, p.i)
	}
	b := p.b[p.i : p.i+n]
	p.i += n
	switch m {
	case 'i':
		return float64(int8(b[0])), nil
	case 'U', 'C':
		return float64(b[0]), nil
	case 'I':
		return float64(int16(binary.BigEndian.Uint16(b))), nil
	case 'l':
		return float64(int32(binary.BigEndian.Uint32(b))), nil
	case 'L':
		return float64(int64(binary.BigEndian.Uint64(b))), nil
	case 'd':
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b))), nil
	}
	return math.Float64frombits(binary.BigEndian.Uint64(b)), nil
}

// length reads a count, at most one for each byte that is left over unit.
func (p *ubjParser) length(unit int) (int, error) {
	m, err := p.marker()
	if err != nil {
		return 0, err
	}
	if m == 'd' || m == 'D' || m == 'C' {
		return 0, badf("UBJSON count that isn't whole at %d", p.i)
	}
	x, err := p.number(m)
	if err != nil {
		return 0, err
	}
	if !(x >= 0 && x <= float64((len(p.b)-p.i)/max(1, unit))) {
		return 0, badf("UBJSON count of %v is more than there is", x)
	}
	return int(x), nil
}

func (p *ubjParser) text() (string, error) {
	n, err := p.length(1)
	if err != nil {
		return "", err
	}
	s := string(p.b[p.i : p.i+n])
	p.i += n
	return s, nil
}

func (p *ubjParser) value(m byte, depth int) (value, error) {
	if depth > maxNesting {
		return value{}, badf("UBJSON nested too deep")
	}
	if ubjSize(m) > 0 {
		x, err := p.number(m)
		return value{kind: kindNumber, num: x}, err
	}
	switch m {
	case 'T':
		return value{kind: kindNumber, num: 1}, nil
	case 'F':
		return value{kind: kindNumber}, nil
	}
	if p.left == 0 {
		return value{}, unsupported("a file of so many values")
	}
	p.left--
	switch m {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	case 'S', 'H':
		s, err := p.text()
		return value{kind: kindText, text: s}, err
	case 'Z':
		return value{}, nil
	}
	return value{}, badf("UBJSON type %q at %d", m, p.i)
}

// header reads the optional type and count of a container; count is -1 without.
func (p *ubjParser) header() (typ byte, count int, err error) {
	count = -1
	if p.i < len(p.b) && p.b[p.i] == '$' {
		p.i++
		if typ, err = p.marker(); err != nil {
			return 0, 0, err
		}
		if p.i >= len(p.b) || p.b[p.i] != '#' {
			return 0, 0, badf("UBJSON type without a count at %d", p.i)
		}
	}
	if p.i < len(p.b) && p.b[p.i] == '#' {
		p.i++
		unit := 1
		if typ != 0 {
			unit = max(1, ubjSize(typ))
		}
		count, err = p.length(unit)
	}
	return typ, count, err
}

func (p *ubjParser) array(depth int) (value, error) {
	v := value{kind: kindList}
	typ, count, err := p.header()
	if err != nil {
		return v, err
	}
	if typ != 0 && ubjSize(typ) > 0 {
		v.nums = make([]float64, count)
		for i := range v.nums {
			if v.nums[i], err = p.number(typ); err != nil {
				return v, err
			}
		}
		return v, nil
	}
	for n := 0; count < 0 || n < count; n++ {
		m, err := p.element(typ)
		if err != nil {
			return v, err
		}
		if count < 0 && m == ']' {
			return v, nil
		}
		e, err := p.value(m, depth+1)
		if err != nil {
			return v, err
		}
		v.add(e)
	}
	return v, nil
}

func (p *ubjParser) element(typ byte) (byte, error) {
	if typ != 0 {
		return typ, nil
	}
	return p.marker()
}

func (p *ubjParser) object(depth int) (value, error) {
	v := value{kind: kindObject, pairs: map[string]value{}}
	typ, count, err := p.header()
	if err != nil {
		return v, err
	}
	for n := 0; count < 0 || n < count; n++ {
		if count < 0 {
			if p.i < len(p.b) && p.b[p.i] == '}' {
				p.i++
				return v, nil
			}
		}
		k, err := p.text()
		if err != nil {
			return v, err
		}
		m, err := p.element(typ)
		if err != nil {
			return v, err
		}
		e, err := p.value(m, depth+1)
		if err != nil {
			return v, err
		}
		if _, twice := v.pairs[k]; twice {
			return v, badf("UBJSON key %q twice", clip(k))
		}
		v.pairs[k] = e
	}
	return v, nil
}
