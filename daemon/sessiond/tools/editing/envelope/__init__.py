"""The `*** Begin Patch` envelope: what a patch says (`parse`) and what it makes of a text (`apply`). Pure."""
