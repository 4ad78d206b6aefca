package engine

import (
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// numberOf reads a number of any physical type.
func numberOf(t parquet.Type, v parquet.Value) (float64, uint8) {
	if v.Kind() == parquet.Double || v.Kind() == parquet.Float {
		x := v.Double()
		if v.Kind() == parquet.Float {
			x = float64(v.Float())
		}
		switch {
		case x != x:
			return x, isNaN
		case math.IsInf(x, 0):
			return x, isText
		}
		return x, isNumber
	}
	return readNumber([]byte(textOf(t, v)), false)
}

// textOf writes a value as PostgreSQL would write one of its type.
func textOf(t parquet.Type, v parquet.Value) string {
	var meaning any
	if l := t.LogicalType(); l != nil {
		meaning = l.Value
	}
	scale, isDecimal := int32(0), false
	if d, ok := meaning.(*format.DecimalType); ok {
		scale, isDecimal = d.Scale, true
	}
	switch v.Kind() {
	case parquet.Boolean:
		return strconv.FormatBool(v.Boolean())
	case parquet.Int32, parquet.Int64:
		return wholeText(meaning, v, isDecimal, int(scale))
	case parquet.Float:
		return strconv.FormatFloat(float64(v.Float()), 'g', -1, 32)
	case parquet.Double:
		return FormatFloat(v.Double())
	}
	if isDecimal {
		return decimal(signed(v.ByteArray()), int(scale))
	}
	return string(v.ByteArray())
}

func wholeText(meaning any, v parquet.Value, isDecimal bool, scale int) string {
	n, narrow := v.Int64(), v.Kind() == parquet.Int32
	if narrow {
		n = int64(v.Int32())
	}
	if isDecimal {
		return decimal(big.NewInt(n), scale)
	}
	switch m := meaning.(type) {
	case *format.DateType:
		return time.Unix(n*86400, 0).UTC().Format(time.DateOnly)
	case *format.IntType:
		if !m.IsSigned && narrow {
			n = int64(uint32(n))
		}
		if !m.IsSigned {
			return strconv.FormatUint(uint64(n), 10)
		}
	}
	return strconv.FormatInt(n, 10)
}

func signed(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}

func decimal(n *big.Int, scale int) string {
	if scale <= 0 {
		return n.String()
	}
	s := new(big.Int).Abs(n).String()
	for len(s) <= scale {
		s = "0" + s
	}
	s = s[:len(s)-scale] + "." + s[len(s)-scale:]
	if n.Sign() < 0 {
		s = "-" + s
	}
	return s
}
