import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adopt } from "../../../../ops/adopt/runAdopt.ts";
import { outputsIn } from "../../../../ops/adopt/repositoryVariables.ts";
import { gitHubOf, type Repository } from "./gitHubOf.ts";

const environments = ["dev", "prod", "sandbox"];
const outputs = {
  repository: "contoso/hello",
  repositoryVariables: { AZURE_TENANT_ID: "t" },
  environmentVariables: Object.fromEntries(
    environments.map((name) => [name, { AZURE_CLIENT_ID: `client of ${name}` }]),
  ),
};
const options = { branch: "main", reviewer: ["jo", "contoso/platform"], owner: "@contoso/platform" };
const folderOf = () => mkdtempSync(join(tmpdir(), "tarmac-adopt-"));

const run = (
  { github }: Repository,
  folder = folderOf(),
  more: Partial<typeof options> & { workflowsFrom?: string } = {},
) => adopt({ github, folder, repository: "contoso/hello", environments, outputs, options: { ...options, ...more } });

const protectedBranch = {
  required_status_checks: { contexts: ["check", "report"] },
  required_pull_request_reviews: { require_code_owner_reviews: true },
};

test("protects every environment before its variables are set, and changes nothing the second time", async () => {
  const repository = gitHubOf();
  repository.protection = protectedBranch;
  const folder = folderOf();
  expect((await run(repository, folder)).open).toEqual([]);
  const policy = { protected_branches: false, custom_branch_policies: true };
  expect(repository.environments.get("dev")).toEqual({
    deployment_branch_policy: policy,
    policies: [{ id: 1, name: "main", type: "branch" }],
  });
  expect(repository.environments.get("prod")).toMatchObject({
    deployment_branch_policy: policy,
    prevent_self_review: true,
    reviewers: [
      { type: "User", id: 11 },
      { type: "Team", id: 21 },
    ],
  });
  expect(repository.environments.get("sandbox")).toEqual({ deployment_branch_policy: null, policies: [] });
  const { writes } = repository;
  expect(writes.findIndex((write) => write.includes("prod/deployment-branch-policies"))).toBeLessThan(
    writes.findIndex((write) => write.includes("prod/variables")),
  );
  expect([...repository.variables].slice(0, 1)).toEqual([
    ["/environments/dev/variables/AZURE_CLIENT_ID", "client of dev"],
  ]);
  expect([...repository.labels]).toEqual(["preview-override", "sandbox"]);

  const before = writes.length;
  const again = await run(repository, folder);
  expect([again.changed, again.open, writes.length]).toEqual([[], [], before]);
});

test("keeps a wait timer and reviewers that somebody else has set", async () => {
  const repository = gitHubOf();
  repository.environments.set("prod", {
    ...{ wait_timer: 30, prevent_self_review: false, reviewers: [{ type: "User", id: 12 }] },
    ...{ deployment_branch_policy: { protected_branches: true, custom_branch_policies: false }, policies: [] },
  });
  await run(repository);
  expect(repository.environments.get("prod")).toMatchObject({
    wait_timer: 30,
    prevent_self_review: true,
    reviewers: [{ id: 11 }, { id: 21 }, { id: 12 }],
  });
});

test("says that more branches may deploy, and removes nobody's pattern", async () => {
  const repository = gitHubOf();
  repository.environments.set("dev", {
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    policies: [{ id: 7, name: "release/*", type: "branch" }],
  });
  const { open } = await run(repository);
  expect(open).toContain(
    "environment dev: branches other than main may deploy: release/*; remove these patterns under Settings, Environments",
  );
  expect(repository.environments.get("dev")?.policies).toHaveLength(2);
});

test("reads back what it has set: an environment that GitHub left open gets no variables", async () => {
  const repository = gitHubOf();
  repository.forgetful = true;
  const { open } = await run(repository);
  expect(open).toContain("environment dev: branch main may not deploy: GitHub did not keep its pattern");
  expect([...repository.variables.keys()].filter((key) => key.includes("/dev/"))).toEqual([]);
});

test("on a plan without reviewers, the branches are still protected, and the page says what to do", async () => {
  const repository = gitHubOf("team");
  repository.protection = protectedBranch;
  const { open } = await run(repository);
  expect(open).toEqual([
    expect.stringMatching(
      /^environment prod: GitHub accepts no reviewers here \(a private repository needs GitHub Enterprise\): GitHub answered 422 .* deploy it by "Run workflow", or require the reviews on the branch$/,
    ),
  ]);
  expect(repository.environments.get("prod")?.policies).toMatchObject([{ name: "main" }]);
});

test("on a plan without environments, nothing is set that would let a branch deploy", async () => {
  const repository = gitHubOf("free");
  const { open } = await run(repository);
  expect(open.filter((line) => line.includes("offers no environments"))).toHaveLength(3);
  expect([...repository.variables.keys()]).toEqual(["/actions/variables/AZURE_TENANT_ID"]);
});

