/**
 * Keeps the rows of this workspace's folders true: watch, then list, then take in what comes; the same anew after a resync.
 *
 * Begins with the first engine, or when somebody first wants to see them, and starts it then. An engine that cannot watch is asked again
 * when something has happened here, or when the window is looked at.
 */
import * as vscode from "vscode";
import type { Session, SessionsChanged } from "sessiond-protocol";
import type { Engine, Sessions, Waiting } from "../contract.ts";
import { asFailure } from "../engine/failures.ts";
import { Rows } from "./rows.ts";

const pageSize = 200;
/** Further back goes the search. */
const rowLimit = 2_000;

export class WatchedSessions implements Waiting {
  rows = new Rows();
  /** Why there are none; undefined where all went well. */
  failure: string | undefined;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changes.event;
  readonly #engine: Engine;
  readonly #log: vscode.LogOutputChannel;
  readonly #listening: vscode.Disposable;
  #begun: Promise<void> | undefined;
  #refreshing: Promise<void> | undefined;
  #watches = true;
  /** What is being filled anew, and gets what is told meanwhile. */
  #next: Rows | undefined;

  constructor(engine: Engine, sessions: Sessions, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#log = log;
    const again = (): void => void (this.#begun && this.refresh());
    const begin = (): void => (this.#begun ? again() : void this.begin());
    const withoutWatch = (): void => void (!this.#watches && again());
    this.#listening = vscode.Disposable.from(
      engine.onNotification("sessions/changed", (told: SessionsChanged) => this.#take(told)),
      engine.onNotification("sessions/resync", again),
      engine.onDidConnect(begin),
      vscode.workspace.onDidChangeWorkspaceFolders(() => engine.atHand && again()),
      vscode.window.onDidChangeWindowState(({ focused }) => focused && withoutWatch()),
      sessions.onDidFold(({ events }) => events.some(({ type }) => type in changing) && withoutWatch()),
    );
  }

  get sessions(): readonly Session[] {
    return this.rows.waiting();
  }

  /** From now on they are kept true. Resolves once there are some, or a reason why not. */
  begin(): Promise<void> {
    return (this.#begun ??= this.refresh());
  }

  /** Forgets the rows and lists anew. A later call takes the place of one that has not ended, which ends with it. */
  refresh(): Promise<void> {
    return (this.#refreshing = this.#refresh());
  }

  /** Words of titles, prompts and answers: what matches now. */
  async search(words: string, token?: vscode.CancellationToken): Promise<Session[]> {
    const pages = folders().map((directory) =>
      this.#engine.request("session/list", { ...directory, search: words, limit: 100 }, token),
    );
    return (await Promise.all(pages)).flatMap(({ sessions }) => sessions).sort((a, b) => b.updatedAt - a.updatedAt);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changes.dispose();
  }

  async #refresh(): Promise<void> {
    const rows = (this.#next = new Rows());
    let failure: string | undefined;
    try {
      await this.#watch();
      for (const directory of folders()) await this.#list(rows, directory);
    } catch (error) {
      failure = asFailure(error).message;
    }
    if (this.#next !== rows) return this.#refreshing;
    this.#next = undefined;
    this.failure = failure;
    if (failure) this.#log.warn(`sessions: ${failure}`);
    else this.rows = rows;
    this.#changes.fire();
  }

  #take(told: SessionsChanged): void {
    this.#next?.take(told);
    this.rows.take(told);
    this.#changes.fire();
  }

  /** What an engine can do is known once there is one. */
  async #watch(): Promise<void> {
    if (this.#engine.state.kind !== "ready") await this.#engine.request("server/status", {});
    const { state } = this.#engine;
    this.#watches = state.kind !== "ready" || state.methods.includes("sessions/watch");
    if (!this.#watches) return;
    await this.#engine.request("sessions/unwatch", {});
    for (const directory of folders()) await this.#engine.request("sessions/watch", directory);
  }

  async #list(rows: Rows, directory: { directory?: string }): Promise<void> {
    for (const archived of [false, true]) {
      let cursor: string | null | undefined;
      for (let count = 0; count < rowLimit && this.#next === rows; count += pageSize) {
        const page = await this.#engine.request("session/list", {
          ...directory,
          archived,
          limit: pageSize,
          ...(cursor && { cursor }),
        });
        rows.take({ changed: page.sessions });
        cursor = page.nextCursor;
        if (!cursor) break;
      }
    }
  }
}

/** Events after which a row says something else. */
const changing: Record<string, true> = {
  "session.created": true,
  "session.updated": true,
  "session.deleted": true,
  "turn.started": true,
  "turn.ended": true,
};

/** A window without a folder shows the sessions of all. */
function folders(): { directory?: string }[] {
  const open = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  return open.length ? open.map(({ uri }) => ({ directory: uri.fsPath })) : [{}];
}
