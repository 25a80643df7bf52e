"""What `sessiond doctor` looks at, in the order in which to mend it; each check gives findings and never raises."""
