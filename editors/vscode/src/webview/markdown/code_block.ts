/**
 * A block of code that may still grow: its head with buttons, and its lines in groups of a bounded size.
 *
 * A group that is full is never touched again while the block grows. When it is whole, a block of a usual size is coloured
 * as one; of a larger one each group is coloured by itself.
 */
import { iconElement } from "../icons/icons.ts";
import { highlighted } from "./highlight.ts";

const groupSize = 3 * 1024;
const wholeSize = 10 * 1024;

export class CodeBlock {
  readonly element = document.createElement("div");
  readonly #code = document.createElement("code");
  readonly #language: string;
  #group = this.#newGroup();
  #text = "";
  /** Of the groups before the last one. */
  #before = 0;

  constructor(language: string) {
    this.#language = language;
    this.element.className = "code";
    this.element.append(head(language), body(this.#code, language));
  }

  append(text: string): void {
    this.#text += text;
    for (;;) {
      const rest = this.#text.length - this.#before;
      const end = rest > groupSize ? this.#text.lastIndexOf("\n", this.#before + groupSize) + 1 : 0;
      if (rest <= groupSize * 2 && (rest <= groupSize || end <= this.#before)) break;
      const cut = end > this.#before ? end : this.#before + groupSize;
      this.#draw(this.#text.slice(this.#before, cut));
      this.#before = cut;
      this.#group = this.#newGroup();
    }
    this.#draw(this.#text.slice(this.#before));
  }

  /** No more will come. */
  close(): void {
    if (this.#before === 0 || this.#text.length > wholeSize) return;
    this.#code.replaceChildren();
    this.#before = 0;
    this.#group = this.#newGroup();
    this.#draw(this.#text);
  }

  #draw(text: string): void {
    const html = highlighted(text, this.#language);
    if (html === undefined) this.#group.textContent = text;
    else this.#group.innerHTML = html;
  }

  #newGroup(): HTMLElement {
    const group = document.createElement("span");
    group.className = "lines";
    this.#code.append(group);
    return group;
  }
}

/** The code that a button in the head of a block is about. */
export function codeOf(button: Element): { text: string; language: string } | undefined {
  const code = button.closest(".code")?.querySelector("code");
  return code ? { text: code.textContent.replace(/\n$/, ""), language: code.dataset.language ?? "" } : undefined;
}

function head(language: string): HTMLElement {
  const element = document.createElement("div");
  element.className = "code-head";
  const name = document.createElement("span");
  name.textContent = language || "text";
  element.append(name, buttons.cloneNode(true));
  return element;
}

/** To be cloned: icons are parsed, and an answer may have hundreds of blocks. */
const buttons = document.createDocumentFragment();
buttons.append(
  button("copy", "Copy", "copy"),
  button("insert", "Insert at the cursor", "insert"),
  button("apply", "Apply as a diff", "diff"),
);

function button(action: string, title: string, icon: "copy" | "insert" | "diff"): HTMLElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "icon-button";
  element.dataset.code = action;
  element.title = title;
  element.setAttribute("aria-label", title);
  element.append(iconElement(icon));
  return element;
}

function body(code: HTMLElement, language: string): HTMLElement {
  const element = document.createElement("pre");
  element.tabIndex = 0;
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", language ? `Code, ${language}` : "Code");
  code.dataset.language = language;
  element.append(code);
  return element;
}
