/** How numbers, times and names are said on the page. Pure. */
import type { Failure, Usage } from "sessiond-protocol";

export function tokens(count: number): string {
  if (count < 1_000) return String(count);
  return count < 999_500
    ? `${(count / 1_000).toPrecision(count < 10_000 ? 2 : 3).replace(/\.0$/, "")}k`
    : `${(count / 1_000_000).toFixed(1)}M`;
}

/** Small sums keep digits that say something. */
export function money(dollars: number): string {
  if (dollars === 0) return "$0";
  return dollars < 0.01 ? `$${dollars.toPrecision(2)}` : `$${dollars.toFixed(2)}`;
}

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms / 10) / 100)} s`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

export function total(usage: Usage): number {
  return usage.input + usage.output + usage.reasoning + usage.cacheRead + usage.cacheWrite;
}

export function bytes(count: number): string {
  return count < 1024
    ? `${count} B`
    : count < 1024 * 1024
      ? `${Math.round(count / 1024)} KB`
      : `${(count / 1024 / 1024).toFixed(1)} MB`;
}

/** The last part of a path, and the folder before it. */
export function pathParts(path: string, directory: string | undefined): { name: string; folder: string } {
  const shown = directory && path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path;
  const slash = shown.lastIndexOf("/");
  return { name: shown.slice(slash + 1), folder: slash > 0 ? shown.slice(0, slash) : "" };
}

/** What can be done about it, as a command of the panel and its label. */
export function remedyOf(
  failure: Failure,
): { command: "sessiond.setKey" | "sessiond.chooseModel"; label: string } | undefined {
  if (failure.kind === "authRequired") return { command: "sessiond.setKey", label: "Set API Key…" };
  if (failure.kind === "modelNotFound" || failure.kind === "quotaExceeded")
    return { command: "sessiond.chooseModel", label: "Choose Model…" };
  return undefined;
}

/** What terminals obey. */
const escapes =
  /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])|[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

export function plain(output: string): string {
  return output.replace(/\r\n/g, "\n").replace(escapes, "");
}
