/** Blocks of code in a document that begin as those of another code do, by lines and indentation, whatever the language. Pure. */

/** The lines from `from` to before `to` of the document, and what is in the code in their place. */
export interface Block {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** In the order of both. What the document does not have goes with the block before it, or with the first one. */
export function blocksAlike(code: readonly string[], document: readonly string[], cursorLine: number): Block[] {
  const found = headsAlike(code, document, cursorLine).map(({ head, at }) => {
    const above = annotationsBefore(code, head);
    return {
      begins: head - above,
      from: above > 0 ? at - annotationsBefore(document, at) : at,
      to: endOfBlock(document, at),
    };
  });
  return found.map(({ begins, from, to }, index) => {
    const lines = code.slice(index === 0 ? 0 : begins, found[index + 1]?.begins);
    return { from, to, lines: lines.slice(0, lines.findLastIndex((line) => line.trim()) + 1) };
  });
}

export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

interface Head {
  readonly head: number;
  readonly at: number;
}

/** Lines of the code that begin something, and where the document has them: the first nearest to the cursor, the others below. */
function headsAlike(code: readonly string[], document: readonly string[], cursorLine: number): Head[] {
  const places = placesOf(document);
  const found: Head[] = [];
  const margin = indentOf(code.find((line) => line.trim()) ?? "");
  for (const [head, line] of code.entries()) {
    if (!isHead(line) || indentOf(line) !== margin) continue;
    const all = places.get(line.trim()) ?? [];
    const before = found.at(-1);
    const at = before
      ? all.find((place) => place > before.at && indentAt(document, place) === indentAt(document, before.at))
      : all.toSorted((a, b) => Math.abs(a - cursorLine) - Math.abs(b - cursorLine))[0];
    if (at !== undefined) found.push({ head, at });
  }
  return found;
}

/** Of each line, without its indentation. */
function placesOf(document: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [at, line] of document.entries()) {
    const text = line.trim();
    const known = places.get(text);
    if (known) known.push(at);
    else places.set(text, [at]);
  }
  return places;
}

/** The line after what is further in than the head, and what goes on at its margin; blank lines at the end are none of it. */
function endOfBlock(lines: readonly string[], head: number): number {
  const margin = indentAt(lines, head);
  let end = head + 1;
  for (let at = end; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (!line.trim()) continue;
    if (indentAt(lines, at) < margin || (indentAt(lines, at) === margin && !goesOn.test(line.trim()))) break;
    end = at + 1;
  }
  return end;
}

function indentAt(lines: readonly string[], at: number): number {
  return indentOf(lines[at] ?? "").length;
}

/** How many comments and decorators stand right above a line. */
function annotationsBefore(lines: readonly string[], at: number): number {
  let count = 0;
  while (annotation.test(lines[at - count - 1]?.trim() ?? "")) count++;
  return count;
}

function isHead(line: string): boolean {
  const text = line.trim();
  return text !== "" && !goesOn.test(text) && !annotation.test(text);
}

const goesOn = /^([)\]}]|(end|else|elif|elsif|except|rescue|catch|finally|ensure|fi|done|esac)\b)/;

/** Stands above many things. */
const annotation = /^(@|\/\/|\/\*|\*|#[\s[!]|"""|''')/;
