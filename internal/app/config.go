package app

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"io/fs"
	"net"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"fairtouch/internal/disclose/marks/c2pa"
	"fairtouch/touch"
)

// Config is the manual: every setting of Fairtouch, with its default. Each is
// read from the YAML file (key as in the yaml tag), then from the environment
// (name as in the env tag), then from a file named by the environment variable
// with _FILE appended, for secrets. Unknown keys fail. docs/config.md is
// generated from this struct.
type Config struct {
	Data          string `yaml:"data" env:"FAIRTOUCH_DATA" default:"./fairtouch-data" doc:"directory of the database, the keys and the transparency log"`
	Database      string `yaml:"database" env:"FAIRTOUCH_DATABASE" secret:"true" doc:"postgres://… for PostgreSQL; empty for SQLite in the data directory"`
	Listen        string `yaml:"listen" env:"FAIRTOUCH_LISTEN" default:"127.0.0.1:8080" doc:"host and port to listen on"`
	PublicURL     string `yaml:"public_url" env:"FAIRTOUCH_PUBLIC_URL" doc:"the address that customers' links begin with; empty: http:// and the listen address"`
	Hosts         string `yaml:"hosts" env:"FAIRTOUCH_HOSTS" doc:"further host names that requests may carry, comma-separated; public_url's and loopback's are always allowed"`
	KEKFile       string `yaml:"kek_file" env:"FAIRTOUCH_KEK_FILE" doc:"file that holds the key-encryption key (32 raw bytes or 64 hex digits); empty: a 0600 file in the data directory, the weak choice"`
	KMS           string `yaml:"kms" env:"FAIRTOUCH_KMS" doc:"URI of a key in a key-management service that wraps the key-encryption key: aws-kms://arn:…"`
	Log           string `yaml:"log" env:"FAIRTOUCH_LOG" default:"info" doc:"debug, info, warn or error; logs hold ids, never a person's data"`
	ContentSigner string `yaml:"content_signer" env:"FAIRTOUCH_CONTENT_SIGNER" secret:"true" doc:"PEM with the private key (ECDSA P-256 or Ed25519) and the certificates, the signer's own first, that content credentials (C2PA) are signed with; empty: each workspace makes a development certificate that nobody else trusts"`
	ContentRoots  string `yaml:"content_roots" env:"FAIRTOUCH_CONTENT_ROOTS" doc:"PEM with the certificates of authorities whose content credentials are shown as trusted; empty: none are"`
	PIIModel      string `yaml:"pii_model" env:"FAIRTOUCH_PII_MODEL" doc:"directory of an ONNX token-classification model (config.json with id2label, tokenizer.json, model.onnx) whose names of people, places and organisations join the detector's; LANG=DIR for a language of its own, several separated by commas; empty: none"`
	PIIModelTime  int    `yaml:"pii_model_seconds" env:"FAIRTOUCH_PII_MODEL_SECONDS" default:"30" doc:"how long that model may take for one text; after it the text is refused"`
	MaxBody       int    `yaml:"max_body" env:"FAIRTOUCH_MAX_BODY" default:"1048576" doc:"largest request body in bytes"`

	Company Company `yaml:"company"`
	Gateway Gateway `yaml:"gateway"`
}

