package demo

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
)

//go:embed data/bank-full.csv.gz
var bank []byte

// Row is one call of the campaign. Fields that are numbers are numbers, the
// rest are categories as the data spell them. Duration and Outcome are known
// only after the call: they are never an input.
type Row struct {
	Index    int // 0-based, in the order of time
	Age      float64
	Job      string
	Marital  string
	Features map[string]any // the model's inputs
	Held     map[string]any // held about the person, not an input
	Yes      bool           // the person took the offer
}

// Count is how many calls the data hold.
const Count = 45_211

// Fitted is how many calls, the first ones, the shipped scorers were fitted on.
const Fitted = 27_126

var inputs = []string{"job", "education", "default", "balance", "housing", "loan", "contact", "day", "month", "campaign", "pdays", "previous", "poutcome"}

var numeric = map[string]bool{"age": true, "balance": true, "day": true, "duration": true, "campaign": true, "pdays": true, "previous": true}

// Rows calls f for each of the first n calls, in the order of time.
func Rows(n int, f func(Row) error) error {
	z, err := gzip.NewReader(bytes.NewReader(bank))
	if err != nil {
		return err
	}
	r := csv.NewReader(bufio.NewReaderSize(z, 1<<16))
	r.Comma, r.ReuseRecord = ';', true
	head, err := r.Read()
	if err != nil {
		return err
	}
	head = append([]string(nil), head...)
	for i := 0; i < n; i++ {
		rec, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		row, err := parse(i, head, rec)
		if err != nil {
			return err
		}
		if err := f(row); err != nil {
			return err
		}
	}
	return nil
}

func parse(i int, head, rec []string) (Row, error) {
	all := make(map[string]any, len(head))
	for j, h := range head {
		if !numeric[h] {
			all[h] = string(append([]byte(nil), rec[j]...))
			continue
		}
		x, err := strconv.ParseFloat(rec[j], 64)
		if err != nil {
			return Row{}, fmt.Errorf("call %d: %s is not a number", i+1, h)
		}
		all[h] = x
	}
	row := Row{Index: i, Age: all["age"].(float64), Job: all["job"].(string), Marital: all["marital"].(string),
		Yes: all["y"] == "yes", Features: make(map[string]any, len(inputs)),
		Held: map[string]any{"age": all["age"], "marital": all["marital"]}}
	for _, k := range inputs {
		row.Features[k] = all[k]
	}
	return row, nil
}
