package console

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fairtouch/touch"
)

// endless is zeros without end.
type endless struct{}

func (endless) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// A table of a gigabyte is refused with what to do: by its declared size before a
// byte is read, and by its bytes where the size is not declared.
func TestAGigabyteIsRefusedInWords(t *testing.T) {
	c := testConsole(t)
	head := "--x\r\nContent-Disposition: form-data; name=\"table\"; filename=\"a.csv\"\r\n\r\n"
	for _, declared := range []int64{1 << 30, -1} {
		r := httptest.NewRequest(http.MethodPost, "/console/campaigns/spring/audience", io.MultiReader(strings.NewReader(head), io.LimitReader(endless{}, 1<<30)))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.ContentLength = declared
		took := int64(0)
		_, err := c.takeTable(httptest.NewRecorder(), r, func(_ string, body io.Reader) (string, error) {
			n, err := io.Copy(io.Discard, body)
			took = n
			return "file", err
		})
		e := touch.AsError(err)
		if e == nil || e.Code != touch.TooLarge || !strings.Contains(e.Message, "split it") {
			t.Errorf("declared %d: %v", declared, err)
		}
		if took > MaxUpload+(1<<20) || declared > 0 && took > 0 {
			t.Errorf("declared %d: %d bytes were taken", declared, took)
		}
	}
}