// Gateway is which language models the interfaces under /openai/v1 and
// /anthropic/v1 reach.
type Gateway struct {
	OpenAIURL    string `yaml:"openai_url" env:"FAIRTOUCH_OPENAI_URL" default:"https://api.openai.com/v1" doc:"base address of OpenAI, or of another service with its interface"`
	OpenAIKey    string `yaml:"openai_key" env:"FAIRTOUCH_OPENAI_KEY" secret:"true" doc:"its API key; empty: the provider openai is off, unless openai_url is not OpenAI's"`
	FallbackURL  string `yaml:"fallback_url" env:"FAIRTOUCH_FALLBACK_URL" doc:"a second service with OpenAI's interface, as the provider openai-fallback"`
	FallbackKey  string `yaml:"fallback_key" env:"FAIRTOUCH_FALLBACK_KEY" secret:"true" doc:"its API key"`
	AnthropicURL string `yaml:"anthropic_url" env:"FAIRTOUCH_ANTHROPIC_URL" default:"https://api.anthropic.com" doc:"base address of Anthropic's interface"`
	AnthropicKey string `yaml:"anthropic_key" env:"FAIRTOUCH_ANTHROPIC_KEY" secret:"true" doc:"its API key; empty: the provider anthropic is off, unless anthropic_url is not Anthropic's"`
	AllowHosts   string `yaml:"allow_hosts" env:"FAIRTOUCH_ALLOW_HOSTS" doc:"hosts, or host:port, that may lie in a private network, comma-separated; every other outbound address that does is refused"`
	MaxBody      int    `yaml:"max_body" env:"FAIRTOUCH_GATEWAY_MAX_BODY" default:"33554432" doc:"largest prompt in bytes"`
}

// Company is who answers for the AI systems; customers' pages show it.
type Company struct {
	Name      string `yaml:"name" env:"FAIRTOUCH_COMPANY_NAME" doc:"name of the company"`
	Address   string `yaml:"address" env:"FAIRTOUCH_COMPANY_ADDRESS" doc:"postal address"`
	Officer   string `yaml:"officer" env:"FAIRTOUCH_COMPANY_OFFICER" doc:"how to reach the data protection officer: an address or a link"`
	Authority string `yaml:"authority" env:"FAIRTOUCH_COMPANY_AUTHORITY" doc:"link to the data protection authority"`
	Country   string `yaml:"country" env:"FAIRTOUCH_COMPANY_COUNTRY" doc:"where the company is established, ISO 3166-1 alpha-2"`
	Locale    string `yaml:"locale" env:"FAIRTOUCH_COMPANY_LOCALE" default:"en" doc:"language of notices where a person's is unknown"`
}

// Setting is one line of the manual.
type Setting struct {
	Key, Env, Default, Doc, Value string
	Secret                        bool
}

// LoadConfig reads defaults, then the file if one is named, then the
// environment. lookup is os.LookupEnv, or a test's.
func LoadConfig(file string, lookup func(string) (string, bool)) (Config, error) {
	var c Config
	if err := walk(reflect.ValueOf(&c).Elem(), "", setDefault); err != nil {
		return Config{}, err
	}
	if file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return Config{}, touch.Wrap(touch.Invalid, err, "the configuration file can't be read: %v", pathErr(err))
		}
		if err := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(&c); err != nil && len(bytes.TrimSpace(b)) > 0 {
			return Config{}, touch.Wrap(touch.Invalid, err, "the configuration file is not right: %s", firstLine(err))
		}
	}
	err := walk(reflect.ValueOf(&c).Elem(), "", func(key string, f reflect.StructField, v reflect.Value) error {
		return setEnv(f, v, lookup)
	})
	return c, err
}

