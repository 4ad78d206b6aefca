package gpp

import (
	"encoding/json"
	"testing"
)

func TestSmoke(t *testing.T) {
	for _, s := range []string{"1YNN", "DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", "DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN", "DBABLA~BAAAAAAAAABA.QA", "DBAA", "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"} {
		m, err := Decode(s)
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(m)
		c, err2 := m.Canonical()
		t.Log(string(b), err, c == s, c, err2)
	}
}
