//! SIGKILL at every step of a deployment, before and after its effect.
