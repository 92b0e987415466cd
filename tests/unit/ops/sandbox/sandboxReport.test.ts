import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeHours, nodeUse } from "../../../../ops/sandbox/nodeUse.ts";
import { comment, recordIn } from "../../../../ops/sandbox/sandboxComment.ts";
import { newsLine, pullRequestOf, readNews, type SandboxNews } from "../../../../ops/sandbox/sandboxNews.ts";
import { newsOfMade, newsOfReaping, tellNews } from "../../../../ops/sandbox/tellNews.ts";
import { reportSandboxes, type ReportOptions } from "../../../../ops/sandbox/reportSandboxes.ts";
import { GitHubStandIn } from "../../../githubStandIn/gitHubStandIn.ts";
import { addSandbox, fakeWorld, now } from "./fakes.ts";

// Octokit keeps writes seconds apart. `gitHubClient.test.ts` tries its pauses.
jest.mock("@octokit/plugin-throttling", () => ({ throttling: () => ({}) }));

const environment = "sandbox/pr-7";
const run = "https://github.com/team/hello/actions/runs/1";
let github: GitHubStandIn;
let folder: string;
const said: string[] = [];

beforeEach(async () => {
  github = await new GitHubStandIn().start();
  folder = mkdtempSync(join(tmpdir(), "tarmac-report-"));
  said.splice(0);
});
afterEach(async () => {
  await github.stop();
  rmSync(folder, { recursive: true });
});

/** Runs the command like a job does. @param head newest commit of the pull request, in a run for one */
async function report(options: Partial<ReportOptions>, at = now, head?: string): Promise<void> {
  const event = join(folder, "event.json");
  const pullRequest = { number: 7, head: { sha: head, repo: { full_name: github.repository } } };
  writeFileSync(event, JSON.stringify(head === undefined ? {} : { pull_request: pullRequest }));
  const env = {
    ...{ GITHUB_TOKEN: github.token, GITHUB_API_URL: github.url, GITHUB_REPOSITORY: github.repository },
    ...{ GITHUB_EVENT_PATH: event, GITHUB_RUN_ID: "1" },
  };
  await reportSandboxes(
    { warn: "6h", author: "github-actions[bot]", ...options },
    { env, now: at, say: (line) => said.push(line) },
  );
}

const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const news = (more: Partial<SandboxNews> = {}): SandboxNews => ({
  ...{ stack: "sandbox-pr-7", state: "up", at: later(10).toISOString(), owner: "ada", expires: "2026-11-25T12:00:00Z" },
  ...{ url: "http://20.1.2.3", reach: "curl http://20.1.2.3" },
  nodes: [{ pool: "system", size: "Standard_B2s_v2", least: 1, most: 1 }],
  ...more,
});
const commentsOf = () => github.pull.comments.map(({ body }) => body);
const text = () => commentsOf()[0] ?? "";

