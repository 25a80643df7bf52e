/** How numbers, money and times are said, in the panel and in every other room. Pure. */
import type { Usage } from "sessiond-protocol";

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
