/** Pieces of the editor as a model reads them: code with its place, problems, a diff; each bounded. Pure. */

/** Of one piece; what is longer is cut, and says so. */
const limit = 60_000;

/** The first lines of what is no code of one place. */
export const problemsHead = "Problems that the editor shows:";
export const diffHead = "What has changed since the last commit:";

export interface Place {
  /** As the model can find it: relative to the folder where that is possible. */
  readonly path: string;
  /** From 1, as columns are. */
  readonly firstLine: number;
  readonly lastLine: number;
}

export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly severity: string;
  readonly message: string;
  readonly source?: string;
}

export function codeText(place: Place, language: string, code: string): string {
  return `${placeOf(place)}:\n${fenced(language, code)}`;
}

export function placeOf({ path, firstLine, lastLine }: Place): string {
  return firstLine === lastLine ? `${path}:${firstLine}` : `${path}:${firstLine}-${lastLine}`;
}

export function problemsText(
  files: readonly { readonly path: string; readonly problems: readonly Problem[] }[],
): string {
  const lines = files.flatMap(({ path, problems }) => problems.map((problem) => problemLine(path, problem)));
  return cut(`${problemsHead}\n${lines.join("\n")}`);
}

export function problemLine(path: string, { line, column, severity, message, source }: Problem): string {
  return `${path}:${line}:${column}: ${severity}: ${message.replace(/\s*\n\s*/g, " ").slice(0, 500)}${source ? ` [${source}]` : ""}`;
}

export function diffText(diff: string): string {
  return `${diffHead}\n${fenced("diff", diff)}`;
}

/** The fence is longer than any in the code. */
export function fenced(language: string, code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${cut(code).replace(/\n$/, "")}\n${fence}`;
}

function cut(text: string): string {
  return text.length > limit ? `${text.slice(0, limit)}\n[${text.length - limit} more characters are left out]` : text;
}

const mediaTypes: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  pdf: "application/pdf",
};

/** What a model takes as it is; of all else it gets the name, and reads it with its tools. */
export function mediaTypeOf(path: string): string {
  return mediaTypes[path.slice(path.lastIndexOf(".") + 1).toLowerCase()] ?? "text/plain";
}
