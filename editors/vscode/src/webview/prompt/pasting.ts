/** Images that are pasted or dropped into the prompt box, as chips with their data. */
import type { Chip } from "../../panel/messages.ts";
import { bytes } from "../words.ts";

const limit = 5 * 1024 * 1024;

export type Pasted = { readonly chip: Chip } | { readonly tooLarge: string };

/** Undefined where there is no image among it, or a picture of the text that is there as well: the paste goes its usual way. */
export function imagesOf(data: DataTransfer | null): File[] | undefined {
  if (data?.getData("text/plain").trim()) return undefined;
  const images = [...(data?.files ?? [])].filter(({ type }) => /^image\/(png|jpeg|gif|webp)$/.test(type));
  return images.length ? images : undefined;
}

export async function asChip(image: File): Promise<Pasted> {
  const name = image.name || "image";
  if (image.size > limit) return { tooLarge: `${name} has ${bytes(image.size)}; up to ${bytes(limit)} can be sent.` };
  const uri = await read(image);
  return {
    chip: {
      id: `${name} ${image.size} ${image.lastModified}`,
      label: `${name} (${bytes(image.size)})`,
      icon: "file-media",
      parts: [{ type: "file", mediaType: image.type, uri, name }],
    },
  };
}

function read(image: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error("The image cannot be read."));
    reader.readAsDataURL(image);
  });
}
