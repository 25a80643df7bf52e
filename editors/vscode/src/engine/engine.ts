/**
 * The engine as the rooms see it: found and started when it is first needed, started again when it ends, one state.
 *
 * What is subscribed is the sessions' business: they hear of `onDidConnect`.
 */
import * as vscode from "vscode";
import { type MessageConnection, ParameterStructures } from "vscode-jsonrpc/node";
import type { Asked, Engine, EngineState, FailedStart, Method } from "../contract.ts";
import type { Requests } from "sessiond-protocol";
import { next } from "./backoff.ts";
import { findBinary, placesOfThisMachine } from "./binary.ts";
import { asFailure, RequestFailed } from "./failures.ts";
import { introduction } from "./introduction.ts";
import { type Link, openLink } from "./link.ts";

type Take = (params: never) => void;
type Give = (params: never, token: vscode.CancellationToken) => unknown;

export function createEngine(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Engine {
  return new SupervisedEngine(context, log);
}

/** What a program is started with. */
const settingsOfStart = ["sessiond.path", "sessiond.environment", "sessiond.engineSettings"];

class SupervisedEngine implements Engine {
  #state: EngineState = { kind: "idle" };
  #opening: Promise<Link> | undefined;
  #attempt = 0;
  /** The program that has answered. */
  #proven = "";
  #wake: (() => void) | undefined;
  #closed = false;
  /** Somebody here has stopped it, and nothing was asked for since. */
  #stopping = false;
  /** Counts restarts: what an earlier one was still opening is not wanted any more. */
  #run = 0;
  readonly #takes = new Map<string, Set<Take>>();
  readonly #gives = new Map<string, Give>();
  readonly #states = new vscode.EventEmitter<EngineState>();
  readonly #connects = new vscode.EventEmitter<void>();
  readonly onDidChangeState = this.#states.event;
  readonly onDidConnect = this.#connects.event;
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #settings: vscode.Disposable;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#log = log;
    // Trust in the workspace comes as such a change as well: what it says in its settings counts from then on.
    this.#settings = vscode.workspace.onDidChangeConfiguration((change) => {
      if (settingsOfStart.some((name) => change.affectsConfiguration(name))) this.#heedSettings();
    });
  }

  get state(): EngineState {
    return this.#state;
  }

  get atHand(): boolean {
    return this.#state.kind === "ready" && !this.#stopping;
  }

  request<M extends Method>(
    method: M,
    params: Requests[M]["params"],
    token?: vscode.CancellationToken,
  ): Promise<Requests[M]["result"]> {
    return this.requestUntyped(method, params, token);
  }

  async requestUntyped(method: string, params: object, token?: vscode.CancellationToken): Promise<never> {
    this.#stopping = method === "server/stop";
    try {
      const link = await this.#linked();
      if (this.#state.kind === "stopped") this.#become(readyWith(link));
      return await link.connection.sendRequest<never>(
        method,
        ParameterStructures.byName,
        params,
        ...(token ? [token] : []),
      );
    } catch (error) {
      throw asFailure(error);
    }
  }

  notify(method: string, params: object): void {
    if (this.#state.kind !== "ready" && this.#state.kind !== "stopped") return;
    void this.#opening
      ?.then(({ connection }) => connection.sendNotification(method, ParameterStructures.byName, params))
      .catch((error: unknown) => this.#log.debug(`${method}: ${String(error)}`));
  }

  onNotification(method: string, take: Take): vscode.Disposable {
    const takes = this.#takes.get(method) ?? new Set();
    this.#takes.set(method, takes.add(take));
    return new vscode.Disposable(() => takes.delete(take));
  }

  answer(method: Asked, give: Give): vscode.Disposable {
    this.#gives.set(method, give);
    return new vscode.Disposable(() => this.#gives.delete(method));
  }

  async start(): Promise<void> {
    this.#attempt = 0;
    this.#wake?.();
    await this.#linked({ again: true });
    if (this.#state.kind === "stopped") await this.request("server/status", {});
  }

  async restart(): Promise<void> {
    const running = this.#opening;
    this.#opening = undefined;
    this.#run += 1;
    this.#wake?.();
    await (await running?.catch(() => undefined))?.close();
    await this.start();
  }

  async stop(when: "idle" | "now"): Promise<void> {
    try {
      await this.request("server/stop", { when });
    } catch (error) {
      this.#stopping = false;
      throw error;
    }
  }

  dispose(): void {
    this.#closed = true;
    this.#wake?.();
    void this.#opening?.then(
      (link) => link.close(),
      () => undefined,
    );
    this.#settings.dispose();
    this.#states.dispose();
    this.#connects.dispose();
  }

  /** What runs is another client of the same engine after this: turns go on, and sessions are subscribed anew. */
  #heedSettings(): void {
    const { kind } = this.#state;
    if (kind === "idle" || kind === "stopped") return;
    const begun = kind === "ready" || kind === "starting" ? this.restart() : this.start();
    begun.catch(() => undefined);
  }

  /** The connection that stands, or the one that is being opened. Where nothing is tried any more the reason is thrown. */
  #linked({ again = false } = {}): Promise<Link> {
    if (!again && (this.#state.kind === "missing" || this.#state.kind === "failed")) {
      return Promise.reject(new RequestFailed(this.#state.kind, this.#state.reason));
    }
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** `run`: for which it is opened; where another has begun since, nothing is said of it any more. */
  async #open(run = this.#run): Promise<Link> {
    if (run !== this.#run) throw superseded();
    this.#become({ kind: "starting" });
    const setting = vscode.workspace.getConfiguration("sessiond").get("path", "");
    const found = await findBinary(placesOfThisMachine(setting));
    if (run !== this.#run) throw superseded();
    if ("whyNot" in found) {
      this.#opening = undefined;
      this.#become({ kind: "missing", reason: found.whyNot });
      throw new RequestFailed("missing", found.whyNot);
    }
    return this.#openProgram(found.path, run);
  }

  async #openProgram(program: string, run: number): Promise<Link> {
    const begun = Date.now();
    try {
      const link = await openLink({
        program,
        cwd: vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file")?.uri.fsPath,
        introduction: introduction(this.#context, new Set(this.#gives.keys())),
        log: this.#log,
        prepare: (connection) => this.#prepare(connection),
      });
      if (run !== this.#run) return link; // whoever restarts closes it
      this.#log.info(`engine ${link.version} at ${program}`);
      this.#proven = program;
      void link.ended.then((reason) => {
        if (run !== this.#run) return;
        this.#opening = undefined;
        if (this.#stopping) this.#stopped();
        else void this.#openAgain(reason, Date.now() - begun, true).catch(() => undefined);
      });
      this.#become(readyWith(link));
      queueMicrotask(() => this.#connects.fire());
      return link;
    } catch (error) {
      if (this.#closed || run !== this.#run) throw error;
      const { kind, message } = asFailure(error);
      if (kind === "foreign" || kind === "version") return this.#giveUp(message, kind);
      return this.#openAgain(message, Date.now() - begun, this.#proven === program);
    }
  }

  /** Waits its time, then opens another one; whoever asks meanwhile waits with it. */
  #openAgain(reason: string, ranFor: number, proven: boolean): Promise<Link> {
    const { attempt, delay } = next(this.#attempt, ranFor, proven);
    this.#attempt = attempt;
    if (this.#closed || delay === undefined) return this.#giveUp(reason, "ended");
    this.#log.warn(`${reason} It is started again in ${delay / 1_000} s.`);
    this.#become({ kind: "waiting", reason, attempt, nextTryAt: Date.now() + delay });
    const run = this.#run;
    this.#opening = this.#waited(delay).then(() => this.#open(run));
    return this.#opening;
  }

  #giveUp(reason: string, cause: FailedStart): Promise<never> {
    this.#log.error(reason);
    this.#opening = undefined;
    this.#become({ kind: "failed", reason, cause });
    return Promise.reject(new RequestFailed("failed", reason));
  }

  /** The process stays and starts the next one with the next request; where it was the engine itself, it is gone. */
  #stopped(): void {
    this.#stopping = false;
    this.#become({ kind: "stopped" });
  }

  #waited(delay: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delay);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #prepare(connection: MessageConnection): void {
    connection.onNotification("server/stopped", () => this.#stopped());
    connection.onNotification((method, params) => {
      for (const take of this.#takes.get(method) ?? []) take(params as never);
    });
    for (const [method, give] of this.#gives) {
      connection.onRequest(method, (params: unknown, token: vscode.CancellationToken) => give(params as never, token));
    }
  }

  #become(state: EngineState): void {
    this.#state = state;
    if (!this.#closed) this.#states.fire(state);
  }
}

function superseded(): RequestFailed {
  return new RequestFailed("engineLost", "The engine is being started anew.");
}

function readyWith({ version, options }: Link): EngineState {
  return { kind: "ready", version, methods: options.methods };
}
