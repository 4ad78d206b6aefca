package treeshap

import "bytes"

// Load reads a model, telling LightGBM text, XGBoost JSON and XGBoost UBJSON
// apart by their first bytes. Errors: ErrFormat, ErrUnsupported, ErrNoCovers.
func Load(b []byte) (*Model, error) {
	head := bytes.TrimLeft(b[:min(len(b), 64)], " \t\r\n\ufeff")
	switch {
	case bytes.HasPrefix(head, []byte("tree")):
		return LoadLightGBM(b)
	case bytes.HasPrefix(head, []byte("{L")), bytes.HasPrefix(head, []byte("{i")), bytes.HasPrefix(head, []byte("{$")),
		bytes.HasPrefix(head, []byte("{l")), bytes.HasPrefix(head, []byte("{U")), bytes.HasPrefix(head, []byte("{I")), bytes.HasPrefix(head, []byte("{#")):
		return LoadXGBoostUBJ(b)
	case bytes.HasPrefix(head, []byte("{")):
		return LoadXGBoostJSON(b)
	}
	return nil, badf("it is neither LightGBM text nor XGBoost JSON or UBJSON; XGBoost's old binary format must be saved again as JSON")
}
