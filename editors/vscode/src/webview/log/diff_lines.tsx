/** A unified diff as lines with colours and signs, cut where it is long; the whole is for the native diff editor. */
import type { JSX } from "preact";
import { hunkLines } from "../../diffs/hunk_lines.ts";

const shownLines = 60;

export function DiffLines({ diff, limit = shownLines }: { diff: string; limit?: number }): JSX.Element {
  const lines = hunkLines(diff);
  const left = lines.length - limit;
  return (
    <pre class="diff" tabIndex={0} role="group" aria-label="Changes">
      {lines.slice(0, limit).map((line, index) => (
        <span key={index} class={kindOf(line)}>
          {line.startsWith("@@") ? line.replace(/^@@ [^@]*@@ ?/, "⋯ ") : line}
          {"\n"}
        </span>
      ))}
      {left > 0 && <span class="diff-more">… and {left} more lines</span>}
    </pre>
  );
}

function kindOf(line: string): string {
  if (line.startsWith("+")) return "added";
  if (line.startsWith("-")) return "removed";
  return line.startsWith("@@") ? "hunk" : "";
}
