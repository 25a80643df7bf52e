/** Where code from an answer goes when it is applied to a file. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { proposed, replaced } from "../../src/panel/opening/proposal.ts";

const python = `import os
import sys


@cache
def first(n):
    if n:
        return 1
    return 2


def second(
    n,
):
    return 3


class Third:
    def method(self):
        return 4

    def other(self):
        return 5
`;

const typescript = `export function a() {
  if (x) {
    y();
  }
  return 1;
}

function b() {
  return 2;
}
`;

/** `|` is the cursor, or both ends of the selection. */
function applied(marked: string, code: string): string {
  const [before = "", ...after] = marked.split("|");
  const selection = { start: before.length, end: before.length + (after.length > 1 ? (after[0]?.length ?? 0) : 0) };
  const document = before + after.join("");
  return replaced(document, proposed(document, code, selection));
}

test("a selection is replaced, and whole lines stay whole lines with their indentation", () => {
  assert.equal(applied("a = |1 + 2|\nb\n", "3\n"), "a = 3\nb\n");
  assert.equal(applied("def f():\n|    a()\n|    b()\n", "c()\nd()\n"), "def f():\n    c()\n    d()\n    b()\n");
  assert.equal(applied("def f():\n    |a()\n    b()|\n", "if c:\n    d()\n"), "def f():\n    if c:\n        d()\n");
  assert.equal(applied("|    a()|\n", "  b()\n"), "    b()\n");
  assert.equal(applied("        |old()|\n", "\tbar()\n\tbaz()\n"), "        bar()\n\tbaz()\n");
});

test("without one a block takes the place of the one that begins alike, wherever the cursor is and whatever it has become", () => {
  const code = "@cache\ndef first(n):\n    # simpler\n    return n\n";
  const body = "    if n:\n        return 1\n    return 2\n";
  assert.equal(applied(`|${python}`, code), python.replace(body, "    # simpler\n    return n\n"));
  assert.equal(
    applied(`|${typescript}`, "export function a() {\n  return 0;\n}\n"),
    typescript.replace("  if (x) {\n    y();\n  }\n  return 1;\n", "  return 0;\n"),
  );
  assert.equal(
    applied(`${python}|`, "def second(\n    n,\n):\n    return n\n"),
    python.replace("return 3", "return n"),
  );
});

test("a method at the margin gets the indentation of the one that it takes the place of", () => {
  assert.equal(
    applied(`${python}|`, "def method(self):\n    if self:\n        return 6\n"),
    python.replace("        return 4\n", "        if self:\n            return 6\n"),
  );
});

test("of several blocks each takes its place, and nothing between them is lost; a new one stands where the code has it", () => {
  const code = "import os\nimport re\n\ndef second(\n    n,\n):\n    return re\n\ndef between():\n    pass\n";
  assert.equal(
    applied(`${python}|`, code),
    python
      .replace("import os\n", "import os\nimport re\n")
      .replace("    return 3\n", "    return re\n\ndef between():\n    pass\n"),
  );
});

test("of blocks that begin alike the one nearest to the cursor is meant", () => {
  const twice = "class A:\n    def f(self):\n        return 1\n\nclass B:\n    def f(self):\n        return 1\n";
  const marked = twice.replace(/return 1\n$/, "ret|urn 1\n");
  assert.equal(applied(marked, "def f(self):\n    return 2\n"), twice.replace(/return 1\n$/, "return 2\n"));
});

test("what is like nothing goes to the cursor: into an empty line, else below its line, indented as that is", () => {
  assert.equal(applied("class A:\n    |", "x = 1\ny = 2\n"), "class A:\n    x = 1\n    y = 2");
  assert.equal(
    applied("class A:\n    z| = 0\n\nend\n", "x = 1\ny = 2\n"),
    "class A:\n    z = 0\n    x = 1\n    y = 2\n\nend\n",
  );
  assert.equal(applied("|", "x = 1\n"), "x = 1");
  assert.equal(applied("|a\n", "x = 1\n"), "a\nx = 1\n");
});

test("comments and decorators above go with a block where the code has its own, and stay where it has none", () => {
  const document = "/** Adds. */\nfunction add(a, b) {\n  return a + b;\n}\n\n@one\ndef f():\n    return 1\n";
  assert.equal(
    applied(`|${document}`, "/**\n * Adds two.\n */\nfunction add(a, b) {\n  return b + a;\n}\n"),
    document.replace("/** Adds. */", "/**\n * Adds two.\n */").replace("a + b", "b + a"),
  );
  assert.equal(
    applied(`|${document}`, "@one\n@two\ndef f():\n    return 2\n"),
    document.replace("@one", "@one\n@two").replace("return 1", "return 2"),
  );
  assert.equal(applied(`|${document}`, "def f():\n    return 2\n"), document.replace("return 1", "return 2"));
});

test("applying twice is applying once, where the code has found its place", () => {
  for (const code of ["def first(n):\n    return 9\n", "class Third:\n    pass\n", "import os\nimport re\n"]) {
    const once = replaced(python, proposed(python, code, { start: 0, end: 0 }));
    assert.equal(replaced(once, proposed(once, code, { start: 0, end: 0 })), once);
  }
});
