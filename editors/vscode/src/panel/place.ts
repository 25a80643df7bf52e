/** Where the conversation in the panel works, or the next one will; whether there is a choice, and whether it is trusted. */
import * as vscode from "vscode";
import type { Sessions } from "../contract.ts";
import type { Place } from "./messages.ts";

export class WatchedPlace {
  now: Place;
  readonly #changes = new vscode.EventEmitter<Place>();
  readonly onDidChange = this.#changes.event;
  readonly #sessions: Sessions;
  readonly #listening: vscode.Disposable;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
    this.now = this.#look();
    const look = (): void => this.#become(this.#look());
    this.#listening = vscode.Disposable.from(
      sessions.onDidChangeCurrent(look),
      sessions.onDidChangeNextDirectory(look),
      vscode.window.onDidChangeActiveTextEditor(look),
      vscode.workspace.onDidChangeWorkspaceFolders(look),
      vscode.workspace.onDidGrantWorkspaceTrust(look),
    );
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changes.dispose();
  }

  #look(): Place {
    return {
      directory: this.#sessions.current?.transcript.session?.directory ?? this.#sessions.directory(),
      choosable: (vscode.workspace.workspaceFolders?.length ?? 0) > 1,
      trusted: vscode.workspace.isTrusted,
    };
  }

  #become(place: Place): void {
    const { directory, choosable, trusted } = this.now;
    if (place.directory === directory && place.choosable === choosable && place.trusted === trusted) return;
    this.now = place;
    this.#changes.fire(place);
  }
}
