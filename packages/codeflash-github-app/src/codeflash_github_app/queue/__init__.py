"""The work queue on the same Postgres: deliveries are handled, jobs are carried out, what was left lying is found."""
