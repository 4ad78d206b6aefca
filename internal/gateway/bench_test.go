package gateway

import (
	"bytes"
	"fmt"
	"testing"

	"fairtouch/internal/wire"
)

func BenchmarkHundredPieces(b *testing.B) {
	var in []byte
	for i := range 100 {
		in = fmt.Appendf(in, "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"piece %d \"},\"logprobs\":null,\"finish_reason\":null}]}\n\n", i)
	}
	in = append(in, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"...)
	k, _ := keeping(b, Binding{})
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		a := newAnswer(k)
		v := a.weaver(wire.Chat)
		r := wire.NewEvents(bytes.NewReader(in))
		for {
			ev, err := r.Next()
			if err != nil {
				break
			}
			v.put(ev)
			for it := v.next(); it != nil; it = v.next() {
				it.bytes()
			}
		}
		a.finish()
	}
}