func pathErr(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func firstLine(err error) string {
	s, _, _ := strings.Cut(err.Error(), "\n")
	return s
}

// walk calls f for every leaf setting.
func walk(v reflect.Value, prefix string, f func(key string, sf reflect.StructField, v reflect.Value) error) error {
	for i := range v.NumField() {
		sf := v.Type().Field(i)
		key := prefix + sf.Tag.Get("yaml")
		if sf.Type.Kind() == reflect.Struct {
			if err := walk(v.Field(i), key+".", f); err != nil {
				return err
			}
			continue
		}
		if err := f(key, sf, v.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

func setDefault(key string, sf reflect.StructField, v reflect.Value) error {
	return set(key, v, sf.Tag.Get("default"))
}

func set(key string, v reflect.Value, s string) error {
	if v.Kind() == reflect.Int {
		n, err := strconv.Atoi(s)
		if err != nil || n <= 0 {
			return touch.Fielderr(key, "must be a positive whole number")
		}
		v.SetInt(int64(n))
		return nil
	}
	v.SetString(s)
	return nil
}

func setEnv(sf reflect.StructField, v reflect.Value, lookup func(string) (string, bool)) error {
	name := sf.Tag.Get("env")
	if s, ok := lookup(name); ok {
		return set(name, v, s)
	}
	// Names that already end in _FILE hold a path themselves.
	file, ok := lookup(name + "_FILE")
	if !ok || strings.HasSuffix(name, "_FILE") {
		return nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return touch.Wrap(touch.Invalid, err, "the file named by %s_FILE can't be read: %v", name, pathErr(err))
	}
	return set(name, v, strings.TrimRight(string(b), "\r\n"))
}

// Settings lists every setting with its value; secrets are redacted.
func (c Config) Settings() []Setting {
	var out []Setting
	_ = walk(reflect.ValueOf(&c).Elem(), "", func(key string, sf reflect.StructField, v reflect.Value) error {
		s := Setting{Key: key, Env: sf.Tag.Get("env"), Default: sf.Tag.Get("default"), Doc: sf.Tag.Get("doc"),
			Secret: sf.Tag.Get("secret") == "true"}
		s.Value = strings.TrimSpace(toString(v))
		if s.Secret && s.Value != "" {
			s.Value = "(set, not shown)"
		}
		out = append(out, s)
		return nil
	})
	return out
}

func toString(v reflect.Value) string {
	if v.Kind() == reflect.Int {
		return strconv.FormatInt(v.Int(), 10)
	}
	return v.String()
}

// Check reports the first setting that can't be right, with what to do.
func (c Config) Check() error {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return touch.Fielderr("listen", "must be host:port, such as 127.0.0.1:8080")
	}
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return touch.Fielderr("public_url", "must be an http or https address, such as https://ai.example.com")
		}
	}
	if c.Database != "" && !strings.HasPrefix(c.Database, "postgres://") && !strings.HasPrefix(c.Database, "postgresql://") {
		return touch.Fielderr("database", "must begin with postgres://, or be empty for SQLite")
	}
	if c.Company.Country != "" && len(c.Company.Country) != 2 {
		return touch.Fielderr("company.country", "must be two letters, such as DE")
	}
	if c.ContentSigner != "" {
		if _, err := c2pa.Parse([]byte(c.ContentSigner), rand.Reader); err != nil {
			return touch.Wrap(touch.Invalid, err, "content_signer: %s", touch.AsError(err).Message)
		}
	}
	if c.ContentRoots != "" && !x509.NewCertPool().AppendCertsFromPEM([]byte(c.ContentRoots)) {
		return touch.Fielderr("content_roots", "must hold certificates in PEM")
	}
	if c.PIIModelTime < 1 {
		return touch.Fielderr("pii_model_seconds", "is at least 1")
	}
	switch c.Log {
	case "debug", "info", "warn", "error":
	default:
		return touch.Fielderr("log", "must be debug, info, warn or error")
	}
	return nil
}

// Base returns the address that links begin with, without a trailing slash.
func (c Config) Base() string {
	if c.PublicURL != "" {
		return strings.TrimRight(c.PublicURL, "/")
	}
	return "http://" + c.Listen
}

// AllowedHosts returns the host names that requests may carry.
func (c Config) AllowedHosts() []string {
	hosts := []string{"127.0.0.1", "localhost", "[::1]", "::1"}
	if u, err := url.Parse(c.PublicURL); err == nil && u.Host != "" {
		hosts = append(hosts, u.Hostname())
	}
	for _, h := range strings.Split(c.Hosts, ",") {
		if h = strings.TrimSpace(h); h != "" {
			hosts = append(hosts, h)
		}
	}
	return hosts
}
