import fc from "fast-check";
import { block, code, plain, table } from "../../../../ops/report/markdown.ts";

describe("text of others", () => {
  it.each([
    ["plain", "`plain`"],
    ["a `b` c", "`` a `b` c ``"],
    ["``x", "``` ``x ```"],
    ["two\nlines", "`two lines`"],
    ["<img src=x> @ada #1", "`<img src=x> @ada #1`"],
    ["\u001b[31mred\u001b[0m", "`red`"],
    ["abc\u202edcba", "`abcdcba`"],
    ["", "_empty_"],
  ])("is code: %j", (given, expected) => {
    expect(code(given)).toBe(expected);
  });

  it.each([
    ["ping @ada and #12", "ping @&#8203;ada and #&#8203;12"],
    ["<script>", "&#60;script&#62;"],
    ["[x](http://evil)", "&#91;x&#93;(http&#58;//evil)"],
    ["**loud** | `cell`", "&#42;&#42;loud&#42;&#42; &#124; &#96;cell&#96;"],
    ["GH-1 www.evil.example", "GH-&#8203;1 www.&#8203;evil.example"],
  ])("is plain: %s", (given, expected) => {
    expect(plain(given)).toBe(expected);
  });

  it("does not end the block that contains it", () => {
    expect(block("a\n```\n# b")).toBe("````text\na\n```\n# b\n````");
  });

  it("does not end its block with invisible characters", () => {
    expect(block("``\u200b`\n## Preview: passes")).toBe("````text\n```\n## Preview: passes\n````");
    const piece = fc.constantFrom(
      "`",
      "``",
      "```",
      "\u200b",
      "\u202e",
      "\r",
      "\n",
      "\u001b[31m",
      "\0",
      " ",
      "~~~",
      "a",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const [open = "", ...rest] = block(pieces.join("")).split("\n");
        const fence = open.replace("text", "");
        const closes = rest
          .map((line) => line.trim())
          .filter((line) => /^`+$/.test(line) && line.length >= fence.length);
        // Only the last line may close the block.
        return closes.length === 1 && rest.at(-1) === fence;
      }),
    );
  });

  it("does not end the cell that contains it", () => {
    expect(table(["a"], [[code("x | y")]])).toBe("| a |\n| --- |\n| `x \\| y` |");
  });
});
