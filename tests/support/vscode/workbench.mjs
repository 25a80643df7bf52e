// Opens the workbench in headless Chromium and calls one exported function of a script with it: `node workbench.mjs SCRIPT NAME`.
// TASK (JSON) says where everything is, see browser.py. The last line of stdout is what the function returned.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const task = JSON.parse(process.env.TASK);
const require = createRequire(path.join(task.modules, "index.js"));
const { chromium } = require("playwright-core");
const flags = ["--no-sandbox", "--disable-gpu", "--disable-lcd-text", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** The first is served by a service worker of the workbench, the second is its marketplace: neither is ours. */
const ofTheWorkbench = /\.vscode-resource\.vscode-cdn\.net$|^open-vsx\.org$/;

/** Of an installation without compiled modules, and without a marketplace. */
const noise = /bindings file|Cannot find module|open-vsx|Failed to load resource/;

/** By their labels, how the workbench and the page of a webview say which is on. */
const themes = {
  "Light Modern": { workbench: "vs", page: "vscode-light" },
  "Dark Modern": { workbench: "vs-dark", page: "vscode-dark" },
  "Dark High Contrast": { workbench: "hc-black", page: "vscode-high-contrast" },
  "Light High Contrast": { workbench: "hc-light", page: "vscode-high-contrast-light" },
};

/** One window: a page with a workbench in it. */
export class Workbench {
  constructor(page, context) {
    this.page = page;
    this.context = context;
    this.home = task.home;
    this.outside = new Set();
    this.errors = [];
    page.on("request", (request) => {
      const { hostname, protocol } = new URL(request.url());
      if (/^(http|ws)/.test(protocol) && !["127.0.0.1", "localhost"].includes(hostname) && !ofTheWorkbench.test(hostname)) this.outside.add(hostname);
    });
    page.on("pageerror", (error) => this.errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && !noise.test(message.text()) && this.errors.push(message.text().slice(0, 400)));
  }

  async load() {
    await this.page.goto(task.url);
    await this.page.waitForSelector(".monaco-workbench .activitybar", { timeout: 60_000 });
  }

  async reload() {
    await this.page.reload();
    await this.page.waitForSelector(".monaco-workbench .activitybar", { timeout: 60_000 });
  }

  /** Brings the chat to the front by its icon; its frame, in which ordinary locators work. */
  async openChat() {
    const icon = this.page.locator('.activitybar a.action-label[aria-label*="sessiond"]').first();
    await icon.waitFor({ timeout: 60_000 });
    let asked = -Infinity;
    const chat = await this.until("the chat", async () => {
      const frame = await this.chatFrame();
      // A click on the icon of what is shown hides it, and a window that is loaded again may just be showing it.
      if (!frame && Date.now() - asked > 3_000 && (await icon.getAttribute("aria-expanded")) !== "true") {
        await icon.click({ force: true }); // a badge may lie on it
        asked = Date.now();
      }
      return frame;
    }, 60_000);
    await this.page.mouse.move(900, 600); // what the icon says when it is pointed at would cover the chat
    return chat;
  }

  async waitForChat() {
    return this.until("the chat", () => this.chatFrame());
  }

  async chatFrame() {
    for (const frame of this.page.frames()) {
      const there = await frame.locator("[data-testid=chat]").count().catch(() => 0);
      if (there && (await shown(frame))) return frame;
    }
    return undefined;
  }

  /** Runs a command of the palette by its title, such as `sessiond: New Session`. */
  async command(title) {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(`>${title}`);
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: title.replace(/^.*?: /, "") }).first();
    await row.waitFor();
    await row.click();
  }

  /** Opens a file of the folder, found by its name; the cursor is in it. */
  async open(name) {
    await this.page.keyboard.press("Control+p");
    await this.page.locator(".quick-input-widget input").fill(name);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().click();
    await this.page.locator(".editor-instance .view-line").first().click();
  }

  async until(what, holds, milliseconds = 30_000) {
    const end = Date.now() + milliseconds;
    while (Date.now() < end) {
      const found = await holds();
      if (found) return found;
      await this.page.waitForTimeout(50);
    }
    throw new Error(`not in ${milliseconds / 1000} s: ${what}`);
  }

  /** Makes the side bar wider by so many pixels, with its sash. */
  async widen(pixels) {
    const bar = await this.page.locator(".part.sidebar").boundingBox();
    await this.page.mouse.move(bar.x + bar.width, bar.y + bar.height / 2);
    await this.page.mouse.down();
    await this.page.mouse.move(bar.x + bar.width + pixels, bar.y + bar.height / 2, { steps: 5 });
    await this.page.mouse.up();
  }

  /** Of the window, or of one part of it, of which the upper pixels may do. */
  async picture(name, part, upper = Infinity) {
    const clip = await part?.boundingBox();
    if (clip) clip.height = Math.min(clip.height, upper);
    await this.page.screenshot({ path: path.join(task.pictures, `${name}.png`), ...(clip && { clip }) });
  }

  /** Another colour theme, by the label that the workbench's own list has. The focus is in the window again. */
  async theme(label) {
    const row = (name) => this.page.locator(`.quick-input-list .monaco-list-row[aria-label^="${name}"]`).first();
    await this.page.keyboard.press("F1");
    await this.page.locator(".quick-input-widget input").fill(">Preferences: Color Theme");
    await row("Preferences: Color Theme").click();
    await this.page.locator('.quick-input-widget input[placeholder^="Select Color Theme"]').fill(label);
    await row(label).click();
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    const kind = themes[label];
    await this.page.locator(`.monaco-workbench.${kind.workbench}`).waitFor();
    await (await this.chatFrame())?.locator(`body.${kind.page}`).waitFor();
  }

  /** Findings of axe-core in a frame, as lines; of what stands in the selector alone, where the rest is the workbench's. */
  async accessibility(frame, selector) {
    await frame.evaluate(fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
    const { violations } = await frame.evaluate(
      (within) =>
        globalThis.axe.run(within ? { include: [within] } : document, {
          resultTypes: ["violations"],
          // The workbench writes the title and the description of a row without a blank between them.
          rules: { "label-content-name-mismatch": { enabled: !within } },
        }),
      selector,
    );
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => `${node.html.slice(0, 100)} (${node.failureSummary.split("\n").at(-1).trim()})`).join(" | ")}`);
  }

  /** Another window of the same user: its own extension host. */
  async another(options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    return new Workbench(await context.newPage(), context);
  }

  /** Creates a file that a line of the scripted model waits for. */
  go(name) {
    fs.writeFileSync(path.join(task.home, name), "");
  }
}

/** A view that is away keeps its page; the frame that it is in is hidden. */
async function shown(frame) {
  const around = await frame.parentFrame()?.frameElement().catch(() => undefined);
  return (await around?.isVisible().catch(() => false)) ?? false;
}

const browser = await chromium.launch({ executablePath: task.chromium, headless: true, args: flags });
let workbench;
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...task.given.browser });
  workbench = new Workbench(await context.newPage(), context);
  await workbench.load();
  const script = await import(pathToFileURL(process.argv[2]).href);
  const result = await script[process.argv[3]](workbench, task.given);
  console.log(JSON.stringify(result ?? null));
} catch (error) {
  await workbench?.picture("failed").catch(() => undefined);
  console.error(workbench?.errors.join("\n"));
  console.error(String(error?.stack ?? error));
  process.exitCode = 1;
} finally {
  await browser.close();
}
