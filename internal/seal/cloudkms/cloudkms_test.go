package cloudkms

import (
	"testing"

	"fairtouch/touch"
)

func TestOnlyKeysThatWeCanReachAreTaken(t *testing.T) {
	c, err := Client(t.Context(), "aws-kms://arn:aws:kms:eu-central-1:123456789012:key/abc")
	if err != nil {
		t.Fatal(err)
	}
	if !c.Supported("aws-kms://arn:aws:kms:eu-central-1:123456789012:key/abc") || c.Supported("aws-kms://arn:aws:kms:us-east-1:1:key/x") {
		t.Fatal("the client serves another key than the one named")
	}
	for _, uri := range []string{"", "gcp-kms://x", "aws-kms://nonsense"} {
		if _, err := Client(t.Context(), uri); touch.CodeOf(err) != touch.Invalid {
			t.Errorf("%q: %v", uri, err)
		}
	}
}
