/**
 * Events on their way to the webview, gathered for a frame: each post is a message through two processes, and a model can
 * say hundreds of deltas in the time of one. Neighbouring deltas of one part become one.
 */
import type { Event } from "sessiond-protocol";

/** Two frames: nobody sees the difference, and half of the posts are saved. */
const gatherFor = 30;

export class Outbox {
  #waiting: Event[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #post: (events: readonly Event[]) => void;

  constructor(post: (events: readonly Event[]) => void) {
    this.#post = post;
  }

  add(events: readonly Event[]): void {
    this.#waiting.push(...events);
    this.#timer ??= setTimeout(() => this.flush(), gatherFor);
  }

  flush(): void {
    const events = joined(this.#waiting);
    this.clear();
    if (events.length) this.#post(events);
  }

  /** Forgets what waits: a snapshot has it. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }
}

export function joined(events: readonly Event[]): Event[] {
  const result: Event[] = [];
  for (const event of events) {
    const last = result.at(-1);
    if (event.type === "part.delta" && last?.type === "part.delta" && last.partId === event.partId) {
      result[result.length - 1] = { ...last, text: last.text + event.text };
    } else {
      result.push(event);
    }
  }
  return result;
}
