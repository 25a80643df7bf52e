/** The models that the engine can use, and which of them were used last; for the picker in the chat and the one in the palette. */
import * as vscode from "vscode";
import type { Engine, Sessions } from "../contract.ts";
import type { Models } from "./messages.ts";

const recentKey = "sessiond.recentModels";
const recentLimit = 5;

export class KnownModels {
  known: Models = { all: [], recent: [], default: null, next: null };
  readonly #changes = new vscode.EventEmitter<Models>();
  readonly onDidChange = this.#changes.event;
  readonly #memory: vscode.Memento;
  readonly #engine: Engine;
  readonly #sessions: Sessions;

  constructor(memory: vscode.Memento, engine: Engine, sessions: Sessions) {
    this.#memory = memory;
    this.#engine = engine;
    this.#sessions = sessions;
    engine.onDidConnect(() => void this.refresh());
  }

  /** Asks the engine; what cannot be had is left as it was, and the engine's state says why. */
  async refresh(): Promise<void> {
    const directory = this.#sessions.current?.transcript.session?.directory ?? this.#sessions.directory();
    try {
      const { models, default: byDefault } = await this.#engine.request("model/list", directory ? { directory } : {});
      this.#become({ ...this.known, all: models, default: byDefault });
    } catch {
      this.#become(this.known);
    }
  }

  async use(model: string | null): Promise<void> {
    const recent = model
      ? [model, ...this.#recent().filter((each) => each !== model)].slice(0, recentLimit)
      : this.#recent();
    await this.#memory.update(recentKey, recent);
    this.#become({ ...this.known, next: model });
  }

  #become(models: Models): void {
    this.known = { ...models, recent: this.#recent() };
    this.#changes.fire(this.known);
  }

  #recent(): string[] {
    return this.#memory.get<string[]>(recentKey, []);
  }
}
