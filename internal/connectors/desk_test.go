package connectors

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"fairtouch/touch"
)

func TestAQuotationIsNotSaidToTheCustomer(t *testing.T) {
	for in, want := range map[string]string{
		"Yes, it left today.\n\nOn Mon, Ada wrote:\n> where is it?\n> #1":    "Yes, it left today.",
		"Ja.\n\nAm Montag schrieb Ada:\n\n> wo ist es?":                      "Ja.",
		"> where?\nHere.\n> when?\nToday.":                                   "Here.\nToday.",
		"Two things:\none\ntwo\n-- \nAda, Example Ltd":                       "Two things:\none\ntwo",
		"Done.\n-----Original Message-----\nFrom: chat\nall of it once more": "Done.",
		"On the shelf is one left.":                                          "On the shelf is one left.",
		"> only a quotation":                                                 "",
	} {
		if got := Unquoted(in); got != want {
			t.Errorf("%q\n got %q\nwant %q", in, got, want)
		}
	}
}

func TestAMailIsReadInItsCharactersAndParts(t *testing.T) {
	token := strings.Repeat("ab", 16)
	d, err := NewDesk(DeskSettings{Kind: "email", Token: "key", Account: "chat@reply.example.com", Room: "help@example.com"}, DeskOutside{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	head := "To: chat+" + token + "@reply.example.com\r\nMessage-ID: <1@x>\r\n"
	for name, m := range map[string]string{
		"latin 1":          head + "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\n",
		"base64":           head + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nR3LDvMOfZQ==\r\n",
		"text beside html": head + "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>no</p>\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n--b--\r\n",
	} {
		for _, form := range []bool{true, false} {
			h, body := mailgunPost(t, "key", m, form)
			r, err := d.Read(h, body)
			if err != nil || r.Text != "Grüße" || r.Thread != token || r.Move != DeskSays {
				t.Errorf("%s: %+v %v", name, r, err)
			}
			h, body = mailgunPost(t, "other", m, form)
			if _, err := d.Read(h, body); touch.CodeOf(err) != touch.Unauthenticated {
				t.Errorf("%s, forged: %v", name, err)
			}
		}
	}
}

func mailgunPost(t *testing.T, key, message string, form bool) (http.Header, []byte) {
	t.Helper()
	at := strconv.FormatInt(time.Now().Unix(), 10)
	m := hmac.New(sha256.New, []byte(key))
	_, _ = m.Write([]byte(at + "tok"))
	f := url.Values{"timestamp": {at}, "token": {"tok"}, "signature": {hex.EncodeToString(m.Sum(nil))}, "body-mime": {message}}
	if form {
		return http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, []byte(f.Encode())
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range f {
		if err := w.WriteField(k, v[0]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return http.Header{"Content-Type": {w.FormDataContentType()}}, b.Bytes()
}
