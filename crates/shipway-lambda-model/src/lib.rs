//! A pure model of Lambda's control plane: state and request in, state and response out.
