/** Draws a little of everything where nobody sees it, so that the first answer does not wait for code to be compiled. */
import { GrowingMarkdown } from "./growing.ts";

const fence = "```";
const sample = `# A heading\n\nSome \`code\`, **words** and [a link](https://example.com).\n\n- one\n- two\n\n${fence}ts\nconst one = 1; // a number\n${fence}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n`;

export function warm(): void {
  requestIdleCallback(() => new GrowingMarkdown(document.createElement("div")).update(sample.repeat(8), true));
}
