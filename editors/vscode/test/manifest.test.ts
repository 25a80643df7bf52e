/** What package.json names is there: commands of menus, keys and the walkthrough, and its pictures, which follow the theme. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

interface Setting {
  type: string;
  enum?: string[];
  enumDescriptions?: string[];
  markdownDescription?: string;
}

interface Manifest {
  contributes: {
    commands: { command: string; title: string; category: string; enablement?: string }[];
    menus: Record<string, { command?: string; when?: string }[]>;
    keybindings: { command: string; key: string; mac?: string; when?: string }[];
    configuration: { properties: Record<string, Setting> };
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

test("each setting says in Markdown what it is, and what each of its values means; its links lead somewhere", () => {
  const { properties } = contributes.configuration;
  const known = new Set(contributes.commands.map(({ command }) => command));
  for (const [name, { enum: values, enumDescriptions, markdownDescription = "" }] of Object.entries(properties)) {
    assert.match(markdownDescription, /^[A-Z].*\.$/, name);
    assert.equal(enumDescriptions?.length, values?.length, name);
    for (const [, setting = ""] of markdownDescription.matchAll(/#(sessiond\.[\w.]+)#/g))
      assert.ok(setting in properties);
    for (const [, command = ""] of markdownDescription.matchAll(/command:([\w.]+)/g)) assert.ok(known.has(command));
  }
});

test("each context key that a condition names is one that the extension sets, or the workbench's", () => {
  const sources = readdirSync(new URL("../src", import.meta.url), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => read(`src/${name}`))
    .join("\n");
  const conditions = [
    ...contributes.commands.map(({ enablement }) => enablement),
    ...contributes.keybindings.map(({ when }) => when),
    ...Object.values(contributes.menus).flatMap((items) => items.map(({ when }) => when)),
    ...steps.flatMap(({ completionEvents }) => completionEvents.map((event) => event.replace("onContext:", " "))),
  ].join(" ");
  const keys = new Set([...conditions.matchAll(/(?<![\w.:])sessiond\.(\w+)(?![\w.])/g)].map(([, key = ""]) => key));
  keys.delete("sessions"); // the view

  assert.deepEqual(
    [...keys].filter((key) => !new RegExp(`\\b${key}\\b`).test(sources)),
    [],
  );
});

test("no key is typed with AltGr in the chat, and each step of the walkthrough can complete itself", () => {
  const inChat = contributes.keybindings.filter(({ when }) => when?.includes("sessiond\\.chat"));

  assert.deepEqual(
    inChat.filter(({ key }) => key.includes("ctrl+alt")),
    [],
  );
  assert.deepEqual(
    steps.filter(({ completionEvents }) => completionEvents.length === 0),
    [],
  );
});
