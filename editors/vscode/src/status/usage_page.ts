/** What a session has cost, as a Markdown page: all of it, by kind of work, by model. Pure. */
import type { Spent, UsageResult } from "sessiond-protocol";
import { money, tokens, total } from "../figures.ts";

type Line = readonly [name: string, spent: Spent];

export function usagePage(title: string, result: UsageResult): string {
  const { turns, summaries, titles, tasks, models, children } = result;
  const kinds: readonly Line[] = [
    ["Answers", turns],
    ["Summaries", summaries],
    ["Titles", titles],
    [`Tasks (${children})`, tasks],
  ];
  return [
    `# ${escaped(title || "Untitled session")}`,
    `Tokens: **${tokens(total(result.usage))}** · Cost: **${costOf(result)}** · Calls of models: **${result.calls}**`,
    ...(result.untold ? [`Calls that have told no tokens, and are in no sum: ${result.untold}.`] : []),
    "## By kind of work",
    table(kinds.filter(([, spent]) => spent.calls > 0)),
    "## By model",
    table(models.map(({ model, spent }): Line => [model || "not known", spent])),
  ].join("\n\n");
}

function table(lines: readonly Line[]): string {
  if (!lines.length) return "Nothing yet.";
  return [
    "| | input | cache read | cache written | output | reasoning | calls | cost |",
    "|---|--:|--:|--:|--:|--:|--:|--:|",
    ...lines.map(([name, spent]) => {
      const { input, cacheRead, cacheWrite, output, reasoning } = spent.usage;
      const figures = [input, cacheRead, cacheWrite, output, reasoning].map(tokens);
      return `| ${[escaped(name), ...figures, spent.calls, costOf(spent)].join(" | ")} |`;
    }),
  ].join("\n");
}

function costOf({ cost, atLeast }: Pick<Spent, "atLeast" | "cost">): string {
  if (cost !== null) return money(cost);
  return atLeast > 0 ? `at least ${money(atLeast)}` : "not known";
}

/** A title is anybody's text. */
function escaped(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]()#+\-.!|<>&~]/g, "\\$&");
}
