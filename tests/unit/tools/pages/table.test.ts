import { between, code, table } from "../../../../tools/pages/table.ts";

test("a table is as wide as its cells, which cannot break it", () => {
  expect(table(["a", "what for"], [["x|y", "one\ntwo"], ["long enough"]])).toBe(
    [
      "| a           | what for |",
      "| ----------- | -------- |",
      "| x\\|y        | one two  |",
      "| long enough |          |",
    ].join("\n"),
  );
});

test.each([
  ["replicas", "`replicas`"],
  ["a `b`", "`` a `b` ``"],
])("%s is code as %s", (text, shown) => {
  expect(code(text)).toBe(shown);
});

describe("the text between markers", () => {
  const marked = (content: string) =>
    `before\n<!-- settings: written by npm run write-settings -->\n\n${content}\n\n<!-- end of settings -->\nafter\n`;

  test("is replaced, and nothing else", () => {
    expect(between(marked("old"), "settings", "new")).toBe(marked("new"));
  });

  test.each([
    "no marker",
    "<!-- settings: written by npm run write-settings -->",
    marked("").split("\n").reverse().join("\n"),
  ])("needs both markers, in order: not %j", (text) => {
    expect(() => between(text, "settings", "new")).toThrow(
      'the place for "settings" is not marked: it goes between "<!-- settings: written by npm run write-settings -->" and "<!-- end of settings -->"',
    );
  });
});
