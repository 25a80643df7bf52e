/** Takes the API key of a provider and has the engine keep it; it is in no setting, no log and no history. */
import * as vscode from "vscode";
import type { ProviderInfo } from "sessiond-protocol";
import type { Rooms } from "../contract.ts";

export async function setKey({ engine, sessions }: Rooms): Promise<void> {
  const directory = sessions.directory();
  const { providers } = await engine.request("provider/list", directory ? { directory } : {});
  const chosen = await vscode.window.showQuickPick(picks(providers), {
    title: "Whose API Key?",
    placeHolder: "A provider of models",
    matchOnDetail: true,
  });
  if (!chosen) return;
  const key = await vscode.window.showInputBox({
    title: `API Key of ${chosen.provider}`,
    prompt: "It is kept in the system's keyring, or in a file that only you can read",
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() ? undefined : "A key is a text without blanks."),
  });
  if (!key) return;
  const { stored } = await engine.request("provider/setKey", { provider: chosen.provider, key: key.trim() });
  const where = stored === "keyring" ? "the system's keyring" : "a file that only you can read";
  const choose = "Choose Model…";
  const next = await vscode.window.showInformationMessage(`The key of ${chosen.provider} is kept in ${where}.`, choose);
  if (next === choose) await vscode.commands.executeCommand("sessiond.chooseModel");
}

/** Servers of this machine, which are looked for where they usually are: they are asked without a key. */
const keyless: ReadonlySet<ProviderInfo["source"]> = new Set(["discovered", "local"]);

/** Those that lack something first: it is most often a key. */
function picks(providers: readonly ProviderInfo[]): (vscode.QuickPickItem & { provider: string })[] {
  return providers
    .filter(({ source }) => !keyless.has(source))
    .sort((a, b) => Number(a.usable) - Number(b.usable))
    .map(({ id, usable, whyNot, baseUrl }) => ({
      label: `$(${usable ? "pass" : "key"}) ${id}`,
      description: usable ? "can be used" : "",
      detail: usable ? (baseUrl ?? "") : (whyNot ?? ""),
      provider: id,
    }));
}
