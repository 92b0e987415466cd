import { existsSync, readFileSync } from "node:fs";
import { codes, type Code } from "../../../../ops/checkImage/findingCodes.ts";
import { docsPage } from "../../../../ops/checkImage/docsPage.ts";

const page = readFileSync("docs/check-image.md", "utf8");
const all = Object.keys(codes) as Code[];

it.each(all)(
  "docs/check-image.md describes %s: its level, the observation, why it matters, and how to fix it",
  (code) => {
    const section = page.split(`\n### ${code}\n`)[1]?.split("\n#")[0] ?? "";
    expect(section).toContain(`_${codes[code].level}_`);
    for (const part of ["**Seen**", "**Why**", "**Fix**"]) expect(section).toContain(part);
  },
);

it("describes only existing codes", () => {
  expect([...page.matchAll(/^### (.+)$/gm)].map(([, code]) => code).sort()).toEqual([...all].sort());
});

it.each(all)("the page about %s exists", (code) => {
  const [file = "", anchor = ""] = docsPage(process.cwd(), code).split("#");
  expect(existsSync(file)).toBe(true);
  if (anchor !== "") expect(page).toContain(`\n### ${anchor}\n`);
});
