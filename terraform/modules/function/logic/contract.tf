# Whether the configuration gives the code what it requires: of the running build, and of the one that is wanted next.

locals {
  set = setunion(var.environment_names, var.accept_missing)

  # Runtime and handler are not asked of the running build: it keeps those that were frozen with it, and a new build that
  # needs others could never come if provisioning had to wait for it.
  running_unmet = concat(
    [for name in sort(setsubtract(local.contracts.running.environment, local.set)) : "environment variable ${name} is not set"],
    [for least in [local.contracts.running.memory] : "memory_size is ${var.memory_size}, at least ${least} is required" if try(least > var.memory_size, false)],
    [for least in [local.contracts.running.timeout] : "timeout is ${var.timeout}, at least ${least} is required" if try(least > var.timeout, false)],
  )
  wanted_unmet = concat(
    [for name in sort(setsubtract(local.contracts.wanted.environment, local.set)) : "environment variable ${name} is not set"],
    [for least in [local.contracts.wanted.memory] : "memory_size is ${var.memory_size}, at least ${least} is required" if try(least > var.memory_size, false)],
    [for least in [local.contracts.wanted.timeout] : "timeout is ${var.timeout}, at least ${least} is required" if try(least > var.timeout, false)],
    [for built_for in [local.contracts.wanted.runtime] : "runtime is ${var.runtime}, the code was built for ${built_for}" if try(built_for != var.runtime && built_for != null, false)],
    [for answers_at in [local.contracts.wanted.handler] : "handler is ${var.handler}, the code answers at ${answers_at}" if try(answers_at != var.handler && answers_at != null, false)],
  )

  head_is_there = local.head_key != null && contains(var.found, coalesce(local.head_key, "-"))
  disagreements = local.head == null ? [] : concat(
    [for name in [local.of_head.function_name] : "the head is about the function ${name}, this one is ${var.name}" if name != null && name != var.name],
    [for alias in [local.of_head.alias] : "the head is about ${alias == null ? "$LATEST" : "the alias ${alias}"}, this is ${var.alias == null ? "$LATEST" : "the alias ${var.alias}"}" if alias != var.alias],
  )
  unreadable = concat(
    local.head_is_there && local.head == null ? ["${local.head_key} is there but its text cannot be read as JSON"] : [],
    [
      for build in ["wanted", "running"] :
      "the record of the ${build} build cannot be read, so that its contract is not known"
      if local.of_head[build] != null && !local.contracts[build].known
    ],
  )
}

output "running_unmet" {
  description = "What the configuration lacks of what the running build requires."
  value       = local.running_unmet
}

output "wanted_unmet" {
  description = "What the configuration lacks of what the wanted build requires."
  value       = local.wanted_unmet
}

output "running_build" {
  description = "The running build's record, by digest; null when nothing runs or nobody knows."
  value       = local.of_head.running
}

output "wanted_build" {
  description = "The wanted build's record, by digest; null when nothing is wanted or nobody knows."
  value       = local.of_head.wanted
}

output "head_problems" {
  description = "Why the head is of no use, or is about something else."
  value       = concat(local.unreadable, local.disagreements)
}
