/** What package.json names is there: commands of menus, keys and the walkthrough, and its pictures, which follow the theme. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

interface Manifest {
  contributes: {
    commands: { command: string }[];
    menus: Record<string, { command?: string }[]>;
    keybindings: { command: string }[];
    viewsWelcome: { contents: string }[];
    walkthroughs: { steps: { description: string; media: { svg: string }; completionEvents: string[] }[] }[];
  };
}

const { contributes } = JSON.parse(read("package.json")) as Manifest;
const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);

function read(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
}

test("each command that is named anywhere is contributed", () => {
  const contributed = new Set(contributes.commands.map(({ command }) => command));
  const inTexts = [
    ...steps.map(({ description }) => description),
    ...contributes.viewsWelcome.map(({ contents }) => contents),
    ...steps.flatMap(({ completionEvents }) =>
      completionEvents.map((event) => event.replace("onCommand:", "command:")),
    ),
  ].flatMap((text) => [...text.matchAll(/command:([\w.]+)/g)].map(([, command]) => command));
  const named = [
    ...Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command)),
    ...contributes.keybindings.map(({ command }) => command),
    ...inTexts,
  ];

  assert.deepEqual(
    named.filter((command) => command?.startsWith("sessiond.") && !contributed.has(command)),
    [],
  );
});

test("each step of the walkthrough has a picture whose colours are the theme's", () => {
  for (const { media } of steps) {
    const picture = read(media.svg);
    assert.match(picture, /aria-label=/);
    assert.deepEqual(picture.match(/(?:fill|stroke)="#/g), null, media.svg);
    assert.doesNotMatch(picture, /<script|https?:\/\/(?!www\.w3\.org)/);
  }
});
