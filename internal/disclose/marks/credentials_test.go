package marks

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"image"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/disclose/marks/c2pa"
	"fairtouch/touch"
)

var signedAt = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func credential(t testing.TB) Credential {
	t.Helper()
	b, err := c2pa.DevelopmentChain(rand.Reader, signedAt, "test")
	if err != nil {
		t.Fatal(err)
	}
	s, err := c2pa.Parse(b, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return Credential{Signer: s, Name: "Fairtouch", Version: "test", When: signedAt}
}

func sign(t testing.TB, b []byte, s Source) []byte {
	t.Helper()
	out, err := Sign(b, s, credential(t))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func look(t testing.TB, b []byte) Said {
	t.Helper()
	said, err := Look(b, nil, signedAt)
	if err != nil {
		t.Fatal(err)
	}
	return said
}

func TestASignedImageSaysWhoClaimsThatAMachineMadeIt(t *testing.T) {
	for name, b := range images(t) {
		for _, s := range []Source{Generated, Composite} {
			said := look(t, sign(t, b, s))
			if said.XMP != s || len(said.Claims) != 1 {
				t.Errorf("%s: %+v", name, said)
				continue
			}
			c := said.Claims[0]
			if !c.Holds || c.Trusted || c.Source != string(s) || !slices.Equal(c.Actions, []string{"c2pa.created"}) || !c.When.Equal(signedAt) || !strings.Contains(c.Signer, "development") {
				t.Errorf("%s: %+v", name, c)
			}
		}
	}
}

// Every byte of the file is bound: by the hash, the signature, or the shape.
func TestNoByteOfASignedImageCanBeChangedUnseen(t *testing.T) {
	for name, b := range images(t) {
		signed := sign(t, b, Generated)
		for i := range signed {
			changed := slices.Clone(signed)
			changed[i] ^= 1
			said, err := Look(changed, nil, signedAt)
			if err == nil && len(said.Claims) == 1 && said.Claims[0].Holds && !harmless(changed, signed) {
				t.Errorf("%s: byte %d of %d can be changed unseen", name, i, len(signed))
			}
		}
	}
}

// harmless says that a change left store and picture what they were: in the
// container's own numbering, a checksum, or the padding.
func harmless(a, b []byte) bool {
	f, err := formatOf(b)
	if err != nil {
		return false
	}
	storeA, bareA, _, errA := f.store.find(a)
	storeB, bareB, _, errB := f.store.find(b)
	if errA != nil || errB != nil || !bytes.Equal(bareA, bareB) {
		return false
	}
	if bytes.Equal(storeA, storeB) {
		return true
	}
	// Labels and toggles of boxes that nothing refers to by hash: the claim's own
	// box and the signature's. Their content is signed.
	sa, err := c2pa.Read(storeA)
	if err != nil {
		return false
	}
	sb, err := c2pa.Read(storeB)
	return err == nil && sa.Active().Signed && sa.Active().Intact && sa.Active().Source == sb.Active().Source && bytes.Equal(sa.Active().Hash, sb.Active().Hash)
}

func TestCredentialsThatWereThereAreKept(t *testing.T) {
	for name, b := range images(t) {
		first := sign(t, b, Composite)
		second := sign(t, first, Generated)
		said := look(t, second)
		if len(said.Claims) != 2 || !said.Claims[0].Holds || !said.Claims[1].Holds || said.Claims[0].Source != string(Generated) || said.Claims[1].Source != string(Composite) {
			t.Errorf("%s: %+v", name, said.Claims)
		}
		if want := []string{"c2pa.opened", "c2pa.edited.metadata"}; !slices.Equal(said.Claims[0].Actions, want) {
			t.Errorf("%s: %v", name, said.Claims[0].Actions)
		}
		third := look(t, sign(t, second, Generated))
		if len(third.Claims) != 3 || !third.Claims[0].Holds {
			t.Errorf("%s: a third: %+v", name, third.Claims)
		}
	}
}

// Who changes an earlier claim breaks the one that grew from it.
func TestAnEarlierClaimCannotBeChangedUnseen(t *testing.T) {
	b := sign(t, sign(t, images(t)["png"], Composite), Generated)
	at := bytes.Index(b, []byte("c2pa.created")) // only the first manifest has it
	for _, i := range []int{at, bytes.Index(b, []byte("development authority"))} {
		changed := slices.Clone(b)
		changed[i] ^= 1
		if said := look(t, changed); at < 0 || said.Claims[0].Holds {
			t.Errorf("byte %d: %+v", i, said.Claims)
		}
	}
}

func TestSigningChangesNoPixel(t *testing.T) {
	all := images(t)
	for name, dec := range map[string]func([]byte) (image.Image, error){
		"jpeg": func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) },
		"png":  func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) },
	} {
		was, err := dec(all[name])
		if err != nil {
			t.Fatal(err)
		}
		is, err := dec(sign(t, all[name], Generated))
		if err != nil {
			t.Fatal(name, err)
		}
		for x := range 9 {
			for y := range 7 {
				if was.At(x, y) != is.At(x, y) {
					t.Fatalf("%s: pixel %d,%d", name, x, y)
				}
			}
		}
	}
}

// A chain or a history too long for one segment of a JPEG is split.
func TestLongCredentialsFitAJPEG(t *testing.T) {
	b := images(t)["jpeg"]
	for i := 0; len(b) < 150_000 && i < 80; i++ {
		b = sign(t, b, Generated)
	}
	if said := look(t, b); len(b) < 150_000 || len(said.Claims) < 30 || !said.Claims[0].Holds {
		t.Fatalf("%d bytes, %d claims, %+v", len(b), len(said.Claims), said.Claims[0])
	}
	if _, err := jpeg.Decode(bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
}

func TestTrustComesFromARootAlone(t *testing.T) {
	c := credential(t)
	out, err := Sign(images(t)["png"], Generated, c)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(c.Signer.Chain[1])
	if said, err := Look(out, roots, signedAt); err != nil || !said.Claims[0].Trusted {
		t.Errorf("%+v %v", said, err)
	}
	late := signedAt.AddDate(6, 0, 0)
	if said, err := Look(out, roots, late); err != nil || said.Claims[0].Trusted || said.Claims[0].Holds {
		t.Errorf("an expired certificate holds: %+v %v", said, err)
	}
}

func TestAKeyThatCannotSignIsRefused(t *testing.T) {
	a, err := c2pa.DevelopmentChain(rand.Reader, signedAt, "a")
	if err != nil {
		t.Fatal(err)
	}
	b, err := c2pa.DevelopmentChain(rand.Reader, signedAt, "b")
	if err != nil {
		t.Fatal(err)
	}
	end := []byte("-----END PRIVATE KEY-----\n")
	keyA, _, _ := bytes.Cut(a, end)
	_, chainB, _ := bytes.Cut(b, end)
	for name, pem := range map[string][]byte{"nothing": nil, "a key alone": append(keyA, end...), "another's certificate": slices.Concat(keyA, end, chainB), "no key": chainB} {
		if _, err := c2pa.Parse(pem, rand.Reader); err == nil || touch.CodeOf(err) == touch.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzLook(f *testing.F) {
	for _, b := range images(f) {
		f.Add(sign(f, b, Generated))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = Look(b, nil, signedAt) // no bytes make it panic
	})
}
