"""The client's editor: what it has open, and the edits and questions that go to it."""
