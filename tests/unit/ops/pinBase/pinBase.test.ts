/** `tarmac pin-base` against a registry and, in a workflow, against GitHub. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "../../../../ops/commands/program.ts";
import { GitHubError } from "../../../../ops/github/gitHubClient.ts";
import type { GitHubRequests } from "../../../../ops/github/filesPullRequest.ts";
import { baseBranch } from "../../../../ops/pinBase/basePullRequest.ts";
import { type PinBaseOptions, runPinBase } from "../../../../ops/pinBase/runPinBase.ts";
import { GitHubStandIn } from "../../../githubStandIn/gitHubStandIn.ts";
import { StandInBranches } from "../../../githubStandIn/standInBranches.ts";
import { type OciRegistry, startOciRegistry } from "../attest/ociRegistry.ts";

// Octokit keeps writes seconds apart. `gitHubClient.test.ts` tries its pauses.
jest.mock("@octokit/plugin-throttling", () => ({ throttling: () => ({}) }));

let registry: OciRegistry;
let folder: string;
let printed: string;
let said: string[];

beforeEach(async () => {
  registry = await startOciRegistry();
  folder = mkdtempSync(join(tmpdir(), "tarmac-pin-"));
  mkdirSync(join(folder, "app"));
  // What `docker login` writes.
  const auth = Buffer.from("ci:right").toString("base64");
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [registry.host]: { auth } } }));
  process.env.DOCKER_CONFIG = folder;
  printed = "";
  said = [];
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await registry.stop();
});

const image = (rest: string) => `${registry.host}/team/hello:${rest}`;
const write = (text: string, file = "app/Dockerfile") => writeFileSync(join(folder, file), text);
const dockerfile = () => readFileSync(join(folder, "app/Dockerfile"), "utf8");

const pin = (more: Partial<PinBaseOptions> = {}) =>
  runPinBase({
    ...{ paths: ["app"], newest: undefined, mode: "report", json: false, project: folder, caller: folder },
    print: (text) => (printed += text),
    say: (line) => said.push(line),
    ...more,
  });

it("reports what would move, writes it, and has nothing to do the second time", async () => {
  const digest = registry.putImage("24.21.0-slim");
  write(`ARG NODE_IMAGE=${image("24.21.0-slim")}\nFROM \${NODE_IMAGE} AS a\nFROM scratch\nCOPY --from=a / /\n`);
  expect(await pin()).toBe(1);
  const [from, to] = [image("24.21.0-slim"), `${image("24.21.0-slim")}@${digest}`];
  expect(printed).toBe(`app/Dockerfile: ${from} -> ${to}\n`);
  expect(dockerfile()).toContain(`NODE_IMAGE=${from}\n`);

  expect(await pin({ mode: "write" })).toBe(0);
  expect(dockerfile()).toBe(`ARG NODE_IMAGE=${to}\nFROM \${NODE_IMAGE} AS a\nFROM scratch\nCOPY --from=a / /\n`);
  printed = "";
  expect(await pin({ mode: "write", paths: ["app/Dockerfile", "app"] })).toBe(0);
  expect(printed).toBe(`app/Dockerfile: ${to} is current\n`);
  // Docker Hub counts each GET of a manifest as a pull.
  expect(registry.requests.filter((one) => one.startsWith("GET /v2/team/hello/manifests"))).toEqual([]);
});

it("moves a digest when its tag has moved, and the tag to the newest release of its line only when asked to", async () => {
  registry.putImage("24.21.0");
  const old = `${image("24.21.0")}@sha256:${"0".repeat(64)}`;
  const newest = registry.putImage("24.22.1");
  for (const other of ["24.9.0", "24.22.0", "25.0.0", "24.30.0-rc.1"]) registry.putImage(other);
  write(`FROM ${old}\n`);
  expect(await pin({ json: true, newest: "minor" })).toBe(1);
  const to = `${image("24.22.1")}@${newest}`;
  expect(JSON.parse(printed)).toEqual([{ dockerfile: "app/Dockerfile", bases: [{ from: old, to }], problems: [] }]);
  expect(registry.requests.filter((one) => one.endsWith("tags/list")).length).toBeGreaterThan(1);
  expect(await pin({ newest: "patch", mode: "write" })).toBe(0);
  expect(dockerfile()).toMatch(/:24\.21\.0@sha256:[1-9a-f]/);
});

it("says what else names the version that it moves", async () => {
  const digest = registry.putImage("24.22.0-slim");
  const versions = JSON.stringify({ devDependencies: { node: "24.21.0" } });
  writeFileSync(join(folder, "package.json"), versions);
  writeFileSync(join(folder, "Pulumi.local.yaml"), "config:\n  x: localhost/node:24.21.0-slim\n");
  writeFileSync(join(folder, "Pulumi.dev.yaml"), "config: {}\n");
  write("FROM node:24.21.0-slim\n");
  const registries = { digestOf: () => Promise.resolve(digest), tagsOf: () => Promise.resolve(["24.22.0-slim"]) };
  expect(await pin({ newest: "minor", registries })).toBe(1);
  expect(printed.split("\n").slice(1)).toEqual([
    "also change the package: npm install --save-dev --save-exact node@24.22.0",
    "also change Pulumi.local.yaml, which names 24.21.0-slim",
    "",
  ]);
  printed = "";
  await pin({ registries });
  expect(printed).not.toContain("also change");
});

describe("what cannot be judged", () => {
  const problemOf = async (text: string, more: Partial<PinBaseOptions> = {}) => {
    write(text);
    expect(await pin({ mode: "write", ...more })).toBe(2);
    expect(dockerfile()).toBe(text);
    expect(said).toHaveLength(1);
    return said[0];
  };

  it("is a tag that is gone", async () => {
    expect(await problemOf(`FROM ${image("1.0.0")}\n`)).toBe(
      `error: app/Dockerfile: the registry has no ${image("1.0.0")} (404): it was deleted, or its name is wrong`,
    );
  });

  it("is a registry that does not answer", async () => {
    expect(await problemOf("FROM localhost:1/x:1\n")).toMatch(
      /^error: app\/Dockerfile: the registry localhost:1 cannot be reached \(localhost:1: .+\)$/,
    );
  });

  it.each([
    [401, "sign in with docker login"],
    [403, "sign in with docker login"],
    [429, "limits the requests of this machine"],
    [500, "the registry answers 500 for"],
  ])("is a registry that answers %d", async (status, words) => {
    registry.answer = (request, response) => {
      if (request.url === "/v2/") return false;
      response.writeHead(status).end();
      return true;
    };
    expect(await problemOf(`FROM ${image("1.0.0")}\n`)).toContain(words);
  });

  it("is a list of tags that is none, or never ends", async () => {
    registry.putImage("1.0.0");
    let body = "<html>";
    registry.answer = (request, response) => {
      if (request.url?.includes("tags/list") !== true) return false;
      response.writeHead(200, { Link: `<http://${registry.host}/v2/team/hello/tags/list?last=a>; rel=next` }).end(body);
      return true;
    };
    expect(await problemOf(`FROM ${image("1.0.0")}\n`, { newest: "minor" })).toContain("list of tags is not JSON");
    said = [];
    body = JSON.stringify({ tags: null });
    expect(await problemOf(`FROM ${image("1.0.0")}\n`, { newest: "minor" })).toContain("more than 500 pages");
  });

  it.each([
    ["a reference in parts", "ARG V=1\nFROM node:$V\n", '"node:$V" is put together from parts: declare one ARG'],
    ["no tag", "FROM node\n", '"node" has no tag, so nothing says which release to follow: add one, e.g. node:1.2.3'],
    ["a digest without a tag", `FROM node@sha256:${"1".repeat(64)}\n`, "add one, e.g. node:1.2.3@sha256:1111111..."],
    ["no reference", "FROM Node:1\n", "upper-case letters"],
  ])("is %s", async (_, text, words) => {
    expect(await problemOf(text)).toContain(words);
  });

  it("does not keep the other bases from moving", async () => {
    const digest = registry.putImage("1.0.0");
    write(`FROM ${image("1.0.0")} AS a\nFROM node\n`);
    expect(await pin({ mode: "write" })).toBe(2);
    expect(dockerfile()).toBe(`FROM ${image("1.0.0")}@${digest} AS a\nFROM node\n`);
  });

  it("takes the content's digest if the registry names none", async () => {
    const digest = registry.putImage("1.0.0");
    registry.answer = (request, response) => {
      if (request.method !== "HEAD") return false;
      response.writeHead(405).end();
      return true;
    };
    write(`FROM ${image("1.0.0")}\n`);
    expect(await pin({ mode: "write" })).toBe(0);
    expect(dockerfile()).toBe(`FROM ${image("1.0.0")}@${digest}\n`);
  });
});

it.each([
  ["nothing", '"nothing" does not exist: name a folder with a Dockerfile, or a Dockerfile'],
  ["empty", "empty/Dockerfile: name the Dockerfile itself"],
])("refuses the path %s before a registry is asked", async (path, words) => {
  mkdirSync(join(folder, "empty"));
  write("FROM node\n");
  await expect(pin({ paths: ["app", path] })).rejects.toThrow(words);
  expect(registry.requests).toEqual([]);
});

it("has nothing to do without a base image", async () => {
  write("FROM scratch\n");
  expect(await pin()).toBe(0);
  expect(printed).toBe("app/Dockerfile: no base image\n");
});

it("does not hide an error of its own", async () => {
  write("FROM node:1.2.3\n");
  const registries = { digestOf: () => Promise.reject(new TypeError("a bug")), tagsOf: () => Promise.resolve([]) };
  await expect(pin({ registries })).rejects.toThrow("a bug");
});

it("names nothing else to change in a project without the package node", async () => {
  write("FROM node:24.21.0 AS a\nFROM python:3.12.1\n");
  const registries = {
    digestOf: () => Promise.resolve(`sha256:${"1".repeat(64)}`),
    tagsOf: ({ repository }: { repository: string }) =>
      Promise.resolve(repository.endsWith("node") ? ["24.22.0"] : ["3.12.9", "3.13.0"]),
  };
  expect(await pin({ newest: "patch", registries })).toBe(1);
  expect(printed).toContain("python:3.12.1 -> python:3.12.9@sha256:");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ dependencies: { node: "22.0.0" } }));
  expect(await pin({ newest: "minor", registries })).toBe(1);
  expect(printed).toContain("node:24.21.0 -> node:24.22.0@sha256:");
  expect(printed).not.toContain("also change");
});

describe("the command", () => {
  const command = (...args: string[]) => program().parseAsync(["pin-base", ...args], { from: "user" });

  it("reports, or writes, and exits with the code", async () => {
    const out: string[] = [];
    jest.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
    const err = jest.spyOn(process.stderr, "write").mockImplementation(() => true);
    write("FROM scratch\n");
    await command(join(folder, "app"));
    expect([out.join(""), process.exitCode]).toEqual([expect.stringContaining("no base image"), 0]);
    write("FROM node\n");
    await command("--write", "--json", join(folder, "app"));
    expect(process.exitCode).toBe(2);
    expect(err.mock.calls.join("")).toContain('"node" has no tag');
    await expect(command("--pull-request", join(folder, "app"))).resolves.toBeDefined();
  });

  it("refuses a command line that says nothing, or two things", async () => {
    await expect(command()).rejects.toThrow("name a folder with a Dockerfile, or a Dockerfile: tarmac pin-base PATH");
    await expect(command("--write", "--pull-request", "app")).rejects.toThrow("use one of them");
  });
});

describe("in a workflow", () => {
  let github: GitHubStandIn;
  let env: NodeJS.ProcessEnv;
  beforeEach(async () => {
    github = await new GitHubStandIn().start();
    registry.putImage("1.0.0");
    write(`FROM ${image("1.0.0")}\n`);
    env = {
      ...{ GITHUB_API_URL: github.url, GITHUB_TOKEN: github.token, GITHUB_REPOSITORY: "team/hello" },
      ...{ GITHUB_SHA: github.branches.commit("main", { "app/Dockerfile": dockerfile(), other: "x" }) },
      ...{ GITHUB_REF: "refs/heads/main", GITHUB_OUTPUT: join(folder, "output") },
      ...{ GITHUB_STEP_SUMMARY: join(folder, "summary") },
    };
    writeFileSync(join(folder, "output"), "");
  });
  afterEach(() => github.stop());

  /** Without the pauses that the real client makes between changes. */
  const gitHubOf = (): GitHubRequests => ({
    request: async <T>(method: string, path: string, sent?: object) => {
      const url = new URL(path, github.url);
      github.seen.push({ method, path });
      const below = url.pathname.replace(/^\/repos\/team\/hello\/?/, "");
      const answer = github.branches.answer(method, below, url.searchParams, JSON.stringify(sent ?? {}), "team/hello");
      const { status, body } = answer ?? { status: 404, body: {} };
      if (status < 400) return Promise.resolve(body as T);
      throw new GitHubError(
        status,
        `GitHub answered ${status} to ${method} ${url.href}: ${(body as { message: string }).message}`,
      );
    },
  });
  const open = () => pin({ mode: "pull-request", env, gitHubOf });
  const moved = () => github.branches.filesOf(baseBranch)["app/Dockerfile"];
  /** Somebody changes the tag to another image. */
  const moveTag = () => {
    registry.manifests.set("1.0.0", { type: "x", content: Buffer.from(`{"moved":${registry.requests.length}}`) });
  };

  it("opens one pull request from the branch that it owns, and leaves the clone as it is", async () => {
    expect(await pin({ mode: "pull-request", env })).toBe(0);
    expect(dockerfile()).toBe(`FROM ${image("1.0.0")}\n`);
    const [pull, ...others] = github.branches.pulls;
    expect(others).toEqual([]);
    expect(pull).toMatchObject({ head: "tarmac/base-image", base: "main", state: "open" });
    expect(pull?.title).toMatch(/^Move the base of app\/Dockerfile to .+:1\.0\.0@sha256:[0-9a-f]{12}$/);
    expect(pull?.body).toContain(`| \`app/Dockerfile\` | \`${image("1.0.0")}\` | \`${image("1.0.0")}@sha256:`);
    expect(pull?.body).toContain('"Approve workflows to run"');
    expect(moved()).toMatch(/^FROM .+@sha256:[0-9a-f]{64}\n$/);
    expect(github.branches.filesOf(baseBranch).other).toBe("x");
    expect(said).toEqual(["the pull request is created: https://github.example/team/hello/pull/100"]);
    expect(readFileSync(join(folder, "output"), "utf8")).toBe(
      "pull-request=https://github.example/team/hello/pull/100\n",
    );
    expect(readFileSync(join(folder, "summary"), "utf8")).toContain("Pull request: https://github.example");
  });

  it("changes nothing while the pull request says the same", async () => {
    await open();
    const seen = github.seen.length;
    const asked = registry.requests.splice(0);
    expect(await open()).toBe(0);
    // Not again for the Dockerfile of the open pull request.
    expect(registry.requests).toEqual(asked);
    expect(said.at(-1)).toContain("the pull request is unchanged");
    expect(github.seen.slice(seen).filter(({ method }) => method !== "GET")).toEqual([]);
    expect(readFileSync(join(folder, "output"), "utf8").match(/pull-request=/g)).toHaveLength(2);
  });

  it("adds to the open pull request when the tag moves again, and keeps the commits of others", async () => {
    await open();
    const first = moved();
    github.branches.commit(baseBranch, { "package.json": "{}" }, "somebody's commit");
    moveTag();
    expect(await open()).toBe(0);
    expect(moved()).not.toBe(first);
    expect(github.branches.filesOf(baseBranch)["package.json"]).toBe("{}");
    expect(github.branches.historyOf(baseBranch)).toEqual([
      expect.stringContaining("Move the base"),
      "somebody's commit",
      expect.stringContaining("Move the base"),
      "change",
    ]);
    expect(github.branches.pulls).toHaveLength(1);
    expect(said.at(-1)).toContain("the pull request is updated");
  });

  it("moves no branch that somebody changed meanwhile", async () => {
    await open();
    moveTag();
    const client = gitHubOf();
    const request: GitHubRequests["request"] = async (method, path, sent) => {
      const answer = await client.request<never>(method, path, sent);
      if (method === "POST" && path.endsWith("/git/commits"))
        github.branches.commit(baseBranch, { "package.json": "{}" }, "somebody's commit");
      return answer;
    };
    await expect(pin({ mode: "pull-request", env, gitHubOf: () => ({ request }) })).rejects.toThrow(
      "Update is not a fast forward",
    );
    expect(github.branches.historyOf(baseBranch)[0]).toBe("somebody's commit");
  });

  it("keeps what others changed in the Dockerfile itself", async () => {
    await open();
    const theirs = `${moved()}RUN something\n`;
    github.branches.commit(baseBranch, { "app/Dockerfile": theirs }, "somebody's commit");
    expect(await open()).toBe(0);
    expect([moved(), said.at(-1)]).toEqual([theirs, expect.stringContaining("is unchanged")]);
    moveTag();
    expect(await open()).toBe(0);
    expect(moved()).toMatch(/^FROM .+@sha256:[0-9a-f]{64}\nRUN something\n$/);
    expect(moved()).not.toBe(theirs);
  });

  it("names files from the root of the repository, which may be above the project", async () => {
    spawnSync("git", ["init", "--quiet"], { cwd: folder });
    mkdirSync(join(folder, "infra/app"), { recursive: true });
    write(`FROM ${image("1.0.0")}\n`, "infra/app/Dockerfile");
    await pin({ mode: "pull-request", env, gitHubOf, project: join(folder, "infra"), caller: join(folder, "infra") });
    expect(Object.keys(github.branches.filesOf(baseBranch))).toContain("infra/app/Dockerfile");
  });

  it("starts the branch again after its pull request was merged or closed", async () => {
    await open();
    const [pull] = github.branches.pulls;
    if (pull !== undefined) pull.state = "closed";
    env.GITHUB_SHA = github.branches.commit("main", { later: "y" });
    moveTag();
    expect(await open()).toBe(0);
    expect(github.branches.pulls.map(({ state }) => state)).toEqual(["closed", "open"]);
    expect(github.branches.historyOf(baseBranch)).toEqual([expect.any(String), "change", "change"]);
  });

  it("closes the pull request when nothing is out of date any more", async () => {
    await open();
    write(moved() ?? "");
    expect(await open()).toBe(0);
    expect(github.branches.pulls).toMatchObject([{ state: "closed" }]);
    expect(said.at(-1)).toContain("the pull request is closed, because nothing is out of date any more");
    expect(await open()).toBe(0);
    expect(said).toHaveLength(2);
  });

  it("leaves the pull request alone while a base cannot be judged", async () => {
    await open();
    registry.manifests.delete("1.0.0");
    expect(await open()).toBe(2);
    expect(github.branches.pulls).toMatchObject([{ state: "open" }]);
    expect(said.at(-1)).toBe("no pull request is opened, changed or closed until every base can be judged");
  });

  it("says which setting lets workflows open pull requests", async () => {
    github.branches.mayOpenPulls = false;
    await expect(open()).rejects.toThrow(
      /GitHub Actions is not permitted to create or approve pull requests\. The branch tarmac\/base-image has the change\. Allow workflows/,
    );
    expect(readFileSync(join(folder, "output"), "utf8")).toBe("");
    github.branches.mayOpenPulls = true;
    expect(await open()).toBe(0);
  });

  it("opens no second one when the answer to the first attempt was lost", async () => {
    const post = github.branches.answer.bind(github.branches);
    jest.spyOn(github.branches, "answer").mockImplementation((method, path, ...rest) => {
      const answer = post(method, path, ...rest);
      return method === "POST" && path === "pulls" ? { status: 502, body: { message: "Bad Gateway" } } : answer;
    });
    expect(await open()).toBe(0);
    expect(github.branches.pulls).toHaveLength(1);
    expect(said.at(-1)).toContain("the pull request is created");
  });

  /** GitHub answers requests of one kind with an error. */
  const failing = (wanted: string, status: number, message = "No") => {
    const answer = StandInBranches.prototype.answer.bind(github.branches);
    jest
      .spyOn(github.branches, "answer")
      .mockImplementation((method, path, ...rest) =>
        `${method} ${path}`.startsWith(wanted) ? { status, body: { message } } : answer(method, path, ...rest),
      );
  };

  it.each([
    ["POST pulls", 502],
    ["POST pulls", 422],
    ["POST pulls", 403],
    ["GET git/ref", 500],
  ])("fails with GitHub's answer: %s %d", async (wanted, status) => {
    failing(wanted, status);
    await expect(open()).rejects.toThrow(new RegExp(`GitHub answered ${status} to .+: No`));
  });

  it("fails if GitHub does not show a file of the open pull request, and restores one that somebody deleted there", async () => {
    await open();
    failing("GET contents", 404);
    expect(await open()).toBe(0);
    expect(said.at(-1)).toContain("the pull request is updated");
    failing("GET contents", 403);
    await expect(open()).rejects.toThrow("GitHub answered 403");
  });

  it("needs no file for outputs", async () => {
    for (const name of ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_API_URL"]) delete env[name];
    expect(await open()).toBe(0);
    expect(said.at(-1)).toContain("the pull request is created");
  });

  it("says what GitHub refuses", async () => {
    github.readOnly = true;
    await expect(pin({ mode: "pull-request", env })).rejects.toThrow("Resource not accessible by integration");
    github.readOnly = false;
    jest.spyOn(github.branches, "answer").mockImplementation((method, path) => ({
      ...{ status: method === "GET" && path.startsWith("git/ref/") ? 403 : 200 },
      body: path.startsWith("pulls") ? [] : { default_branch: "main", tree: { sha: "a" }, sha: "b", message: "No" },
    }));
    await expect(open()).rejects.toThrow(/GitHub answered 403 to GET .+: No/);
  });

  it("is about the default branch, and about files of the project", async () => {
    env.GITHUB_REF = "refs/heads/topic";
    await expect(open()).rejects.toThrow(
      "--pull-request: this run is for refs/heads/topic, and the pull request starts from main: run it there",
    );
    await expect(
      pin({ mode: "pull-request", env, project: join(folder, "app"), paths: [folder + "/app"] }),
    ).rejects.toThrow("this run is for refs/heads/topic");
    mkdirSync(join(folder, "project"));
    await expect(pin({ mode: "pull-request", env, project: join(folder, "project") })).rejects.toThrow(
      /app\/Dockerfile is outside of the repository/,
    );
    await expect(pin({ mode: "pull-request", env: {} })).rejects.toThrow("on your machine, use --write");
  });

  it("has one title for several bases", async () => {
    registry.putImage("2.0.0");
    write(`FROM ${image("1.0.0")} AS a\nFROM ${image("2.0.0")}\n`);
    await open();
    expect(github.branches.pulls).toMatchObject([{ title: "Move 2 base images" }]);
  });
});
