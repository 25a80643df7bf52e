/** What `/` offers beside the commands of the project: what the extension itself can do, run at once. The word goes. */
import * as vscode from "vscode";
import type { Rooms, SuggestionSource } from "../../contract.ts";
import { best } from "./fuzzy.ts";

interface Own {
  readonly name: string;
  readonly detail: string;
  readonly command: string;
  /** It is about the session in the panel. */
  readonly ofSession?: true;
}

const all: readonly Own[] = [
  { name: "new", detail: "New session", command: "sessiond.newSession" },
  { name: "sessions", detail: "Open another session", command: "sessiond.openSession" },
  { name: "model", detail: "Choose the model", command: "sessiond.chooseModel" },
  { name: "init", detail: "Survey the project and write AGENTS.md", command: "sessiond.initProject" },
  {
    name: "summarize",
    detail: "Make room: summarize the conversation",
    command: "sessiond.summarize",
    ofSession: true,
  },
  { name: "review", detail: "Changes of the last turn", command: "sessiond.review.openTurn", ofSession: true },
  { name: "restore", detail: "Go back to before a message", command: "sessiond.restoreTo", ofSession: true },
  { name: "fork", detail: "Go on in a copy of the session", command: "sessiond.forkSession", ofSession: true },
  { name: "cost", detail: "Tokens and cost", command: "sessiond.showUsage", ofSession: true },
  { name: "export", detail: "Save the session as a file", command: "sessiond.exportSession", ofSession: true },
  { name: "mcp", detail: "MCP servers", command: "sessiond.showServers" },
  { name: "trust", detail: "Trust the project's settings", command: "sessiond.trustProject" },
];

const prefix = "own:";

export function ownCommands({ sessions, panel, log }: Rooms): SuggestionSource {
  return {
    trigger: "/",
    find: (query) => {
      const there = all.filter(({ ofSession }) => !ofSession || sessions.current);
      const found = best(query, there, ({ name }) => name, there.length);
      return Promise.resolve(
        found.map(({ name, detail }) => ({ id: prefix + name, label: name, icon: "terminal", detail })),
      );
    },
    take: ({ id }) => {
      const own = all.find(({ name }) => id === prefix + name);
      if (!own) return Promise.resolve(undefined);
      // A list that has gone gives the focus to an editor.
      void Promise.resolve(vscode.commands.executeCommand(own.command))
        .then(() => (own.name === "model" ? panel.reveal() : undefined))
        .catch((error: unknown) => log.error(`/${own.name}: ${String(error)}`));
      return Promise.resolve("");
    },
  };
}
