/**
 * A Markdown text that grows, as nodes: finished blocks are drawn once, the last one again with each frame.
 *
 * Not for text that changes in the middle; such a text is drawn anew.
 */
import { forgetWork, inFrames } from "./frames.ts";
import { type Fence, fenceAt, fenceEnd, hasReferences, step } from "./blocks.ts";
import { CodeBlock } from "./code_block.ts";
import { GrowingTable, headOf, isTable } from "./growing_table.ts";
import { nodesOf, nodesOfPiece } from "./html.ts";
import type { Token } from "marked";

/** Above it a text is not read a second time when it is whole. */
const rereadLimit = 60 * 1024;
/** Blocks in one element: a frame's layout looks at the groups, and at the blocks of those in sight. */
const groupSize = 24;
/** Groups at the end that may be in sight. */
const near = 3;

export class GrowingMarkdown {
  readonly #element: HTMLElement;
  readonly #tail = document.createElement("div");
  #group: HTMLElement;
  #source = "";
  #whole = false;
  /** Of the source, drawn for good. */
  #drawn = 0;
  #code: { block: CodeBlock; fence: Fence; taken: number } | undefined;
  #table: GrowingTable | undefined;

  constructor(element: HTMLElement) {
    this.#element = element;
    this.#tail.className = "tail";
    element.append(this.#tail);
    this.#group = this.#newGroup();
  }

  /** The text as it is now; `whole` once it cannot grow any more. Draws with the next frames. */
  update(text: string, whole: boolean): void {
    const source = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
    const grown = source.length >= this.#source.length && source.startsWith(this.#source);
    if (!grown) this.#clear();
    else if (source.length === this.#source.length && whole === this.#whole) return;
    const streamed = grown && this.#source !== "" && !this.#whole;
    this.#source = source;
    this.#whole = whole;
    if (whole && streamed && source.length < rereadLimit && hasReferences(source)) this.#clear(source);
    inFrames(this, () => this.#draw());
  }

  dispose(): void {
    forgetWork(this);
  }

  /** A bit; whether there is more that can be drawn now. */
  #draw(): boolean {
    if (this.#code) return this.#drawCode();
    if (this.#table) return this.#drawRows(this.#table);
    const rest = this.#source.slice(this.#drawn);
    const fence = fenceAt(rest);
    if (fence) return this.#beginCode(fence);
    const { finished, length, tail } = step(rest, this.#whole);
    for (const block of finished) {
      if (block.kind === "piece") this.#commit(nodesOfPiece(block.text));
      else this.#commitTokens(block.tokens);
    }
    this.#drawn += length;
    const head = isTable(tail[0]) && headOf(this.#source.slice(this.#drawn), this.#whole);
    if (head) return this.#beginTable(head);
    const more = length > 0 && this.#drawn < this.#source.length;
    if (!more || !tail.length) this.#tail.replaceChildren(tail.length ? nodesOf(tail) : "");
    return more;
  }

  #beginCode(fence: Fence): boolean {
    this.#tail.replaceChildren();
    const block = new CodeBlock(fence.language);
    this.#commit(block.element);
    this.#drawn += fence.start;
    this.#code = { block, fence, taken: 0 };
    return true;
  }

  /** No more than a bit at once. An unfinished line may be the end of the block, and waits. */
  #drawCode(): boolean {
    const code = this.#code;
    if (!code) return false;
    const rest = this.#source.slice(this.#drawn);
    const end = fenceEnd(rest, code.fence, code.taken);
    const available = end?.code ?? (this.#whole ? rest.length : rest.lastIndexOf("\n") + 1);
    const until = Math.min(available, code.taken + 4096);
    if (until > code.taken) code.block.append(rest.slice(code.taken, until));
    code.taken = Math.max(code.taken, until);
    if (until < available) return true;
    if (!end && !this.#whole) return false;
    code.block.close();
    this.#drawn += end?.after ?? rest.length;
    this.#code = undefined;
    return this.#drawn < this.#source.length;
  }

  #beginTable(head: string): boolean {
    this.#tail.replaceChildren();
    this.#drawn += head.length;
    this.#openTable(head);
    return this.#drawn < this.#source.length;
  }

  #openTable(head: string): void {
    this.#table = new GrowingTable(head);
    this.#commit(this.#table.element);
  }

  /** An unfinished line waits: it may be none of the table. */
  #drawRows(table: GrowingTable): boolean {
    const rest = this.#source.slice(this.#drawn);
    const lines = this.#whole ? rest : rest.slice(0, rest.lastIndexOf("\n") + 1);
    if (!lines) return false;
    const length = table.take(lines);
    this.#drawn += length;
    if (length === 0) this.#table = undefined;
    else if (table.full && /^[^\n]/.test(rest.slice(length))) this.#openTable(table.head);
    return length < rest.length;
  }

  /** Code in the middle of other blocks, or in one of them, is drawn like code that stands alone. */
  #commitTokens(tokens: readonly Token[]): void {
    const nodes = nodesOf(tokens);
    for (const place of nodes.querySelectorAll("pre")) {
      const block = new CodeBlock(place.title);
      block.append(place.textContent);
      block.close();
      place.replaceWith(block.element);
    }
    this.#commit(nodes);
  }

  #commit(nodes: Node): void {
    if (this.#group.childElementCount >= groupSize) {
      this.#group = this.#newGroup();
      this.#element.children[this.#element.children.length - 2 - near]?.classList.add("far");
    }
    this.#group.append(nodes);
  }

  #newGroup(): HTMLElement {
    const group = document.createElement("div");
    group.className = "blocks";
    this.#tail.before(group);
    return group;
  }

  #clear(source = ""): void {
    this.#source = source;
    this.#drawn = 0;
    this.#code = undefined;
    this.#table = undefined;
    this.#tail.replaceChildren();
    this.#element.replaceChildren(this.#tail);
    this.#group = this.#newGroup();
  }
}
