package seal

import (
	"bytes"
	"errors"
	"testing"
)

// A signer's key that is made twice makes two signers.
func TestASecretIsMadeOnceAndLiesWrapped(t *testing.T) {
	m, dir := memory{}, t.TempDir()
	k := open(t, Config{DataDir: dir}, m)
	made := 0
	create := func() ([]byte, error) { made++; return bytes.Repeat([]byte("secret "), 50), nil }
	for range 2 {
		got, err := k.Kept(t.Context(), "acme", "signer", create)
		if err != nil || !bytes.Equal(got, bytes.Repeat([]byte("secret "), 50)) {
			t.Fatalf("%q %v", got, err)
		}
	}
	again, err := Open(t.Context(), Config{DataDir: dir}, m)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Kept(t.Context(), "acme", "signer", create); err != nil || made != 1 {
		t.Fatalf("made %d times, %v", made, err)
	}
	if bytes.Contains(m["acme/signer"], []byte("secret")) {
		t.Fatal("it lies in plain")
	}
	m["rival/signer"] = m["acme/signer"]
	if _, err := k.Kept(t.Context(), "rival", "signer", create); !errors.Is(err, ErrBroken) {
		t.Fatalf("another workspace's secret opens: %v", err)
	}
	if _, err := k.Kept(t.Context(), "acme", "other", func() ([]byte, error) { return nil, errors.New("no") }); err == nil || m["acme/other"] != nil {
		t.Fatal("what couldn't be made was kept")
	}
	var none *Keeper
	if _, err := none.Kept(t.Context(), "acme", "signer", create); !errors.Is(err, ErrNoKey) {
		t.Fatalf("a nil keeper: %v", err)
	}
}
