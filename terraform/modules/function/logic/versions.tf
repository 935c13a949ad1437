# What the module decides, and nothing that it does: inputs in, outputs out, no provider. So it can be tested anywhere.

terraform {
  required_version = ">= 1.9"
}
