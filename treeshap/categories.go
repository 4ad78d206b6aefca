package treeshap

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// lightCategories reads the categories of pandas columns, which LightGBM's
// Python package appends as JSON: one list a categorical column, in the order
// of columns. Which columns those are stands in the parameters, or failing
// that in feature_infos. If neither accounts for every list, categories stay
// unnamed: a name that leads to the wrong code is worse than none.
func (m *Model) lightCategories(infos, tail string) {
	_, line, ok := strings.Cut(tail, "\npandas_categorical:")
	if !ok {
		return
	}
	line, _, _ = strings.Cut(line, "\n")
	var lists [][]json.RawMessage
	if json.Unmarshal([]byte(line), &lists) != nil || len(lists) == 0 {
		return
	}
	columns := lightDeclared(tail, len(m.features))
	if len(columns) != len(lists) {
		columns = lightListed(infos)
	}
	if len(columns) != len(lists) || columns[len(columns)-1] >= len(m.features) {
		return
	}
	m.categories = make([][]string, len(m.features))
	for i, list := range lists {
		m.categories[columns[i]] = namesOf(list)
	}
}

// namesOf spells text categories as they are, and others as the JSON does.
func namesOf(list []json.RawMessage) []string {
	out := make([]string, len(list))
	for i, raw := range list {
		if json.Unmarshal(raw, &out[i]) != nil {
			out[i] = string(raw)
		}
	}
	return out
}

// lightDeclared returns the parameter categorical_feature as column numbers,
// ascending; nil if it names columns in another way.
func lightDeclared(tail string, features int) []int {
	_, s, ok := strings.Cut(tail, "\n[categorical_feature: ")
	if !ok {
		return nil
	}
	s, _, _ = strings.Cut(s, "]")
	var out []int
	for word := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 0 || n >= features {
			return nil
		}
		out = append(out, n)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lightListed returns the columns whose feature_infos is a list of codes.
// A column that never splits is "none" there whatever its kind.
func lightListed(infos string) []int {
	var out []int
	for i, info := range strings.Fields(infos) {
		if info != "none" && !strings.HasPrefix(info, "[") {
			out = append(out, i)
		}
	}
	return out
}

// xgCategories reads the category names that XGBoost stores from 3.1 on: one
// entry a feature, text as bytes with offsets, numbers as they are.
func (m *Model) xgCategories(cats value) {
	enc := cats.get("enc")
	if len(enc.list) != len(m.features) {
		return
	}
	m.categories = make([][]string, len(enc.list))
	for i, e := range enc.list {
		offsets, values := e.get("offsets").numbers(), e.get("values").numbers()
		if offsets == nil {
			for _, x := range values {
				m.categories[i] = append(m.categories[i], strconv.FormatFloat(x, 'f', -1, 64))
			}
			continue
		}
		m.categories[i] = xgTexts(offsets, values)
	}
}

// xgTexts cuts names out of their bytes. XGBoost 3.2.0 counts characters in the
// offsets and bytes in the values, so that every name after the first letter
// beyond ASCII is shifted, and the last ones are cut off: then it returns none.
func xgTexts(offsets, values []float64) []string {
	text := make([]byte, len(values))
	for i, x := range values {
		if !(x >= 0 && x < 0x80) {
			return nil
		}
		text[i] = byte(x)
	}
	var out []string
	for j := 0; j+1 < len(offsets); j++ {
		lo, hi := offsets[j], offsets[j+1]
		if !(lo >= 0 && lo <= hi && hi <= float64(len(text))) {
			return nil
		}
		out = append(out, string(text[int(lo):int(hi)]))
	}
	return out
}
