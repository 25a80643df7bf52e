/** What `/` offers at the beginning of the prompt box: the commands of `command/list`. The rest of the prompt is their arguments. */
import * as vscode from "vscode";
import type { CommandInfo } from "sessiond-protocol";
import type { Rooms, SuggestionSource } from "../../contract.ts";
import { asFailure } from "../../engine/failures.ts";
import { best } from "./fuzzy.ts";

const most = 50;
const keptMilliseconds = 5_000;

export function slashCommands({ engine, sessions, log }: Rooms): SuggestionSource {
  let known: { at: number; directory: string | undefined; commands: Promise<CommandInfo[]> } | undefined;
  const list = (): Promise<CommandInfo[]> => {
    const directory = sessions.current?.transcript.session?.directory ?? sessions.directory();
    if (known && known.directory === directory && Date.now() - known.at < keptMilliseconds) return known.commands;
    const asked = engine.request("command/list", directory ? { directory } : {});
    const commands = asked
      .then((result) => result.commands)
      .catch((error: unknown) => {
        log.info(`command/list: ${asFailure(error).message}`);
        return [];
      });
    known = { at: Date.now(), directory, commands };
    return commands;
  };
  return {
    trigger: "/",
    find: async (query) => {
      if (!vscode.workspace.isTrusted && engine.state.kind !== "ready") return [];
      return best(query, await list(), ({ name }) => name, most).map((command) => ({
        id: `command:${command.name}`,
        label: command.name,
        icon: "terminal",
        detail: detailOf(command),
      }));
    },
    take: async ({ id }) => {
      const command = (await list()).find(({ name }) => id === `command:${name}`);
      if (!command) return undefined;
      return {
        id: "command",
        label: `/${command.name}`,
        icon: "terminal",
        tooltip: detailOf(command),
        parts: [],
        command: command.name,
      };
    },
  };
}

function detailOf({ title, description, arguments: given = [] }: CommandInfo): string {
  const names = given.map(({ name, required }) => (required ? name : `${name}?`)).join(" ");
  return [names, description ?? title].filter(Boolean).join(" — ");
}
