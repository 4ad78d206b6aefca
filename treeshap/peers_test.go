//go:build peers

package treeshap

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkPeers explains the rows that scripts/bench_peers.py wrote, with the
// models that the learners made; FAIRTOUCH_BENCH_PEERS is where. It fails where
// our contributions are not theirs. Built with the tag peers, by make bench-peers.
func BenchmarkPeers(b *testing.B) {
	dir := os.Getenv("FAIRTOUCH_BENCH_PEERS")
	for name, peer := range map[string]struct {
		file string
		near float64 // XGBoost's contributions are single precision
	}{"lightgbm": {"lightgbm.txt", 1e-9}, "xgboost": {"xgboost.ubj", 1e-4}} {
		file, err := os.ReadFile(filepath.Join(dir, peer.file))
		if err != nil {
			b.Fatal(err)
		}
		m, err := Load(file)
		if err != nil {
			b.Fatal(err)
		}
		n := len(m.Features())
		rows, want := table(b, filepath.Join(dir, "rows.f64"), n), table(b, filepath.Join(dir, name+".f64"), n+1)
		s, out := m.NewScratch(), make([][]float64, len(rows))
		for i := range rows {
			out[i] = make([]float64, n+1)
			if err := m.Explain(s, rows[i], out[i]); err != nil {
				b.Fatal(err)
			}
			for j := range out[i] {
				if !(math.Abs(out[i][j]-want[i][j]) <= peer.near) {
					b.Fatalf("%s, row %d, feature %d: %v, the learner says %v", name, i, j, out[i][j], want[i][j])
				}
			}
		}
		b.Run(name+"/single", func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				if err := m.Explain(s, rows[i%len(rows)], out[0]); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/batch", func(b *testing.B) {
			for b.Loop() {
				if err := m.ExplainBatch(rows, out, 1); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// table reads doubles, little-endian, in rows of n.
func table(b *testing.B, path string, n int) [][]float64 {
	b.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	var out [][]float64
	for at := 0; at+8*n <= len(raw); at += 8 * n {
		row := make([]float64, n)
		for j := range row {
			row[j] = math.Float64frombits(binary.LittleEndian.Uint64(raw[at+8*j:]))
		}
		out = append(out, row)
	}
	return out
}
