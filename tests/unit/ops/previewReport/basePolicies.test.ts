import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withPoliciesOf } from "../../../../ops/previewReport/basePolicies.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-policies-"));
afterAll(() => rmSync(folder, { recursive: true }));
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
    cwd: folder,
    encoding: "utf8",
  });
const write = (path: string, text: string) => {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
};

it("the policies that judge a change are those of its base, and import the base's packages", async () => {
  git("init", "--quiet");
  write("index.ts", "");
  git("add", "--all");
  git("commit", "--quiet", "--message", "nothing yet");
  write("policy/config/prod.json", '{"all": "mandatory"}');
  write("validate/package.json", '{"name": "@tarmac/validate"}');
  git("add", "--all");
  git("commit", "--quiet", "--message", "policies");
  write("policy/config/prod.json", '{"all": "disabled"}');
  write("validate/package.json", "");
  git("commit", "--quiet", "--all", "--message", "no policies any more");

  await withPoliciesOf(folder, "HEAD^1", (checkout) => {
    expect(readFileSync(join(checkout!, "policy", "config", "prod.json"), "utf8")).toContain("mandatory");
    expect(realpathSync(join(checkout!, "node_modules", "@tarmac", "validate"))).toBe(join(checkout!, "validate"));
    // From there, Node finds the packages of the project.
    expect(join(checkout!, "..")).toBe(folder);
    expect(existsSync(join(checkout!, "index.ts"))).toBe(false);
    return Promise.resolve();
  });
  expect(readdirSync(folder).filter((name) => name.startsWith(".tarmac-base-"))).toEqual([]);
  expect(await withPoliciesOf(folder, "HEAD~2", (checkout) => Promise.resolve(checkout))).toBeUndefined();
});
