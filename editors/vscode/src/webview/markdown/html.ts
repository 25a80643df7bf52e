/** Markdown tokens as nodes. The text is a model's and so untrusted: no HTML of it is kept, and what is made is sanitised. */
import DOMPurify from "dompurify";
import { Marked, type Token } from "marked";

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? "");

/** A path with a folder or a line in it, as models name files. */
const pathLike = /^(?!\w+:)[\w@~.-]*(?:\/[\w@.+-]+)+(?:\.\w+)?(?::\d+(?:[:-]\d+)?)?$|^[\w.-]+\.\w+:\d+(?:[:-]\d+)?$/;

/** The same in the middle of a sentence, where it takes more to be one: a folder and an ending, or an ending and a line. */
const pathInText =
  /(?<=^|[\s(])((?:[\w@.-]+\/)+[\w@-]+(?:\.[A-Za-z]\w*)+(?::\d+)?|[\w-]+(?:\.[A-Za-z]\w*)+:\d+)(?=$|[\s),.;:])/g;

const linked = (html: string): string => html.replace(pathInText, '<a href="$1">$1</a>');

const marked = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => escaped(text),
    // Nothing is loaded from outside: an image is its address.
    image: ({ href, text }) => `<a href="${escaped(href)}">${escaped(text || href)}</a>`,
    // A link holds no other.
    link({ href, title, tokens }) {
      const text = this.parser.parseInline(tokens).replace(/<a href="[^"]*">|<\/a>/g, "");
      return `<a href="${escaped(href)}"${title ? ` title="${escaped(title)}"` : ""}>${text}</a>`;
    },
    text(token) {
      if ("tokens" in token && token.tokens) return this.parser.parseInline(token.tokens);
      return linked("escaped" in token && token.escaped ? token.text : escaped(token.text));
    },
    codespan: ({ text }) =>
      pathLike.test(text)
        ? `<a href="${escaped(text)}"><code>${escaped(text)}</code></a>`
        : `<code>${escaped(text)}</code>`,
    // The sanitiser keeps a title, and a class it does not.
    code: ({ text, lang = "" }) =>
      `<pre title="${escaped(lang.split(/\s/)[0] ?? "")}"><code>${escaped(text)}</code></pre>\n`,
    checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
  },
});

// Once: a call that brings its own reads all of it again.
DOMPurify.setConfig({
  RETURN_DOM_FRAGMENT: true,
  ALLOWED_TAGS: [
    "p",
    "br",
    "hr",
    "a",
    "b",
    "strong",
    "i",
    "em",
    "del",
    "s",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "sub",
    "sup",
  ],
  ALLOWED_ATTR: ["href", "title", "start", "align"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
});

export function nodesOf(tokens: readonly Token[]): DocumentFragment {
  return sanitised(marked.parser([...tokens]));
}

/** A piece of a paragraph: only what stands in a line. */
export function nodesOfPiece(text: string): DocumentFragment {
  const html = marked.parseInline(text, { async: false });
  return sanitised(`<p>${html}</p>`);
}

function sanitised(html: string): DocumentFragment {
  const nodes = DOMPurify.sanitize(html) as unknown as DocumentFragment;
  for (const table of nodes.querySelectorAll("table")) scrollable(table);
  // Headings of an answer stand below those of the page.
  for (const heading of nodes.querySelectorAll("h1, h2, h3, h4, h5, h6"))
    heading.setAttribute("aria-level", String(Math.min(6, Number(heading.tagName[1]) + 1)));
  return nodes;
}

function scrollable(table: Element): void {
  const frame = document.createElement("div");
  frame.className = "table";
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", "Table");
  table.replaceWith(frame);
  frame.append(table);
}
