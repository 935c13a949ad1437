// A stand-in for the AWS provider: it knows the provider's schema and nothing else.
//
// The provider itself cannot be had from a package registry. With this in its place `terraform validate` checks every
// argument, block, type and reference of the configurations in terraform/ for real, and `terraform test` plans them with
// mock_provider. It must not pretend to be AWS: whatever would read or change something is refused.
//
// SHIPWAY_AWS_SCHEMA names the file with the schema, one of tools/terraform/aws-schema.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type attribute struct {
	Type     string
	Required bool
	Optional bool
	Computed bool
}

type block struct {
	Attributes map[string]attribute
	Blocks     map[string]block
	Nesting    string
	Minimum    int64
	Maximum    int64
}

type schema struct {
	Resources map[string]block
	Data      map[string]block
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "stand-in for the AWS provider:", err)
		os.Exit(1)
	}
}

func run() error {
	path := os.Getenv("SHIPWAY_AWS_SCHEMA")
	if path == "" {
		return errors.New("SHIPWAY_AWS_SCHEMA names no schema")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the schema: %w", err)
	}
	var known schema
	if err := json.Unmarshal(text, &known); err != nil {
		return fmt.Errorf("reading the schema %s: %w", path, err)
	}
	response, err := describe(known)
	if err != nil {
		return fmt.Errorf("schema %s: %w", path, err)
	}
	// The address matters to debuggers alone: Terraform chose this program by where it lies.
	return tf5server.Serve("registry.terraform.io/hashicorp/aws", func() tfprotov5.ProviderServer {
		return provider{schema: response}
	})
}

func describe(known schema) (*tfprotov5.GetProviderSchemaResponse, error) {
	response := &tfprotov5.GetProviderSchemaResponse{
		// What a root says of the provider is not checked beyond the region and the accounts.
		Provider: &tfprotov5.Schema{Block: &tfprotov5.SchemaBlock{Attributes: []*tfprotov5.SchemaAttribute{
			{Name: "region", Type: tftypes.String, Optional: true},
			{Name: "allowed_account_ids", Type: tftypes.Set{ElementType: tftypes.String}, Optional: true},
		}}},
		ResourceSchemas:   map[string]*tfprotov5.Schema{},
		DataSourceSchemas: map[string]*tfprotov5.Schema{},
	}
	for _, part := range []struct {
		from map[string]block
		to   map[string]*tfprotov5.Schema
	}{{known.Resources, response.ResourceSchemas}, {known.Data, response.DataSourceSchemas}} {
		for name, described := range part.from {
			converted, err := convert(described)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			part.to[name] = &tfprotov5.Schema{Block: converted}
		}
	}
	return response, nil
}

var nestings = map[string]tfprotov5.SchemaNestedBlockNestingMode{
	"list":   tfprotov5.SchemaNestedBlockNestingModeList,
	"set":    tfprotov5.SchemaNestedBlockNestingModeSet,
	"single": tfprotov5.SchemaNestedBlockNestingModeSingle,
}

func convert(from block) (*tfprotov5.SchemaBlock, error) {
	to := &tfprotov5.SchemaBlock{}
	for name, described := range from.Attributes {
		parsed, err := parseType(described.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		to.Attributes = append(to.Attributes, &tfprotov5.SchemaAttribute{
			Name: name, Type: parsed,
			Required: described.Required, Optional: described.Optional, Computed: described.Computed,
		})
	}
	for name, described := range from.Blocks {
		nesting, ok := nestings[described.Nesting]
		if !ok {
			return nil, fmt.Errorf("%s: nesting %q", name, described.Nesting)
		}
		inner, err := convert(described)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		nested := &tfprotov5.SchemaNestedBlock{TypeName: name, Nesting: nesting, Block: inner}
		if nesting != tfprotov5.SchemaNestedBlockNestingModeSingle {
			nested.MinItems, nested.MaxItems = described.Minimum, described.Maximum
		}
		to.BlockTypes = append(to.BlockTypes, nested)
	}
	return to, nil
}

func parseType(text string) (tftypes.Type, error) {
	if outer, inner, ok := strings.Cut(strings.TrimSuffix(text, ")"), "("); ok {
		element, err := parseType(inner)
		if err != nil {
			return nil, err
		}
		switch outer {
		case "list":
			return tftypes.List{ElementType: element}, nil
		case "set":
			return tftypes.Set{ElementType: element}, nil
		case "map":
			return tftypes.Map{ElementType: element}, nil
		}
	}
	switch text {
	case "string":
		return tftypes.String, nil
	case "number":
		return tftypes.Number, nil
	case "bool":
		return tftypes.Bool, nil
	case "dynamic":
		return tftypes.DynamicPseudoType, nil
	}
	return nil, fmt.Errorf("type %q", text)
}
