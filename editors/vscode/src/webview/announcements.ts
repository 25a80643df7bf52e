/** What a screen reader is told: whole answers and what needs its user, never single words while they come. */
import type { Event } from "sessiond-protocol";
import type { Transcript } from "../session/transcript.ts";

const longest = 1_500;

export function announcementOf(event: Event, transcript: Transcript): string | undefined {
  switch (event.type) {
    case "part.ended":
      if (event.part.type === "text")
        return role(event.messageId, transcript) === "assistant" ? shortened(event.part.text) : undefined;
      if (event.part.type === "tool" && event.part.state.status === "failed")
        return `${event.part.name} failed: ${shortened(event.part.state.error ?? "")}`;
      return undefined;
    case "permission.asked":
      return `Permission is asked: ${event.request.title}`;
    case "question.asked":
      return `${event.request.source} asks: ${shortened(event.request.message)}`;
    case "turn.ended":
      if (event.error) return `The turn has failed: ${shortened(event.error.message)}`;
      return ends[event.stopReason] ?? "The turn has ended.";
    default:
      return undefined;
  }
}

const ends: Record<string, string | undefined> = {
  endTurn: "Done.",
  aborted: "Stopped.",
  error: "The turn has failed.",
  interrupted: "The turn was interrupted.",
};

/** The region is made with the page; see `chat_view.tsx`. */
export function announce(text: string): void {
  const region = document.getElementById("announcements");
  if (!region) return;
  const line = document.createElement("p");
  line.textContent = text;
  region.append(line);
  while (region.childElementCount > 5) region.firstElementChild?.remove();
}

function role(messageId: string, { messages }: Transcript): string | undefined {
  return messages.findLast(({ id }) => id === messageId)?.role;
}

function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
