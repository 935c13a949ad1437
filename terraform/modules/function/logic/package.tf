# What a new function gets as its first package. Once it exists, its code is Shipway's.

locals {
  # A key that is not there must not fail anything: it may have been removed, or never written.
  artifact_is_there = local.artifact_key != null && contains(var.found, coalesce(local.artifact_key, "-"))

  # Each family's placeholder raises in the way that its runtime understands.
  families = {
    python   = "python"
    nodejs   = "node"
    ruby     = "ruby"
    provided = "provided"
  }
  family = try(local.families[regex("^[a-z]+", var.runtime)], "other")
}

output "package" {
  description = "The first package: the wanted artifact in the store, or a placeholder that the module carries."
  value = local.artifact_is_there ? {
    kind        = "artifact"
    bucket      = local.bucket
    key         = local.artifact_key
    placeholder = null
    } : {
    kind        = "placeholder"
    bucket      = null
    key         = null
    placeholder = "${local.family}.zip"
  }
}
