"""The answers that clients give: what they may be, and what they leave behind."""
