// Package cloudkms makes the client of the key management service that wraps
// the key-encryption key. It is apart from seal because its SDK is heavy.
package cloudkms

import (
	"context"
	"strings"

	"github.com/tink-crypto/tink-go-awskms/v3/integration/awskms"
	"github.com/tink-crypto/tink-go/v2/core/registry"

	"fairtouch/touch"
)

const awsPrefix = "aws-kms://"

// Client returns a client for a key URI, "aws-kms://arn:aws:kms:…". The
// credentials come from where the vendor's SDK looks for them. Nothing is
// dialled before the key is used. Another service needs only another client
// with Tink's interface.
func Client(ctx context.Context, uri string) (registry.KMSClient, error) {
	if !strings.HasPrefix(uri, awsPrefix) {
		return nil, touch.Fielderr("kms", "the KMS key must start with %s", awsPrefix)
	}
	c, err := awskms.NewClient(ctx, uri)
	if err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the KMS key's name is malformed or has no region")
	}
	return c, nil
}
