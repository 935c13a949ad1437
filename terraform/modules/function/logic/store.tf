# Where the store keeps what this function needs, and what is read there.

locals {
  without_scheme = var.store == null ? null : trimprefix(trimsuffix(var.store, "/"), "s3://")
  bucket         = var.store == null ? null : split("/", local.without_scheme)[0]
  path           = var.store == null ? null : trimprefix(trimprefix(local.without_scheme, local.bucket), "/")
  prefix         = local.path == null ? "" : local.path == "" ? "" : "${local.path}/"

  # Where a function has several targets, each has a head of its own below the function's.
  head_key = var.store == null ? null : join("", [
    local.prefix, "heads/${var.project}/${var.environment}/${var.function}",
    var.targets == "several" ? "/${var.name}.json" : ".json",
  ])

  head = try(jsondecode(var.head), null)

  # The only place that knows where a head keeps what is read of it. The format is said in docs/store.md.
  of_head = {
    version       = try(local.head.version, null)
    function_name = try(local.head.function_name, null)
    alias         = try(local.head.alias, null)
    artifact      = try(local.head.wanted_artifact_key, null)
    wanted        = try(local.head.wanted.build, null)
    running       = try(local.head.running.build.build, null)

    # Names alone. What runs without a variable (accepted, or let through with a warning) goes on without it.
    variables = {
      wanted = try(toset(local.head.wanted.required_variables), toset([]))
      running = setsubtract(
        try(toset(local.head.running.build.required_variables), toset([])),
        setunion(try(toset(keys(local.head.running.accepted)), toset([])), try(toset(local.head.running.missing), toset([]))),
      )
    }
  }

  wanted_key   = local.of_head.wanted == null ? null : "${local.prefix}builds/${local.of_head.wanted}.json"
  running_key  = local.of_head.running == null ? null : "${local.prefix}builds/${local.of_head.running}.json"
  artifact_key = local.of_head.artifact == null ? null : "${local.prefix}${local.of_head.artifact}"

  # The only place that knows where a build record keeps its contract.
  contracts = {
    for build, key in { wanted = local.wanted_key, running = local.running_key } : build => {
      known                    = can(jsondecode(var.records[key]).contract)
      environment              = can(jsondecode(var.records[key]).contract) ? local.of_head.variables[build] : toset([])
      memory                   = try(jsondecode(var.records[key]).contract.memory_megabytes, null)
      timeout                  = try(jsondecode(var.records[key]).contract.timeout_seconds, null)
      runtime                  = try(jsondecode(var.records[key]).contract.runtime, null)
      handler                  = try(jsondecode(var.records[key]).contract.handler, null)
    }
  }
}

output "bucket" {
  description = "The store's bucket, or null."
  value       = local.bucket
}

output "head_key" {
  description = "The key of the target's head, or null without a store."
  value       = local.head_key
}

output "record_keys" {
  description = "The keys of the build records that the head names."
  value       = toset([for key in [local.wanted_key, local.running_key] : key if key != null])
}

output "artifact_key" {
  description = "The key of the wanted artifact, or null."
  value       = local.artifact_key
}
