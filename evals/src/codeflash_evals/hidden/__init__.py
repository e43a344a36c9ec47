"""Hidden inputs and workloads: run in the sandbox on the versions of a case, never shown to a subject."""
