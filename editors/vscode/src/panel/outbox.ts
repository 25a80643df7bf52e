/**
 * Events on their way to the webview, gathered for a frame: each post is a message through two processes, and a model can
 * say hundreds of deltas in the time of one. Neighbouring deltas of one part become one, and a text is not sent twice.
 */
import type { Event } from "sessiond-protocol";
import type { Transcript } from "../session/transcript.ts";
import type { Told } from "./messages.ts";

/** Two frames: nobody sees the difference, and half of the posts are saved. */
const gatherFor = 30;

export class Outbox {
  #waiting: Event[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #growing = new GrowingTexts();
  readonly #post: (events: readonly Told[]) => void;

  constructor(post: (events: readonly Told[]) => void) {
    this.#post = post;
  }

  add(events: readonly Event[]): void {
    this.#waiting.push(...events);
    this.#timer ??= setTimeout(() => this.flush(), gatherFor);
  }

  flush(): void {
    const events = joined(this.#waiting).map((event) => this.#growing.told(event));
    this.#forget();
    if (events.length) this.#post(events);
  }

  /** The webview gets a snapshot of it, which has what waits. */
  beginAnew(transcript?: Transcript): void {
    this.#forget();
    this.#growing.beginAnew(transcript);
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }
}

/** Texts that are not whole yet, as the webview has them. */
class GrowingTexts {
  readonly #texts = new Map<string, string>();

  beginAnew(transcript: Transcript | undefined): void {
    this.#texts.clear();
    const parts = transcript?.messages.flatMap((message) => message.parts) ?? [];
    for (const part of parts)
      if (transcript && part.id in transcript.open && "text" in part) this.#texts.set(part.id, part.text);
  }

  /** The event as it is sent. */
  told(event: Event): Told {
    if (event.type === "part.started" && "text" in event.part) this.#texts.set(event.part.id, event.part.text);
    if (event.type === "part.delta") this.#extend(event.partId, event.text);
    if (event.type !== "part.ended" || !("text" in event.part)) return event;
    const known = this.#texts.get(event.part.id);
    this.#texts.delete(event.part.id);
    if (known !== event.part.text) return event;
    return { ...event, type: "part.endedAsKnown", part: { ...event.part, text: "" } };
  }

  #extend(partId: string, text: string): void {
    const known = this.#texts.get(partId);
    if (known !== undefined) this.#texts.set(partId, known + text);
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
