module fairtouch

go 1.26.0

require (
	go.jetify.com/typeid v1.3.0
	golang.org/x/crypto v0.58.0
	pgregory.net/rapid v1.3.0
)

require (
	github.com/goccy/go-yaml v1.19.2 // indirect
	github.com/gofrs/uuid/v5 v5.2.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)
