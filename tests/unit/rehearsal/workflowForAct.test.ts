import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { actionsOf, workflowForAct } from "../../rehearsal/workflowForAct.ts";

interface Job {
  env?: Record<string, string>;
  if?: string;
  "runs-on"?: string;
  environment?: string;
  concurrency?: object;
  steps: { uses?: string; run?: string; with?: Record<string, string>; env?: Record<string, string> }[];
}

const side = {
  ...{ repository: "team/hello", event: "push", idTokens: "http://github/idToken" },
  tokenFor: (permissions: Record<string, string>) => `token ${JSON.stringify(permissions)}`,
};

const adapted = (text: string, more: object = {}) =>
  (parse(workflowForAct(text, { ...side, ...more })) as { jobs: Record<string, Job> }).jobs;

const workflow = `concurrency: { group: all, cancel-in-progress: true }
jobs:
  deploy:
    if: vars.SET != ''
    runs-on: \${{ vars.RUNNER || 'ubuntu-24.04' }}
    environment: \${{ inputs.stack }}
    concurrency: { group: "stack-\${{ inputs.stack }}", queue: max }
    permissions: { contents: read, id-token: write }
    env:
      CLIENT: \${{ vars.CLIENT }}
    steps:
      - uses: actions/checkout@0123
      - run: deploy
        env: { TOKEN: "\${{ github.token }}" }
  look:
    permissions: { issues: write }
    env: { CLIENT: "\${{ vars.CLIENT }}" }
    steps:
      - run: look
  preview:
    permissions: { id-token: write }
    steps: [{ run: preview }]
  called:
    uses: ./.github/workflows/other.yml
`;

it("gives a job the variables of its environment before those of the repository, if GitHub knows the environment", () => {
  const { deploy, look } = adapted(workflow);
  expect(deploy?.env?.CLIENT).toBe(
    "${{ (fromJSON(vars.REHEARSAL_OF_ENVIRONMENTS)[inputs.stack].CLIENT || vars.CLIENT) }}",
  );
  expect(deploy?.if).toBe("vars.SET != ''");
  expect(deploy?.["runs-on"]).toBe("${{ vars.RUNNER || 'ubuntu-24.04' }}");
  expect(look?.env?.CLIENT).toBe("${{ vars.CLIENT }}");
});

it("gives each job a token with its own permissions", () => {
  const { deploy } = adapted(workflow);
  expect(deploy?.steps.at(-1)?.env?.TOKEN).toBe(`\${{ 'token {"contents":"read","id-token":"write"}' }}`);
});

it("lets a job sign in as its environment, a pull request or a ref; without the permission it cannot", () => {
  const { deploy, look, preview } = adapted(workflow);
  expect(deploy?.env?.ACTIONS_ID_TOKEN_REQUEST_URL).toBe(
    "http://github/idToken?subject=repo:team/hello:environment:${{ inputs.stack }}",
  );
  expect(look?.env).not.toHaveProperty("ACTIONS_ID_TOKEN_REQUEST_URL");
  expect(preview?.env?.ACTIONS_ID_TOKEN_REQUEST_URL).toBe(
    "http://github/idToken?subject=repo:team/hello:ref:${{ github.ref }}",
  );
  const ofPull = adapted(workflow, { event: "pull_request" }).preview;
  expect(ofPull?.env?.ACTIONS_ID_TOKEN_REQUEST_URL).toBe("http://github/idToken?subject=repo:team/hello:pull_request");
  const ofFork = adapted(workflow, { idTokens: undefined }).preview;
  expect(ofFork?.env).toBeUndefined();
});

it("checks before the first step whether the job may start, and keeps the rest of the steps", () => {
  const { deploy, look, called } = adapted(workflow);
  expect(deploy?.steps.map(({ uses, run }) => uses ?? run)).toEqual([
    ...["rehearsal/admission@this-checkout", "actions/checkout@0123", "deploy"],
  ]);
  expect(deploy?.steps[0]?.with).toEqual({
    ...{ environment: "${{ inputs.stack }}", group: "stack-${{ inputs.stack }}", queue: "max" },
  });
  expect(look?.steps[0]?.with).toEqual({});
  expect(called).toEqual({ uses: "./.github/workflows/other.yml" });
  expect(deploy).not.toHaveProperty("environment");
  expect(deploy).not.toHaveProperty("concurrency");
});

it("reads the outputs of a skipped job as empty, which act does not", () => {
  const { look, called } = adapted(`jobs:
  look:
    if: needs.order.outputs.stack != ''
    strategy: { matrix: { stack: "\${{ fromJSON(needs.order.outputs.stack || '[]') }}" } }
    steps: [{ run: look, env: { NEWS: "\${{ needs.put-back.outputs.news }}" } }]
  called:
    uses: ./.github/workflows/other.yml
    with: { images: "\${{ needs.dev.outputs.images }}" }
`);
  const stack = "(needs.order.result != 'skipped' && needs.order.outputs.stack || '')";
  expect(look?.if).toBe(`${stack} != ''`);
  expect(look).toMatchObject({ strategy: { matrix: { stack: `\${{ fromJSON(${stack} || '[]') }}` } } });
  expect(look?.steps[1]?.env?.NEWS).toBe(
    "${{ (needs.put-back.result != 'skipped' && needs.put-back.outputs.news || '') }}",
  );
  expect(called).toMatchObject({
    with: { images: "${{ (needs.dev.result != 'skipped' && needs.dev.outputs.images || '') }}" },
  });
});

it("refuses an environment that is more than one expression, and a file without jobs", () => {
  const text = "jobs: { one: { environment: 'pr-${{ github.ref }}', steps: [{ run: x }] } }";
  expect(() => workflowForAct(text, side)).toThrow('"pr-${{ github.ref }}" is not one expression');
  expect(() => workflowForAct("on: push", side)).toThrow("the workflow has no jobs");
});

it("finds the actions of others, which all have a stand-in", () => {
  expect(actionsOf("steps: [{ uses: a/b@1 }, { uses: a/b@1 }, { uses: ./own }, { run: 'uses: c/d@2' }]")).toEqual([
    "a/b@1",
  ]);
  const workflows = readdirSync(".github/workflows").filter((name) => name !== "ci.yml");
  const files = [
    ...workflows.map((name) => join(".github/workflows", name)),
    ...readdirSync(".github/actions").map((name) => join(".github/actions", name, "action.yml")),
  ];
  for (const action of files.flatMap((file) => actionsOf(readFileSync(file, "utf8")))) {
    const [name = ""] = action.split("@");
    const standIn = parse(readFileSync(join("tests/rehearsal/actions", name, "action.yml"), "utf8")) as {
      runs: object;
    };
    expect(standIn.runs).toBeDefined();
  }
});
