/** The lines of a unified diff that stand in hunks, with the hunks' heads; for cards. Pure. */

const head = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/** How many they are is said in the heads: a removed `-- a comment` looks like the head of a file and is none. */
export function hunkLines(diff: string): string[] {
  const lines: string[] = [];
  let [before, after] = [0, 0];
  for (const line of diff.split("\n")) {
    const begins = before > 0 || after > 0 ? null : head.exec(line);
    if (begins) [before, after] = [Number(begins[1] ?? 1), Number(begins[2] ?? 1)];
    else if (line.startsWith("\\") || (before <= 0 && after <= 0)) continue;
    else {
      if (!line.startsWith("+")) before--;
      if (!line.startsWith("-")) after--;
    }
    lines.push(line);
  }
  return lines;
}

export function counts(diff: string): { added: number; removed: number } {
  const lines = hunkLines(diff);
  return {
    added: lines.filter((line) => line.startsWith("+")).length,
    removed: lines.filter((line) => line.startsWith("-")).length,
  };
}
