package app

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func BenchmarkGateway(b *testing.B) {
	small := `{"model":"m","messages":[{"role":"system","content":"You write copy."},{"role":"user","content":"` + strings.Repeat("Please write two friendly lines about the spring sale. ", 7) + `"}]}`
	dense := `{"model":"m","messages":[{"role":"user","content":"` + strings.Repeat("The customer wrote from user1@example.org and asks to be called back at +49 30 90182030 about the order that has not arrived yet, please answer in a friendly tone. ", 64) + `"}]}`
	for name, body := range map[string]string{"small": small, "dense": dense} {
		b.Run(name, func(b *testing.B) {
			v := newVendor(b)
			v.say = answerJSON(`{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"A short answer of some forty letters or so."},"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":10}}`)
			d := gate(b, v, DemoCopywriter, asking(0))
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
			b.SetParallelism(16)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					req, err := http.NewRequest("POST", d.url+"/openai/v1/chat/completions", strings.NewReader(body))
					if err != nil {
						b.Error(err)
						return
					}
					req.Header.Set("Authorization", "Bearer "+d.key)
					req.Header.Set("Content-Type", "application/json")
					resp, err := client.Do(req)
					if err != nil {
						b.Error(err)
						return
					}
					if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != 200 {
						b.Error(resp.StatusCode, err)
					}
					_ = resp.Body.Close()
				}
			})
		})
	}
}
