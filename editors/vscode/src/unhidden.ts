/** A text in which nothing hides: for what a user agrees to, in the panel and in notifications. Pure. */

/** What shows nothing, and what turns the direction of writing so that something else is read than stands there. */
const hiding = new RegExp("[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]", "g");

export function unhidden(text: string): string {
  return text.replace(hiding, "\ufffd");
}
