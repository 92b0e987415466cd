//go:build generated

package main

// What the generated Go SDK and a program import. `go mod tidy` keeps it in go.mod, with which the check compiles that SDK.
import (
	_ "github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	_ "github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)
