import { reportIssue } from "../../../../ops/drift/driftIssue.ts";
import type { Finding } from "../../../../ops/drift/driftText.ts";
import { GitHubClient } from "../../../../ops/github/gitHubClient.ts";
import { GitHubStandIn } from "../../../githubStandIn/gitHubStandIn.ts";

// Octokit keeps writes seconds apart. `gitHubClient.test.ts` tries its pauses.
jest.mock("@octokit/plugin-throttling", () => ({ throttling: () => ({}) }));

const author = "github-actions[bot]";
let github: GitHubStandIn;

beforeEach(async () => {
  github = await new GitHubStandIn().start();
});
afterEach(() => github.stop());

const finding = (stack: string, more: Partial<Finding> = {}): Finding => ({
  ...{ stack, time: "2026-11-23T04:41:00.000Z", drifted: [], looked: 25, problems: [] },
  ...more,
});
const drifted = (stack: string, value = "3"): Finding =>
  finding(stack, {
    drifted: [
      {
        ...{ what: "changed", type: "kubernetes:apps/v1:Deployment", name: "hello", urn: "urn:hello" },
        properties: [{ path: "spec.replicas", kind: "update", replaces: false, before: "2", after: value }],
      },
    ],
  });
/** Each check is a separate run with its own client. */
const report = (found: Finding) =>
  reportIssue(new GitHubClient({ apiUrl: github.url, token: github.token, second: 1 }), "team/hello", found, author);

test("drift opens an issue, which is kept up to date and closed when the drift is gone", async () => {
  const opened = await report(drifted("prod"));
  expect(opened).toEqual({ did: "opened", url: "https://github.example/team/hello/issues/8" });
  expect(github.issues).toMatchObject([{ title: "Drift in prod", state: "open", user: { login: author } }]);
  expect(github.issues[0]?.body).toMatch(/^<!-- tarmac-drift prod -->\n### prod: 1 of 25 resources is not/);

  expect(await report(drifted("prod", "4"))).toEqual({ ...opened, did: "updated" });
  expect(github.issues).toHaveLength(1);
  expect(github.issues[0]?.body).toContain("| `2` | `4` |");

  expect(await report(finding("prod"))).toEqual({ ...opened, did: "closed" });
  expect(github.issues[0]).toMatchObject({
    state: "closed",
    comments: ["The drift is gone at 2026-11-23T04:41:00.000Z."],
  });
  expect((await report(drifted("prod"))).did).toBe("opened");
  expect(github.issues.map(({ state }) => state)).toEqual(["closed", "open"]);
});

test("without drift and without an issue, nothing is written", async () => {
  expect(await report(finding("prod"))).toEqual({ did: "nothing" });
  expect(github.seen.map(({ method }) => method)).toEqual(["GET"]);
});

test("each stack has an issue of its own, whatever its name begins with", async () => {
  await report(drifted("prod"));
  await report(drifted("prod-eu"));
  await report(finding("prod"));
  expect(github.issues.map(({ title, state }) => [title, state])).toEqual([
    ["Drift in prod", "closed"],
    ["Drift in prod-eu", "open"],
  ]);
});

test("finds the issue on the third page, and not among pull requests", async () => {
  await report(drifted("prod"));
  const pull = github.open(author, "Update", "<!-- tarmac-drift prod -->\nof a pull request", true);
  for (let index = 0; index < 210; index++) github.open(author, `remark ${index}`, "");
  expect((await report(drifted("prod", "5"))).did).toBe("updated");
  expect(github.issues[0]?.body).toContain("`5`");
  expect(pull.body).toContain("of a pull request");
  expect(github.seen.filter(({ path }) => path.includes("page=3"))).toHaveLength(1);
});

test("never changes an issue of another author, whatever it contains", async () => {
  const others = github.open("mallory", "Drift in prod", "<!-- tarmac-drift prod -->\nmine");
  expect((await report(drifted("prod"))).did).toBe("opened");
  await report(finding("prod"));
  expect(others).toMatchObject({ state: "open", body: "<!-- tarmac-drift prod -->\nmine" });
});

test("a failed check is reported in the issue too, and does not count as the end of the drift", async () => {
  await report(drifted("prod"));
  await report(finding("prod", { looked: 0, problems: ["dial tcp: refused"] }));
  expect(github.issues).toMatchObject([{ title: "Drift of prod cannot be checked", state: "open" }]);
  expect(github.issues[0]?.body).toContain("```text\ndial tcp: refused\n```");
});

test("an issue that was closed by hand is reopened while there is drift", async () => {
  await report(drifted("prod"));
  for (const issue of github.issues) issue.state = "closed";
  expect((await report(drifted("prod"))).did).toBe("opened");
});

test("a text over GitHub's limit is cut at a line, with a note about it", async () => {
  const long = drifted("prod");
  const [one] = long.drifted;
  const many = Array.from({ length: 2000 }, (_, index) => ({ ...one, name: `resource-${index}` }));
  await report({ ...long, drifted: many as Finding["drifted"] });
  const body = github.issues[0]?.body ?? "";
  expect(body.length).toBeLessThanOrEqual(65_536);
  expect(body).toMatch(/\|\n\n_There is more; the log of the run has all of it\._$/);
});

test("a lost response does not lead to a second issue", async () => {
  github.faults = [{ method: "POST", status: 502, message: "Bad Gateway", done: true }];
  await expect(report(drifted("prod"))).rejects.toThrow("GitHub answered 502");
  expect((await report(drifted("prod"))).did).toBe("updated");
  expect(github.issues).toHaveLength(1);
});

test("a failed comment is not repeated the next day", async () => {
  await report(drifted("prod"));
  github.faults = [{ method: "POST", status: 403, message: "Resource not accessible by integration" }];
  await expect(report(finding("prod"))).rejects.toThrow("Resource not accessible");
  expect(await report(finding("prod"))).toEqual({ did: "nothing" });
  expect(github.issues[0]).toMatchObject({ state: "closed", comments: [] });
});
