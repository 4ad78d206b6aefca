package cli

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"fairtouch/pii"
	"fairtouch/touch"
)

type piiProtectCmd struct {
	piiOptions
	File     string `arg:"" optional:"" default:"-" help:"A text; - is standard input."`
	Out      string `short:"o" default:"-" help:"The protected text; - is standard output."`
	JSONL    bool   `name:"jsonl" help:"Read and write {\"id\",\"text\"} lines."`
	Operator string `default:"token" enum:"token,replace,redact,mask,hash,surrogate" help:"What stands in a value's place."`
	Vault    string `help:"File that keeps what the tokens stand for, sealed; its key lies beside it, in FILE.key." placeholder:"FILE"`
	Purpose  string `default:"default" help:"Tokens of two purposes can't be linked."`
}

// Run replaces what it finds.
func (c *piiProtectCmd) Run(r *run) error {
	s, err := c.scanner(r)
	if err != nil {
		return err
	}
	protect, done, err := c.protector(r, s)
	if err != nil {
		return err
	}
	w, err := r.create(c.Out)
	if err != nil {
		return err
	}
	return errors.Join(r.eachText(c.File, c.JSONL, w, protect), done(), w.Close())
}

// protector returns what turns a text into its protected form.
func (c *piiProtectCmd) protector(r *run, s *pii.Scanner) (func(string) (string, error), func() error, error) {
	nothing := func() error { return nil }
	if c.Operator != "token" {
		o := pii.Operator{Kind: c.Operator, MaskingChar: "*", CharsToMask: 1 << 20}
		if c.Operator == "surrogate" {
			o.Key = make([]byte, 32)
			if _, err := rand.Read(o.Key); err != nil {
				return nil, nil, err
			}
		}
		return func(text string) (string, error) {
			fs, err := r.found(s, text, pii.Context{})
			if err != nil {
				return "", err
			}
			out, _, err := pii.Anonymise(text, fs, map[string]pii.Operator{"DEFAULT": o}, rand.Reader)
			return out, err
		}, nothing, nil
	}
	v, k, err := r.openVault(c.Vault)
	if err != nil {
		return nil, nil, err
	}
	scope := pii.Scope{Purpose: c.Purpose}
	return func(text string) (string, error) {
		fs, err := r.found(s, text, pii.Context{})
		if err != nil {
			return "", err
		}
		return k.Protect(r.ctx, scope, text, fs)
	}, v.save, nil
}

type piiRestoreCmd struct {
	File    string `arg:"" optional:"" default:"-" help:"A protected text; - is standard input."`
	Out     string `short:"o" default:"-" help:"The text with its values; - is standard output."`
	JSONL   bool   `name:"jsonl" help:"Read and write {\"id\",\"text\"} lines."`
	Vault   string `required:"" help:"The vault that protect filled." placeholder:"FILE"`
	Purpose string `default:"default" help:"The purpose that the text was protected for."`
}

// Run puts values back; tokens that the vault doesn't know stay.
func (c *piiRestoreCmd) Run(r *run) error {
	if _, err := os.Stat(r.path(c.Vault)); err != nil {
		return fileErr(err, c.Vault)
	}
	_, k, err := r.openVault(c.Vault)
	if err != nil {
		return err
	}
	w, err := r.create(c.Out)
	if err != nil {
		return err
	}
	err = r.eachText(c.File, c.JSONL, w, func(text string) (string, error) {
		out, _, err := k.Restore(r.ctx, pii.Scope{Purpose: c.Purpose}, text)
		return out, err
	})
	return errors.Join(err, w.Close())
}

// eachText turns a whole text, or each line's, by f.
func (r *run) eachText(file string, lines bool, w io.Writer, f func(string) (string, error)) error {
	bw := bufio.NewWriterSize(w, 1<<16)
	if !lines {
		b, err := r.read(file)
		if err != nil {
			return err
		}
		out, err := f(string(b))
		if err != nil {
			return turned(err, "the text can't be turned; nothing was written")
		}
		bw.WriteString(out)
		return bw.Flush()
	}
	enc := json.NewEncoder(bw)
	enc.SetEscapeHTML(false)
	err := r.piiLines(file, func(l piiLine) error {
		out, err := f(l.Text)
		if err != nil {
			return turned(err, "a text can't be turned")
		}
		return enc.Encode(struct {
			ID   json.RawMessage `json:"id"`
			Text string          `json:"text"`
		}{l.ID, out})
	})
	return errors.Join(err, bw.Flush())
}

// turned leaves an error as it is that says what to do already.
func turned(err error, what string) error {
	if errors.Is(err, pii.ErrModel) {
		return err
	}
	return touch.Wrap(touch.Internal, err, "%s", what)
}

// openVault opens a vault file, or begins one, with its key beside it.
func (r *run) openVault(file string) (*fileVault, *pii.Tokeniser, error) {
	if file == "" {
		return nil, nil, touch.Fielderr("vault", "names the file that keeps what the tokens stand for; or choose another --operator")
	}
	path := r.path(file)
	key, err := vaultKey(path + ".key")
	if err != nil {
		return nil, nil, err
	}
	v, err := loadVault(path, key)
	if err != nil {
		return nil, nil, err
	}
	k, err := pii.NewTokeniser(key, v)
	return v, k, err
}

// vaultKey reads or makes a key of 32 bytes in hexadecimal.
func vaultKey(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		key := make([]byte, 32)
		if _, err := rand.Read(key); err != nil {
			return nil, err
		}
		return key, fileErrOrNil(os.WriteFile(path, []byte(hex.EncodeToString(key)+"\n"), 0o600), path)
	}
	if err != nil {
		return nil, fileErr(err, path)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(key) != 32 {
		return nil, touch.Errorf(touch.Invalid, "the vault's key file is not 64 hexadecimal digits")
	}
	return key, nil
}

func fileErrOrNil(err error, p string) error {
	if err == nil {
		return nil
	}
	return fileErr(err, p)
}