test("prod without an approver is open", async () => {
  const repository = gitHubOf();
  for (let time = 1; time <= 2; time++) {
    const { open } = await run(repository, folderOf(), { reviewer: [] });
    expect(open).toContain("environment prod: nobody has to approve; name who does: tarmac adopt --reviewer LOGIN");
  }
});

test("somebody who does not exist is not a reviewer", async () => {
  await expect(run(gitHubOf(), folderOf(), { reviewer: ["contoso/nobody"] })).rejects.toThrow(
    '--reviewer: "contoso/nobody" is not a user or team that this token sees; use LOGIN or ORG/TEAM',
  );
});

test.each([
  ["nothing", undefined, [], ["checks check and report", "review of code owners"]],
  ["classic protection", protectedBranch, [], []],
  [
    "a ruleset",
    undefined,
    [
      {
        type: "required_status_checks",
        parameters: { required_status_checks: [{ context: "check" }, { context: "report" }] },
      },
      { type: "pull_request", parameters: { require_code_owner_review: true } },
    ],
    [],
  ],
])("checks the branch: %s", async (_, protection, rules, missing) => {
  const repository = gitHubOf();
  Object.assign(repository, { protection, rules });
  const open = (await run(repository)).open.filter((line) => line.startsWith("branch main"));
  expect(open).toEqual(missing.map((what) => expect.stringContaining(what) as string));
});

test("owners of deciding files are appended to CODEOWNERS, once, and follow --owner", async () => {
  const folder = folderOf();
  mkdirSync(join(folder, ".github"));
  const file = join(folder, ".github/CODEOWNERS");
  writeFileSync(file, "* @contoso/everybody\n");
  await run(gitHubOf(), folder);
  await run(gitHubOf(), folder, { owner: "@contoso/owners" });
  const lines = readFileSync(file, "utf8").split("\n");
  expect(lines.slice(0, 4)).toEqual([
    "* @contoso/everybody",
    "",
    "# BEGIN tarmac: paths that decide what a change may do",
    "/.github/ @contoso/owners",
  ]);
  expect(lines.filter((line) => line.startsWith("# "))).toHaveLength(2);
  for (const path of ["/package-lock.json", "/run.mjs", "/Pulumi.yaml", "/index.ts", "/program/", "/ops/", "/policy/"])
    expect(lines).toContain(`${path} @contoso/owners`);
});

test("tarmac's own CODEOWNERS needs a team in place of the placeholder, and is otherwise complete", async () => {
  const folder = folderOf();
  mkdirSync(join(folder, ".github"));
  const [file, own] = [join(folder, ".github/CODEOWNERS"), readFileSync(".github/CODEOWNERS", "utf8")];
  writeFileSync(file, own);
  const { open } = await adopt({
    ...{ github: gitHubOf().github, folder, repository: "contoso/hello", environments: [] },
    options: { branch: "main" },
  });
  expect(open).toContain(".github/CODEOWNERS: name the owners of the deciding files: tarmac adopt --owner @ORG/TEAM");
  await run(gitHubOf(), folder);
  const lines = readFileSync(file, "utf8").split("\n");
  expect(lines).toContain("/ops/               @contoso/platform");
  expect(lines.filter((line) => line.includes("@OWNER/TEAM") && !line.startsWith("#"))).toEqual([]);
});

test("missing workflows are copied, and the others are kept as they are", async () => {
  const [folder, source] = [folderOf(), folderOf()];
  for (const [name, text] of [
    ["workflows/deploy.yml", "name: deploy\n"],
    ["workflows/ci.yml", "name: ci\n"],
    ["actions/prepare/action.yml", "name: prepare\n"],
  ] as const) {
    mkdirSync(join(source, ".github", name, ".."), { recursive: true });
    writeFileSync(join(source, ".github", name), text);
  }
  mkdirSync(join(folder, ".github/workflows"), { recursive: true });
  writeFileSync(join(folder, ".github/workflows/ci.yml"), "name: our own\n");
  const { changed, open } = await run(gitHubOf(), folder, { workflowsFrom: source });
  expect(changed.slice(0, 2)).toEqual([
    ".github/workflows/deploy.yml: written",
    ".github/actions/prepare/action.yml: written",
  ]);
  expect(open[0]).toMatch(/^\.github\/workflows\/ci\.yml: differs from tarmac's; compare: diff /);
  expect(readFileSync(join(folder, ".github/workflows/ci.yml"), "utf8")).toBe("name: our own\n");
});

test.each([
  ["no JSON", "pulumi: no stack", "repository, repositoryVariables, environmentVariables"],
  ["outputs of another program", '{"repository":"a/b"}', "repositoryVariables, environmentVariables"],
])("%s is not an output of the bootstrap", (_, text, missing) => {
  expect(() => outputsIn(text, "o.json")).toThrow(
    `--outputs: o.json has no ${missing}; write it with: pulumi -C bootstrap stack output --json > o.json`,
  );
});
