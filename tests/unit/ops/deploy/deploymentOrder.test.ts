import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkedOutCommit } from "../../../../ops/deploy/checkedOutCommit.ts";
import { checkOrder, OutOfOrder, relationOf } from "../../../../ops/deploy/deploymentOrder.ts";
import { GitHubError, type GitHubClient } from "../../../../ops/github/gitHubClient.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-order-"));
const clone = join(folder, "clone");
const shallow = join(folder, "shallow");
const git = (cwd: string, ...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
    ...{ cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  }).trim();
const commit = (...options: string[]) => {
  git(clone, "commit", "--quiet", "--allow-empty", "--message", "x", ...options);
  return git(clone, "rev-parse", "HEAD");
};
let [first, second, beside, root] = ["", "", "", ""];
const gone = "f".repeat(40);

beforeAll(() => {
  git(folder, "init", "--quiet", "--initial-branch=main", clone);
  writeFileSync(join(clone, "file"), "1");
  git(clone, "add", "file");
  first = commit();
  second = commit();
  git(clone, "checkout", "--quiet", "-b", "beside", first);
  beside = commit("--date=2020-01-01T00:00:00Z");
  git(clone, "checkout", "--quiet", "--orphan", "root");
  // With another date: as the first commit of the same second it would have the same hash.
  root = commit("--date=2021-01-01T00:00:00Z");
  git(clone, "checkout", "--quiet", "main");
  git(folder, "clone", "--quiet", "--depth=1", `file://${clone}`, shallow);
});
afterAll(() => rmSync(folder, { recursive: true }));

const status = (answer: string | GitHubError) => ({
  repository: "contoso/hello",
  client: {
    request: (_: string, path: string) => {
      expect(path).toMatch(/^\/repos\/contoso\/hello\/compare\/[0-9a-f]{40}\.\.\.[0-9a-f]{40}$/);
      return answer instanceof GitHubError ? Promise.reject(answer) : Promise.resolve({ status: answer });
    },
  } as unknown as GitHubClient,
});

describe("the relation of a commit to the deployed one", () => {
  it("is read from a clone that has both", async () => {
    const relation = (one: string, deployed: string) => relationOf({ folder: clone }, one, deployed);
    expect(await relation(second, second)).toBe("same");
    expect(await relation(second, first)).toBe("newer");
    expect(await relation(first, second)).toBe("older");
    expect(await relation(beside, second)).toBe("unrelated");
    expect(await relation(root, second)).toBe("unrelated");
    expect(await relation(second, gone)).toBe("unknown");
  });

  it("is read from GitHub if a workflow's clone has one commit", async () => {
    expect(await relationOf({ folder: shallow }, second, first)).toBe("unknown");
    const relation = (answer: string | GitHubError) =>
      relationOf({ folder: shallow, gitHub: status(answer) }, second, first);
    expect(await relation("ahead")).toBe("newer");
    expect(await relation("behind")).toBe("older");
    expect(await relation("diverged")).toBe("unrelated");
    expect(await relation("identical")).toBe("same");
    expect(await relation("something new")).toBe("unknown");
    expect(await relation(new GitHubError(404, "No common ancestor between a and b."))).toBe("unrelated");
    expect(await relation(new GitHubError(502, "Bad gateway"))).toBe("unknown");
  });

  it("is unknown in a folder that is not a clone", async () => {
    expect(await relationOf({ folder }, second, first)).toBe("unknown");
  });
});

describe("the order", () => {
  const [commitToDeploy, newest] = ["a".repeat(40), "b".repeat(40)];
  const check = (relation: Parameters<typeof checkOrder>[0]["relation"], allowOlder?: string) => () =>
    checkOrder({ stack: "prod", commit: commitToDeploy, newest, relation, allowOlder });

  it("lets a newer commit pass, and the same commit again", () => {
    expect(check("newer")).not.toThrow();
    expect(check("same")).not.toThrow();
  });

  it.each([
    ["older", `aaaaaaaaaaaa is older than bbbbbbbbbbbb, which "prod" was updated to: it needs no deployment.`],
    ["unrelated", `aaaaaaaaaaaa does not descend from bbbbbbbbbbbb, which "prod" was updated to.`],
    ["unknown", "it is unknown whether aaaaaaaaaaaa is newer than bbbbbbbbbbbb"],
  ] as const)("refuses one that is %s, with both ways forward", (relation, words) => {
    expect(check(relation)).toThrow(OutOfOrder);
    expect(check(relation)).toThrow(words);
    expect(check(relation)).toThrow("npx tarmac deploy prod --rollback");
    expect(check(relation)).toThrow("npx tarmac deploy prod --allow-older bbbbbbbbbbbb");
  });

  it("may replace the newest commit only if that commit is named", () => {
    expect(check("older", newest.slice(0, 12))).not.toThrow();
    expect(check("unrelated", newest)).not.toThrow();
    expect(check("older", "c".repeat(12))).toThrow('--allow-older names another commit, "cccccccccccc".');
    expect(check("older", "bbb")).toThrow('--allow-older names another commit, "bbb".');
  });
});

test("a checkout knows its commit, and whether it has other changes", async () => {
  expect(await checkedOutCommit(clone)).toEqual({ commit: second, clean: true });
  writeFileSync(join(clone, "left-over"), "1");
  expect(await checkedOutCommit(clone)).toEqual({ commit: second, clean: true });
  writeFileSync(join(clone, "file"), "2");
  expect(await checkedOutCommit(clone)).toEqual({ commit: second, clean: false });
  expect(await checkedOutCommit(folder)).toBeUndefined();
});
