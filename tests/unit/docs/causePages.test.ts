/** The causes' pages are read in incidents: all have the same parts in the same order, and their commands exist. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { causeCodes, pageOf } from "../../../ops/doctor/causes/causeCodes.ts";

const root = join(__dirname, "..", "..", "..");
const textOf = (page: string) => readFileSync(join(root, page), "utf8");
const settings = Object.keys((parse(textOf("Pulumi.yaml")) as { config: Record<string, unknown> }).config);

const headings = [
  "What it looks like",
  "Why it happens",
  "How to tell it apart",
  "Fix it now",
  "Fix it for good",
  "References",
];
type Heading = (typeof headings)[number];

const section = (page: string, heading: Heading): string =>
  page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0]?.trim() ?? "";
const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, code = ""]) => code);
const linksIn = (text: string): string[] => [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);

/** Public sources a reader can check: official documentation, and threads with a number. */
const source =
  /^https:\/\/(kubernetes\.io\/docs\/|learn\.microsoft\.com\/|docs\.docker\.com\/|nodejs\.org\/|github\.com\/[\w.-]+\/[\w.-]+\/(issues|pull)\/\d+$|github\.com\/[\w.-]+\/[\w.-]+\/blob\/)/;

describe.each(causeCodes)("%s", (code) => {
  const page = textOf(pageOf(code));

  it("has the title and the headings of every cause's page", () => {
    expect(page.startsWith(`# ${code}: `)).toBe(true);
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(headings);
    for (const heading of headings) expect(section(page, heading)).not.toBe("");
    expect(page.trimEnd().split("\n").length).toBeLessThanOrEqual(75);
  });

  it("shows printed output, and says where it comes from", () => {
    const looks = section(page, "What it looks like");
    expect(blocks(looks, "console")).not.toEqual([]);
    expect(looks).toMatch(/^Source: /m);
  });

  it("links its neighbors, each once, and not itself", () => {
    const linked = linksIn(section(page, "How to tell it apart")).map((link) => link.replace(/\.md$/, ""));
    const neighbors = linked.filter((link) => (causeCodes as readonly string[]).includes(link));
    expect(neighbors.length).toBeGreaterThanOrEqual(code === "not-diagnosed" ? 1 : 2);
    expect(neighbors).not.toContain(code);
    expect(neighbors).toEqual([...new Set(neighbors)]);
  });

  it("has commands with placeholders in capitals, and patches that are JSON", () => {
    const commands = blocks(page, "sh").join("\n");
    expect(blocks(section(page, "Fix it now"), "sh")).not.toEqual([]);
    expect(commands.match(/<[a-z-]+>|\.\.\. |\$ /g)).toBeNull();
    for (const [, patch = ""] of commands.matchAll(/ --patch '([^']+)'/g)) expect(JSON.parse(patch)).toBeDefined();
  });

  it("patches no list that a patch would replace", () => {
    const commands = blocks(page, "sh").join("\n");
    expect(commands).not.toMatch(/"(tolerations|args|command|items)":\[|patch serviceaccount/);
  });

  it("names settings that exist", () => {
    const set = [...page.matchAll(/pulumi config set (?:--secret )?(?:--path )?'?(\w+)/g)].map(([, key = ""]) => key);
    const named = [...page.matchAll(/\bsettings? ((?:`\w+`(?:, | and | or )?)+)/g)].flatMap(([, list = ""]) =>
      [...list.matchAll(/`(\w+)`/g)].map(([, key = ""]) => key),
    );
    expect([...set, ...named].filter((key) => !settings.includes(key))).toEqual([]);
  });

  it("refers to public sources", () => {
    const references = linksIn(section(page, "References").replace("[All causes](../doctor.md)", ""));
    expect(references.length).toBeGreaterThanOrEqual(1);
    expect(references.filter((link) => !source.test(link))).toEqual([]);
  });
});
