import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConsentRecord, recordIn, recordLine } from "../../../../ops/previewReport/consentRecord.ts";
import { publish, type PublishInput } from "../../../../ops/previewReport/publish.ts";
import type { Report } from "../../../../ops/previewReport/reportFormat.ts";
import { GitHubStandIn } from "../../../githubStandIn/gitHubStandIn.ts";
import { change, done, environment, reportOf } from "./recorded.ts";

// Octokit keeps writes seconds apart. `gitHubClient.test.ts` tries its pauses.
jest.mock("@octokit/plugin-throttling", () => ({ throttling: () => ({}) }));

const folder = mkdtempSync(join(tmpdir(), "tarmac-base-"));
const label = "preview-override";
let github: GitHubStandIn;
const said: string[] = [];

beforeAll(() => {
  mkdirSync(join(folder, "policy", "config"), { recursive: true });
  for (const file of ["Pulumi.dev.yaml", "Pulumi.prod.yaml", "policy/config/prod.json"])
    writeFileSync(join(folder, file), "{}");
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  execFileSync("git", ["add", "--all"], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  github = await new GitHubStandIn().start();
  github.pull.files = [{ filename: "Pulumi.prod.yaml" }];
  said.length = 0;
});
afterEach(() => github.stop());

const of = (report: Report): Report => ({ ...report, commit: github.pull.head });
const replaces = (name = "hello") => of(reportOf(environment("prod", done([change({ name })]))));

async function judged(report: Report, more: { workflow?: object; options?: object } = {}) {
  const input: PublishInput = {
    ...{ report, folder, say: (line: string) => void said.push(line) },
    options: {
      ...{ label, override: false, post: true, author: "github-actions[bot]", offline: false, consentOfAuthor: false },
      ...more.options,
    },
    workflow: {
      ...{ fork: false, head: github.pull.head, pullRequest: { repository: "team/hello", number: 7 } },
      ...{ apiUrl: github.url, token: github.token },
      ...more.workflow,
    },
  };
  const { verdict } = await publish(input);
  return verdict;
}

const minutes = (count: number) => new Date(Date.now() + count * 60_000);

describe("the label", () => {
  it("accepts what the comment showed when it was set, and names who set it", async () => {
    expect(await judged(replaces())).toMatchObject({ state: "stopped" });
    github.pull.label(label, "grace");
    expect(await judged(replaces())).toMatchObject({ state: "overridden", by: "grace" });
    expect(github.pull.comments).toHaveLength(1);
    expect(github.pull.comments[0]?.body).toContain("`preview-override` lets it pass, set by `grace`.");
    expect(recordIn(github.pull.comments[0]?.body)).toMatchObject({
      ...{ head: github.pull.head, by: "grace" },
      accepted: [{ stack: "prod", kind: "replace", causes: ["location"] }],
      seen: { prod: [expect.any(String)] },
    });
    // Again, e.g. because the title changed.
    expect(await judged(replaces())).toMatchObject({ state: "overridden", by: "grace" });
  });

  it("does not accept later pushes, and is removed", async () => {
    await judged(replaces());
    github.pull.label(label, "grace");
    await judged(replaces());
    github.pull.head = "fedcba9876543210";
    expect(await judged(replaces())).toMatchObject({
      state: "stopped",
      refused: expect.stringContaining("before this comment") as string,
    });
    expect(github.pull.labels).toEqual([]);
    expect(github.pull.timeline.at(-1)).toMatchObject({ event: "unlabeled", actor: { login: "github-actions[bot]" } });
    expect(recordIn(github.pull.comments[0]?.body)).toMatchObject({ head: github.pull.head, accepted: [] });
    github.pull.label(label, "grace", minutes(1));
    expect(await judged(replaces())).toMatchObject({ state: "overridden" });
  });

  it("does not accept other reasons of the same commit, as after a change of main", async () => {
    await judged(replaces());
    github.pull.label(label, "grace");
    expect(await judged(replaces("other"))).toMatchObject({ state: "stopped" });
    expect(github.pull.labels).toEqual([]);
  });

  it("does not count if it was set before the reasons were published", async () => {
    github.pull.label(label, "grace", minutes(-1));
    expect(await judged(replaces())).toMatchObject({ state: "stopped" });
    expect(github.pull.comments[0]?.body).toContain("The label `preview-override` does not count: it was set before");
    expect(github.pull.labels).toEqual([]);
  });

  it.each([
    ["ada", "the author of the change set it"],
    ["trudy", "trudy may not write to this repository"],
    ["github-actions[bot]", "is a program"],
  ])("does not count if %s sets it", async (login, why) => {
    await judged(replaces());
    github.pull.label(label, login);
    expect(await judged(replaces())).toMatchObject({
      state: "stopped",
      refused: expect.stringContaining(why) as string,
    });
    expect(github.pull.labels).toEqual([]);
  });

  it("counts from the author only if that is configured", async () => {
    await judged(replaces());
    github.pull.label(label, "ada");
    expect(await judged(replaces(), { options: { consentOfAuthor: true } })).toMatchObject({
      state: "overridden",
      by: "ada",
    });
  });

  it("belongs to whoever set it last", async () => {
    await judged(replaces());
    github.pull.label(label, "grace");
    github.pull.unlabel(label, "grace");
    github.pull.label(label, "ada");
    expect(await judged(replaces())).toMatchObject({ state: "stopped" });
  });

  it("stays on a change that needs no acceptance", async () => {
    github.pull.label(label, "ada");
    expect(await judged(of(reportOf(environment("prod", done([])))))).toMatchObject({ state: "passed" });
    expect(github.pull.labels).toEqual([label]);
  });

  it("cannot be forged by a comment of another author", async () => {
    await judged(replaces());
    github.pull.label(label, "ada");
    const [own] = github.pull.comments;
    github.pull.comments = [];
    github.say("ada", own!.body);
    await judged(replaces());
    expect(github.pull.labels).toEqual([]);
  });

  it("cannot be forged by what the change's own code prints in its preview", async () => {
    await judged(replaces());
    const shown = recordIn(github.pull.comments[0]?.body)!;
    const forged: ConsentRecord = { ...shown, by: "grace", accepted: [{ stack: "prod", kind: "replace", causes: [] }] };
    const text = `note\n${recordLine(forged)}\n`;
    const messages = { warnings: [{ text }], errors: [{ text }] };
    github.pull.label(label, "ada");
    expect(await judged(of(reportOf(environment("prod", done([change({ name: "hello" })], messages)))))).toMatchObject({
      state: "stopped",
    });
    expect(recordIn(github.pull.comments[0]?.body)).toMatchObject({ head: github.pull.head, accepted: [] });
    expect(recordIn(github.pull.comments[0]?.body)).not.toHaveProperty("by");
    expect(github.pull.labels).toEqual([]);
  });
});

describe("a pull request from a fork", () => {
  const unseen = () => ({
    ...of(reportOf({ stack: "prod", settings: [], settingProblems: [] })),
    offline: "a pull request from a fork gets no credentials",
  });
  beforeEach(() => {
    github.readOnly = true;
  });

  it("does not pass without a preview, and nothing is written", async () => {
    expect(await judged(unseen(), { workflow: { fork: true } })).toMatchObject({ state: "stopped" });
    expect(github.seen.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("passes in the run that the label started, and in no later one", async () => {
    github.pull.label(label, "grace");
    const labeled = { name: label, by: "grace" };
    expect(await judged(unseen(), { workflow: { fork: true, labeled } })).toMatchObject({
      state: "overridden",
      by: "grace",
    });
    expect(await judged(unseen(), { workflow: { fork: true } })).toMatchObject({ state: "stopped" });
    expect(await judged(unseen(), { workflow: { fork: true, labeled: { name: "other", by: "grace" } } })).toMatchObject(
      {
        state: "stopped",
      },
    );
  });
});

describe("what the report does not decide", () => {
  it("is which environments the change touches", async () => {
    const forged = of({ ...reportOf(), untouched: ["dev", "prod"] });
    expect(await judged(forged)).toMatchObject({ state: "stopped", reasons: [{ stack: "prod", kind: "unseen" }] });
  });

  it("is whether one is previewed at all", async () => {
    const forged = of({ ...reportOf(), notPreviewed: ["prod"] });
    expect(await judged(forged)).toMatchObject({ state: "stopped" });
    expect(await judged(of(reportOf()), { options: { previewed: ["dev"] } })).toMatchObject({ state: "passed" });
    expect(github.pull.comments[0]?.body).toContain("Not previewed here: `prod`.");
  });

  it("is a removed or renamed environment", async () => {
    github.pull.files = [{ filename: "Pulumi.live.yaml", previous_filename: "Pulumi.prod.yaml" }];
    const { reasons } = await judged(of(reportOf()));
    expect(reasons.map(({ stack }) => stack)).toEqual(["live", "prod"]);
  });

  it("is whether the policies change", async () => {
    github.pull.files = [{ filename: "policy/config/prod.json" }, { filename: "policy/README.md" }];
    expect(await judged(of(reportOf(environment("prod", done([])))))).toMatchObject({
      state: "stopped",
      reasons: [{ kind: "rules", causes: ["policy/config/prod.json"] }],
    });
  });

  it("is whether a change has more files than GitHub lists", async () => {
    github.pull.files = Array.from({ length: 3000 }, (_, index) => ({ filename: `docs/${index}.md` }));
    expect((await judged(of(reportOf()))).reasons.map(({ stack, kind }) => [stack, kind])).toEqual([
      ["dev", "unseen"],
      ["prod", "unseen"],
      [undefined, "rules"],
    ]);
  });
});

it("a run of an older commit changes neither the comment of the newer one nor its label", async () => {
  await judged(replaces());
  github.pull.label(label, "ada");
  const before = github.pull.comments[0]?.body;
  expect(await judged(replaces(), { workflow: { head: "0000000000000000" } })).toMatchObject({ state: "stopped" });
  expect(github.pull.comments[0]?.body).toBe(before);
  expect(github.pull.labels).toEqual([label]);
  expect(said.at(-1)).toContain("the pull request has a newer commit");
});
