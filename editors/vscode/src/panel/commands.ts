/** The chat's own commands: the conversation, its permissions, the engine. Sessions, review and the rest have theirs. */
import * as vscode from "vscode";
import type { Actions, Answer, Engine, Panel, Sessions } from "../contract.ts";
import type { KnownModels } from "./models.ts";
import { chooseProgram, install } from "./installation.ts";

export function openChatCommands(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  engine: Engine,
  sessions: Sessions,
  actions: Actions,
  panel: Panel,
  models: KnownModels,
): vscode.Disposable {
  const asked = (): string | undefined => sessions.current?.transcript.permissions[0]?.id;
  const answer = (choice: Answer): unknown => {
    const requestId = asked();
    return requestId && actions.replyPermission(requestId, choice);
  };
  const commands: Record<string, () => unknown> = {
    focusChat: () => panel.reveal(),
    newSession: () => {
      sessions.showNew();
      return panel.reveal();
    },
    newSessionIn: async () => {
      const folder = await vscode.window.showWorkspaceFolderPick({ placeHolder: "Where shall the new session work?" });
      if (!folder) return;
      sessions.nextDirectory = folder.uri.fsPath;
      sessions.showNew();
      return panel.reveal();
    },
    abort: () => actions.abort(),
    chooseModel: () => chooseModel(models, actions, sessions.current?.transcript.session?.model),
    summarize: () => actions.summarize(),
    initProject: () => panel.reveal().then(() => actions.initProject()),
    forkSession: () => actions.fork(),
    allowOnce: () => answer("allowOnce"),
    allowAlways: () => answer("allowAlways"),
    reject: () => answer("rejectOnce"),
    rejectWithReason: async () => {
      // Another question may be the first one once the reason is written.
      const requestId = asked();
      if (!requestId) return;
      const reason = await vscode.window.showInputBox({
        title: "Reject",
        prompt: "What the model is told, such as what to do instead",
      });
      if (reason !== undefined) await actions.replyPermission(requestId, "rejectOnce", reason);
    },
    startEngine: () => quietly(engine.start()),
    restartEngine: () => quietly(engine.restart()),
    installEngine: () => install(),
    chooseProgram: () => chooseProgram(),
    showLog: () => log.show(),
    openSettings: () => vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${context.extension.id}`),
    openWalkthrough: () =>
      vscode.commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#sessiond.start`),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(`sessiond.${name}`, run)),
    keepContextKeys(sessions),
  );
}

/** What menus and keybindings ask for. */
function keepContextKeys(sessions: Sessions): vscode.Disposable {
  const told = new Map<string, boolean>();
  const tell = (): void => {
    const transcript = sessions.current?.transcript;
    const keys = {
      hasSession: transcript !== undefined,
      busy: Boolean(transcript?.session?.turnId),
      asking: Boolean(transcript?.permissions.length),
      reverted: Boolean(transcript?.reverted),
    };
    for (const [key, value] of Object.entries(keys)) {
      if (told.get(key) === value) continue;
      told.set(key, value);
      void vscode.commands.executeCommand("setContext", `sessiond.${key}`, value);
    }
  };
  let resets: vscode.Disposable | undefined;
  return vscode.Disposable.from(
    sessions.onDidFold(({ conversation }) => conversation === sessions.current && tell()),
    sessions.onDidChangeCurrent((current) => {
      resets?.dispose();
      resets = current?.onDidReset(tell);
      tell();
    }),
  );
}

async function chooseModel(models: KnownModels, actions: Actions, ofSession?: string | null): Promise<void> {
  await models.refresh();
  const { all, recent, default: byDefault, next } = models.known;
  const used = ofSession ?? next;
  const choices = all
    .filter(({ usable }) => usable)
    .map((model) => ({
      label: model.name,
      description: nameOf(model),
      detail: model.context ? `${Math.round(model.context / 1000)}k tokens` : "",
      model: nameOf(model),
    }));
  const recently = recent.flatMap((name) => choices.filter(({ model }) => model === name));
  const others = choices.filter((choice) => !recently.includes(choice));
  const chosen = await vscode.window.showQuickPick(
    [
      { label: "The configured model", description: byDefault ?? "none", model: null },
      ...(recently.length ? [separator("used last"), ...recently] : []),
      ...(recently.length && others.length ? [separator("all others")] : []),
      ...others,
    ],
    { title: "Model of this session", placeHolder: `Now: ${used ?? "the configured one"}`, matchOnDescription: true },
  );
  if (chosen?.model !== undefined) await Promise.all([models.use(chosen.model), actions.setModel(chosen.model)]);
}

function separator(label: string): vscode.QuickPickItem & { model?: undefined } {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function nameOf({ provider, id }: { provider: string; id: string }): string {
  return id.startsWith(`${provider}/`) ? id : `${provider}/${id}`;
}

/** The panel shows why it does not start. */
function quietly(starting: Promise<void>): Promise<void> {
  return starting.catch(() => undefined);
}
