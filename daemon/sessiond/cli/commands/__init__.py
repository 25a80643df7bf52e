"""The commands: one module each, with `arguments(parser)` and `main(options)`."""
