/** The reason of a refusal that is being written: it outlives its card, which goes while another session is shown, but not its request. */
import { useEffect, useState } from "preact/hooks";
import { chat } from "../state.ts";

/** By request. */
const written = new Map<string, string>();

export function useReason(requestId: string): [reason: string, write: (reason: string) => void] {
  const [reason, setReason] = useState(written.get(requestId) ?? "");
  useEffect(() => {
    const asking = chat.transcript?.session?.id;
    return () => {
      if (chat.transcript?.session?.id === asking && !isAsked(requestId)) written.delete(requestId);
    };
  }, [requestId]);
  const write = (text: string): void => {
    written.set(requestId, text);
    setReason(text);
  };
  return [reason, write];
}

function isAsked(requestId: string): boolean {
  return chat.transcript?.permissions.some(({ id }) => id === requestId) ?? false;
}
