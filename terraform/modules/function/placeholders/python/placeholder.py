# Shipway's placeholder: provisioning made this function before its code came. Every call fails, so that no event counts
# as done.
raise RuntimeError("Nothing was deployed to this function yet: this is Shipway's placeholder. Run `shipway deploy` or `shipway reconcile`.")
