/** A quick pick about the engine: its version, its clients, and what can be done with it. */
import * as vscode from "vscode";
import type { StatusResult } from "sessiond-protocol";
import type { EngineState, Rooms, Sessions } from "../contract.ts";
import { engineLines, turns } from "./engine_words.ts";

/** Milliseconds for a turn that is stopped. */
const patience = 3_000;

interface Pick extends vscode.QuickPickItem {
  readonly run?: () => unknown;
}

export async function showEngine(rooms: Rooms): Promise<void> {
  const { engine } = rooms;
  const status = absent.has(engine.state.kind) ? undefined : await ask(rooms);
  const chosen = await vscode.window.showQuickPick(status ? picks(rooms, status) : withoutEngine(rooms), {
    title: "The Engine",
    placeHolder: "Choose what shall be done",
    matchOnDescription: true,
  });
  await chosen?.run?.();
}

/** To ask would start it. */
const absent = new Set<EngineState["kind"]>(["missing", "failed", "stopped"]);

/** By the palette: at once where nothing runs. */
export async function stopEngine(rooms: Rooms): Promise<void> {
  if (absent.has(rooms.engine.state.kind)) return;
  await end(rooms, await ask(rooms), "Stop");
}

function ask({ engine }: Rooms): Thenable<StatusResult> {
  const options = { location: vscode.ProgressLocation.Window, title: "sessiond: asking the engine" };
  return vscode.window.withProgress(options, () => engine.request("server/status", {}));
}

function picks(rooms: Rooms, status: StatusResult): Pick[] {
  const lines = engineLines(status, Date.now());
  return [
    separator("Engine"),
    ...lines.engine,
    separator(status.connected.length === 1 ? "One client" : `${status.connected.length} clients`),
    ...lines.clients,
    separator("Do"),
    {
      label: "$(debug-restart) Restart",
      detail: status.shared ? "For all editors; sessions go on where they are" : "Sessions go on where they are",
      run: () => end(rooms, status, "Restart"),
    },
    {
      label: "$(debug-stop) Stop",
      detail: "It starts again with the next prompt, of any editor",
      run: () => end(rooms, status, "Stop"),
    },
    logPick,
  ];
}

function withoutEngine({ engine }: Rooms): Pick[] {
  const reason = "reason" in engine.state ? engine.state.reason : "";
  const start = { label: "$(debug-start) Start", run: () => vscode.commands.executeCommand("sessiond.startEngine") };
  if (engine.state.kind === "stopped")
    return [{ label: "$(debug-stop) The engine is stopped" }, separator("Do"), start, logPick];
  return [
    { label: "$(error) There is no engine", detail: reason },
    separator("Do"),
    start,
    { label: "$(cloud-download) Install…", run: () => vscode.commands.executeCommand("sessiond.installEngine") },
    logPick,
  ];
}

const logPick: Pick = {
  label: "$(output) Show Log",
  run: () => vscode.commands.executeCommand("sessiond.showLog"),
};

function separator(label: string): Pick {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** One of a single client ends with its process; the shared one is asked to, and others may have turns in it. */
async function end(
  { engine, sessions }: Rooms,
  { shared, turns: running }: StatusResult,
  what: "Restart" | "Stop",
): Promise<void> {
  const when = running ? await askWhen(running, what) : "now";
  if (!when) return;
  if (what === "Stop") return engine.stop(when, turnsOver(sessions, when));
  if (!shared) return engine.restart();
  await engine.request("server/stop", { when });
  if (when === "now") await engine.request("server/status", {});
}

/** So that the last that is seen of a turn is its end. */
async function turnsOver({ current, onDidFold }: Sessions, when: "idle" | "now"): Promise<void> {
  if (!current?.transcript.session?.turnId) return;
  await new Promise<void>((resolve) => {
    const timer = when === "now" ? setTimeout(done, patience) : undefined;
    const listening = onDidFold(() => !current.transcript.session?.turnId && done());
    function done(): void {
      clearTimeout(timer);
      listening.dispose();
      resolve();
    }
  });
}

async function askWhen(running: number, what: string): Promise<"idle" | "now" | undefined> {
  const chosen = await vscode.window.showWarningMessage(
    `${what} the engine? In it ${turns(running)}, perhaps of another editor.`,
    { modal: true },
    "Once They Are Done",
    "Now",
  );
  if (!chosen) return undefined;
  return chosen === "Now" ? "now" : "idle";
}
