/** The preview report with the real engine: a separate stack, and a pull request on a stand-in for GitHub. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkoutFolder, nodeBinary } from "../../local/layout.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { GitHubStandIn } from "../githubStandIn/gitHubStandIn.ts";
import { ended } from "./runProgram.ts";
import { ownStack, type OwnStack, type TestSettings } from "./ownStack.ts";
import { start } from "./localStack.ts";

const name = "e2e-preview";
const folder = mkdtempSync(join(tmpdir(), "tarmac-preview-"));
const eventFile = join(folder, "event.json");
let github: GitHubStandIn;
let stack: OwnStack;

beforeAll(async () => {
  await start();
  github = await new GitHubStandIn().start();
  for (let index = 0; index < 120; index++) github.say("ada", `remark ${index}`);
  const pullRequest = { number: 7, head: { sha: "0123456789abcdef", repo: { full_name: "team/hello" } } };
  writeFileSync(eventFile, JSON.stringify({ pull_request: pullRequest }));
  stack = await ownStack(name, { replicas: 1 });
});
afterAll(async () => {
  await stack.remove();
  await github.stop();
  rmSync(folder, { recursive: true });
});

interface Told {
  code: number;
  said: string;
  /** The only comment. */
  comment: string;
}

/** Runs the command like a workflow does. */
async function report(settings: TestSettings, env: NodeJS.ProcessEnv = {}): Promise<Told> {
  const configFile = await stack.writeSettings(settings);
  const args = ["--stack", name, "--config-file", configFile, "--post"];
  const policies = ["--policy-config", join(checkoutFolder, "policy", "config", "local.json")];
  const given = {
    ...stackEnvironment(),
    ...{ GITHUB_ACTIONS: "true", GITHUB_REPOSITORY: "team/hello", GITHUB_EVENT_PATH: eventFile, GITHUB_RUN_ID: "42" },
    ...{ GITHUB_API_URL: github.url, GITHUB_TOKEN: github.token, GITHUB_STEP_SUMMARY: join(folder, "summary.md") },
    ...env,
  };
  const command = [join(checkoutFolder, "ops", "tarmac.ts"), "preview-report", ...args, ...policies];
  const { code, stdout, stderr } = await ended(nodeBinary, command, { env: given });
  const own = github.pull.comments.filter(({ user }) => user.login === "github-actions[bot]");
  expect(own).toHaveLength(1);
  return { code, said: stdout + stderr, comment: own[0]?.body ?? "" };
}

/** Every file of the state and the environment's stack files, with their times. */
function stateFiles(): Record<string, number> {
  const backend = fileURLToPath(stackEnvironment().PULUMI_BACKEND_URL ?? "");
  const own = readdirSync(backend, { recursive: true, encoding: "utf8" }).filter((path) => path.includes(name));
  return Object.fromEntries(own.map((path) => [path, statSync(join(backend, path)).mtimeMs]));
}

it("says what would be created, and passes", async () => {
  const { code, comment } = await report({});
  expect(code).toBe(0);
  expect(comment).toMatch(/^<!-- tarmac-preview -->\n## Preview\n/);
  expect(comment).toContain("| `e2e-preview` | 18 | – | – | – |");
  expect(comment).toContain("azure-native:containerservice:ManagedCluster");
  expect(comment).toContain("Commit `0123456789ab`");
});

describe("of a deployed stack", () => {
  beforeAll(() => stack.up());

  it("says that nothing changes, in the same comment, without writing to the state", async () => {
    const before = stateFiles();
    const { code, comment } = await report({});
    expect(code).toBe(0);
    expect(comment).toContain("## Preview: nothing changes");
    expect(stateFiles()).toEqual(before);
    expect(github.pull.comments).toHaveLength(121);
  });

  it("says what would be updated, with the old and the new values", async () => {
    const { code, comment } = await report({ environment: { GREETING: "hello @everyone" } });
    expect(code).toBe(0);
    expect(comment).toContain("**Updated (1)**");
    expect(comment).toMatch(/`spec\.template\.spec\.containers\[0\]\.env\[\d\]` added: `.*hello @everyone.*`/);
  });

  it("stops a replacement of the cluster, says why, and passes with the label", async () => {
    const settings = { location: "northeurope" };
    const stopped = await report(settings);
    expect(stopped.code).toBe(1);
    expect(stopped.comment).toContain("## Preview: stopped");
    expect(stopped.comment).toMatch(
      /- `e2e-preview` \*\*replaces\*\* `e2e-preview \(azure-native:containerservice:ManagedCluster\)` because of `location`.*: every workload on the cluster goes with it/,
    );
    expect(stopped.said).toContain("::error::e2e-preview: replace: e2e-preview (azure-native:containerservice");
    github.pull.label("preview-override", "grace");
    const passed = await report(settings);
    expect(passed.code).toBe(0);
    expect(passed.comment).toContain("The label `preview-override` lets it pass, set by `grace`.");
    github.pull.unlabel("preview-override");
  });

  it("stops a violation of a policy", async () => {
    const { code, comment } = await report({ writableRoot: true });
    expect(code).toBe(1);
    expect(comment).toContain("breaks policy `read-only-root` with `e2e-preview (kubernetes:apps/v1:Deployment)`");
  });

  it("says why the preview fails, without a secret", async () => {
    const { code, comment } = await report(
      { replicas: 0, environment: { X: "correct horse battery" } },
      { SOME_TOKEN: "0 is out of range" },
    );
    expect(code).toBe(1);
    expect(comment).toContain("## Preview: failed");
    expect(comment).toContain("tarmac:replicas: [secret]: use a whole number from 1 to 1000");
  });

  it("says that the state is unreachable", async () => {
    const { code, comment } = await report({}, { PULUMI_BACKEND_URL: `file://${join(folder, "nowhere")}` });
    expect(code).toBe(1);
    expect(comment).toContain("## Preview: failed");
    expect(comment).toContain("nowhere");
    expect(readFileSync(join(folder, "summary.md"), "utf8")).toContain("nowhere");
  });
});
