"""The measures, a module for each subject; every function takes the `Setting` and gives figures."""