test("a sandbox is reported in one comment and one deployment, from its creation to its end", async () => {
  await report({ name: "pr-7", creating: true }, now, "aaaaaaaaaaaaaaaa");
  expect(text()).toMatch(/^<!-- sandbox-pr-7 -->\n## Sandbox: being created\n/);
  expect(github.deployments.states(environment)).toEqual(["in_progress"]);

  await report({ name: "pr-7", news: newsLine([news()]) }, later(10), "aaaaaaaaaaaaaaaa");
  expect(
    text()
      .replace(/<!-- tarmac-sandbox-record .*/, "RECORD")
      .split("\n"),
  ).toEqual([
    "<!-- sandbox-pr-7 -->",
    "## Sandbox: up",
    "",
    "|  |  |",
    "| --- | --- |",
    "| address | <http://20.1.2.3> |",
    "| stack | `sandbox-pr-7` |",
    "| commit | `aaaaaaaaaaaa` |",
    "| owner | ada |",
    "| expires | 2026-11-25 12:00 UTC |",
    "| costs while it runs | 1 node hour an hour (system: 1 × Standard&#95;B2s&#95;v2), and its disks, addresses and registry |",
    "| costs while it sleeps | no node hours; disks, addresses and registry as before |",
    "",
    "- **Extend**: a push, the action `extend` of the workflow `sandbox`, or `npx tarmac sandbox extend pr-7 --ttl 2d`",
    "- **Save**: the action `sleep`, or `npx tarmac sandbox sleep pr-7`",
    "- **Take down**: remove the label `sandbox`, or close the pull request",
    "",
    "RECORD",
  ]);
  expect(github.deployments.all).toMatchObject([
    { sha: "aaaaaaaaaaaaaaaa", environment, transient_environment: true, production_environment: false },
  ]);
  expect(github.deployments.statuses.get(1)?.[0]).toMatchObject({
    ...{ state: "success", environment_url: "http://20.1.2.3", log_url: run },
  });

  // Another push.
  await report(
    { name: "pr-7", news: newsLine([news({ at: later(20).toISOString() })]) },
    later(20),
    "bbbbbbbbbbbbbbbb",
  );
  expect(github.deployments.states(environment)).toEqual(["success", "inactive"]);

  const gone = { stack: "sandbox-pr-7", state: "gone", at: later(30).toISOString() } as const;
  await report({ name: "pr-7", news: newsLine([gone]) }, later(30), "bbbbbbbbbbbbbbbb");
  expect(text()).toContain("## Sandbox: taken down\n\nNothing is left of it.");
  expect(github.deployments.states(environment)).toEqual(["inactive", "inactive"]);
  expect(github.pull.comments).toHaveLength(1);
});

test("a deployment does not wait for the checks of the commit, because the sandbox may be needed for them", async () => {
  github.deployments.pendingChecks = ["check"];
  await report({ name: "pr-7", news: newsLine([news()]) }, later(10), "aaaaaaaaaaaaaaaa");
  expect(github.deployments.states(environment)).toEqual(["success"]);
});

test("a sandbox that failed says why, with Pulumi's message and the doctor's diagnosis", async () => {
  const reason =
    "interrupted: waiting cannot fix secret-missing\n\n✗ the Secret does not exist\n```\n<!-- sandbox-pr-8 -->";
  const failed = news({ state: "failed", reason });
  await report({ name: "pr-7", news: newsLine([failed]) }, later(10), "aaaaaaaaaaaaaaaa");
  expect(text()).toContain(`## Sandbox: failed`);
  expect(text()).toContain(
    "````text\ninterrupted: waiting cannot fix secret-missing\n\n✗ the Secret does not exist\n```\n",
  );
  expect(text()).toContain(`[Log of the run](${run})`);
  expect(github.deployments.states(environment)).toEqual(["failure"]);
});

test.each(["", "no JSON", "{}", '[{"stack":"sandbox-pr-8","state":"up","at":"2026-11-23T12:00:00Z"}]'])(
  "a job that ends without news of its sandbox has failed: %p",
  async (line) => {
    await report({ name: "pr-7", news: line }, now, "aaaaaaaaaaaaaaaa");
    expect(text()).toContain("The job ended before the command could report anything");
    expect(github.pull.comments).toHaveLength(1);
  },
);

test("the hourly run warns once before an expiry, again before a later one, and changes nothing else", async () => {
  await report({ name: "pr-7", news: newsLine([news()]) }, later(10), "aaaaaaaaaaaaaaaa");
  const requests = () => github.seen.filter(({ method }) => method !== "GET").length;
  const alive = (at: Date, expires = "2026-11-25T12:00:00Z") =>
    newsLine([{ stack: "sandbox-pr-7", state: "up", at: at.toISOString(), owner: "ada", expires }]);
  const hour = async (time: string, expires?: string) => {
    const at = new Date(time);
    await report({ name: "", news: alive(at, expires) }, at);
  };
  const before = requests();
  await hour("2026-11-24T12:00:00Z");
  expect(requests()).toBe(before);
  await hour("2026-11-25T06:10:00Z");
  await hour("2026-11-25T07:10:00Z");
  expect(commentsOf().slice(1)).toEqual([
    "<!-- sandbox-pr-7 ends 2026-11-25T12:00:00Z -->\n**The sandbox `sandbox-pr-7` expires at 2026-11-25 12:00 UTC** and is then taken down with everything in it.\n\n" +
      "To keep it: push, run the action `extend` of the workflow `sandbox`, or `npx tarmac sandbox extend pr-7 --ttl 2d`",
  ]);
  await hour("2026-11-25T08:10:00Z", "2026-11-26T12:00:00Z");
  expect(text()).toContain("| expires | 2026-11-26 12:00 UTC |");
  // The hourly run keeps what it does not know.
  expect(text()).toContain("| address | <http://20.1.2.3> |");
  await hour("2026-11-26T11:10:00Z", "2026-11-26T12:00:00Z");
  expect(commentsOf()).toHaveLength(3);
});

test.each([
  ["failed", "failed", "failure"],
  ["creating", "being created", "in_progress"],
  ["left", "not completely taken down", "inactive"],
] as const)(
  "a sandbox that is %s stays so until an update or a deletion succeeds",
  async (state, heading, deployment) => {
    const head = "aaaaaaaaaaaaaaaa";
    await report({ name: "pr-7", news: newsLine([news()]) }, later(10), head);
    const at = (minutes: number) => ({ stack: "sandbox-pr-7", at: later(minutes).toISOString() });
    const unfinished = { ...at(20), state, ...(state === "creating" ? {} : { reason: "Pulumi's error" }) };
    await report({ name: "pr-7", news: newsLine([unfinished]) }, later(20), head);
    const before = text();
    for (const alive of ["up", "asleep"] as const)
      await report({ name: "", news: newsLine([{ ...at(30), state: alive, owner: "ada" }]) }, later(30));
    expect(text()).toBe(before);

    // The run that extends it has not failed.
    const extended = { ...at(40), state: "up", owner: "ada", expires: "2026-11-26T12:00:00Z" } as const;
    await report({ name: "", news: newsLine([extended]) }, later(40));
    expect(text()).toContain(`## Sandbox: ${heading}\n`);
    expect(text()).toContain("| expires | 2026-11-26 12:00 UTC |");
    expect(text()).not.toContain("Log of the run");
    expect(github.deployments.states(environment)).toEqual([deployment]);

    await report({ name: "pr-7", news: newsLine([news({ at: later(50).toISOString() })]) }, later(50), head);
    expect(text()).toContain("## Sandbox: up\n");
  },
);

test.each(["gone", "left"] as const)("a sandbox that is created after an end is another one: %s", async (state) => {
  await report({ name: "pr-7", news: newsLine([news()]) }, later(10), "aaaaaaaaaaaaaaaa");
  const end = { stack: "sandbox-pr-7", state, at: later(20).toISOString() };
  await report({ name: "pr-7", news: newsLine([end]) }, later(20), "aaaaaaaaaaaaaaaa");
  await report({ name: "pr-7", creating: true }, later(30), "bbbbbbbbbbbbbbbb");
  expect(text()).toContain("| stack | `sandbox-pr-7` |\n| commit | `bbbbbbbbbbbb` |\n\n");
  expect(text()).not.toMatch(/address|expires|owner|costs/);
  expect(github.deployments.all[0]).toMatchObject({ sha: "bbbbbbbbbbbbbbbb" });
  expect(github.deployments.statuses.get(2)?.[0]).toMatchObject({ environment_url: "" });
});

test("older news than the posted one changes nothing", async () => {
  await report(
    { name: "pr-7", news: newsLine([news({ at: later(20).toISOString() })]) },
    later(20),
    "aaaaaaaaaaaaaaaa",
  );
  const gone = { stack: "sandbox-pr-7", state: "gone", at: later(10).toISOString() } as const;
  await report({ name: "", news: newsLine([gone]) }, later(21));
  expect(text()).toContain("## Sandbox: up");
  expect(said.at(-1)).toBe("sandbox-pr-7: nothing is posted, a later run has done so");
});

test("writes only to the pull request of the job; sandboxes of branches have none", async () => {
  const others = ["sandbox-pr-8", "sandbox-feature-1", "sandbox-pr-007"].map((stack) => news({ stack }));
  await report({ name: "pr-7", news: newsLine([...others, news()]) }, later(10), "aaaaaaaaaaaaaaaa");
  expect(github.pull.comments).toHaveLength(1);
  expect(github.seen.filter(({ path }) => !/\/(?:issues\/7|deployments|issues\/comments)/.test(path))).toEqual([]);
  expect(["sandbox-pr-7", "sandbox-pr-007", "sandbox-feature-pr-7"].map(pullRequestOf)).toEqual([
    7,
    undefined,
    undefined,
  ]);
});

test("keeps a comment of another author with the same beginning", async () => {
  github.say("mallory", "<!-- sandbox-pr-7 -->\nmine");
  await report({ name: "pr-7", news: newsLine([news()]) }, later(10), "aaaaaaaaaaaaaaaa");
  expect(commentsOf()[0]).toBe("<!-- sandbox-pr-7 -->\nmine");
  expect(github.pull.comments).toHaveLength(2);
});

test("needs a token and a repository", async () => {
  const options = { warn: "6h", author: "github-actions[bot]" };
  await expect(reportSandboxes(options, { env: {}, now, say: () => undefined })).rejects.toThrow(
    "sandbox report: set GITHUB_TOKEN (pull-requests: write, deployments: write) and GITHUB_REPOSITORY (OWNER/NAME)",
  );
});

describe("news", () => {
  test("of another form are dropped, and their parts one by one", () => {
    const good = news();
    const bad: unknown[] = [null, 1, { ...good, stack: "prod" }, { ...good, state: "boom" }, { ...good, at: "today" }];
    expect(readNews(JSON.stringify([...bad, good]))).toEqual([good]);
    const odd = {
      ...{ ...good, owner: 1, expires: "soon", reach: null, reason: {} },
      ...{ url: "http://x/](http://evil)", nodes: [{ pool: "a", size: "b", least: -1, most: 1 }, null] },
    };
    expect(readNews(JSON.stringify([odd]))).toEqual([{ stack: good.stack, state: "up", at: good.at, nodes: [] }]);
    for (const url of ["javascript:alert(1)", "https://user@host", "https://host/?a=1", "https://host>"])
      expect(readNews(JSON.stringify([{ ...good, url }]))[0]).not.toHaveProperty("url");
  });

  test("keep their record in the comment, which text from the sandbox's code cannot replace", () => {
    const record = { ...news(), commit: "aaaaaaaaaaaa" };
    const forged =
      comment({ ...record, owner: "mallory" }, undefined)
        .split("\n")
        .at(-1) ?? "";
    expect(recordIn(comment({ ...record, state: "failed", reason: `x\n${forged}` }, undefined))).toEqual({
      ...record,
      state: "failed",
    });
    expect(recordIn(undefined)).toBeUndefined();
    expect(recordIn("<!-- tarmac-sandbox-record e30 -->")).toBeUndefined();
  });

  test("of a sandbox that sleeps, is left, or is on a shared cluster", () => {
    expect(comment(news({ state: "asleep" }), undefined)).toContain("`npx tarmac sandbox wake pr-7`");
    expect(comment(news({ state: "left", reason: "resource group x: 409" }), run)).toContain(
      "Once it has expired, it is tried again every hour.",
    );
    const shared = comment(news({ nodes: [], url: undefined, reach: "kubectl port-forward" }), undefined);
    expect(shared).toContain("| costs | pods on a shared cluster; no nodes of its own |");
    expect(shared).toContain("| address | `kubectl port-forward` |");
  });

  test("are one line of the step's output, without secrets, and written for a workflow only", async () => {
    const outputFile = join(folder, "output");
    const env = { GITHUB_OUTPUT: outputFile, GITHUB_TOKEN: "ghs_0123456789abcdef" };
    await tellNews(() => [news({ state: "failed", reason: "it said ghs_0123456789abcdef\nand ended" })], env);
    const [, line = ""] = /^news=(.*)\n$/.exec(readFileSync(outputFile, "utf8")) ?? [];
    expect(readNews(line)[0]?.reason).toBe("it said [secret]\nand ended");
    await tellNews(() => Promise.reject(new Error("nobody reads it")), {});
  });

  test("fit into one argument of a program, however many sandboxes failed", () => {
    const many = Array.from({ length: 200 }, (_, number) =>
      news({ stack: `sandbox-pr-${number + 1}`, state: "left", reason: "409 Conflict\n".repeat(2000) }),
    );
    expect(Buffer.byteLength(newsLine(many))).toBeLessThan(128 * 1024);
    expect(readNews(newsLine(many))).toHaveLength(200);
    expect(readNews(newsLine(many.slice(0, 1)))[0]?.reason).toHaveLength(20_000);
  });

  test("of a created sandbox come from its state and outputs", async () => {
    const world = fakeWorld();
    addSandbox(world, "sandbox-pr-7").resources.push({
      type: "azure-native:containerservice:ManagedCluster",
      inputs: { agentPoolProfiles: [{ name: "system", vmSize: "Standard_B2s_v2", count: 1 }] },
    });
    const made = { stack: "sandbox-pr-7", reference: "sandbox-pr-7", expires: "2026-11-25T12:00:00Z" };
    const open = { url: "http://20.1.2.3", reach: "curl http://20.1.2.3" };
    expect(await newsOfMade(world.context, { ...made, outputs: open }, "ada")).toEqual(news({ at: now.toISOString() }));
    const inside = { url: "http://hello.ns.svc.cluster.local", reach: "kubectl port-forward" };
    expect(await newsOfMade(world.context, { ...made, outputs: inside }, "ada")).not.toHaveProperty("url");
  });

  test("of a reaping list deleted, remaining and live sandboxes", () => {
    const done = { swept: [], kept: [] };
    const line = { owner: "ada", expires: "2026-11-23T11:00:00Z" };
    const told = newsOfReaping(
      {
        reaped: [
          { stack: "sandbox-pr-1", ...line, result: { stack: "sandbox-pr-1", left: [], ...done } },
          { stack: "sandbox-pr-2", ...line, result: { stack: "sandbox-pr-2", left: ["a", "b"], ...done } },
          { stack: "sandbox-pr-3", ...line, result: { failed: "gave up" } },
          { stack: "sandbox-pr-4", ...line },
        ],
        kept: [
          {
            ...{ stack: "sandbox-pr-5", reference: "sandbox-pr-5", name: "pr-5", owner: "ada", resources: 3 },
            expires: new Date("2026-11-24T00:00:00Z"),
          },
        ],
        ...{ endless: [], postponed: [], unclaimed: [] },
      },
      new Map([["sandbox-pr-5", "stopped"]]),
      now,
    );
    expect(told.map(({ stack, state, reason, expires }) => [stack, state, reason ?? expires])).toEqual([
      ["sandbox-pr-1", "gone", undefined],
      ["sandbox-pr-2", "left", "a\nb"],
      ["sandbox-pr-3", "left", "gave up"],
      ["sandbox-pr-5", "asleep", "2026-11-24T00:00:00Z"],
    ]);
  });
});

test("node hours are those of all pools, with the autoscaler's bounds", () => {
  const urn = "urn:pulumi:x::tarmac::t::n";
  const pools = nodeUse([
    {
      ...{ urn, type: "azure-native:containerservice:ManagedCluster" },
      inputs: { agentPoolProfiles: [{ name: "system", vmSize: "Standard_D2s_v5", count: 2 }] },
    },
    {
      ...{ urn, type: "azure-native:containerservice:AgentPool" },
      inputs: { agentPoolName: "apps", vmSize: "Standard_D4s_v5", count: 1, minCount: 0, maxCount: 3 },
    },
    { urn, type: "kubernetes:core/v1:Namespace" },
  ]);
  expect(nodeHours(pools)).toBe(
    "2 to 5 node hours an hour (system: 2 × Standard_D2s_v5, apps: 0 to 3 × Standard_D4s_v5)",
  );
});
