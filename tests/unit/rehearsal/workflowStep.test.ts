import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filledIn, runStep } from "../../rehearsal/workflowStep.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-test-"));
mkdirSync(join(folder, ".github", "workflows"), { recursive: true });
writeFileSync(
  join(folder, ".github", "workflows", "try.yml"),
  `jobs:
  job:
    env:
      STACK: \${{ inputs.stack }}
      ARM_CLIENT_ID: \${{ vars.AZURE_CLIENT_ID }}
    steps:
      - uses: actions/checkout@v1
      - run: echo "$STACK $OWN $ARM_CLIENT_ID"; exit 3
        env:
          OWN: pr-\${{ github.event.pull_request.number }}
      - run: npm ci
`,
);
afterAll(() => rmSync(folder, { recursive: true }));

const said: string[] = [];
const context = (values: Record<string, string>) => ({
  ...{ folder, values, say: (line: string) => void said.push(line) },
  env: { PATH: process.env.PATH, ARM_CLIENT_ID: "of-this-machine" },
});
const values = { "inputs.stack": "dev", "github.event.pull_request.number": "7" };

test("a step is run with its job's variables and its own, signed in as this machine is", async () => {
  expect(await runStep("try.yml", "job", /^echo/, context(values))).toMatchObject({
    ...{ command: 'echo "$STACK $OWN $ARM_CLIENT_ID"; exit 3', code: 3, said: "dev pr-7 of-this-machine" },
  });
  expect(said).toEqual(["dev pr-7 of-this-machine"]);
});

test("a variable without value, a step that is not there, and two in place of one are refused", async () => {
  await expect(runStep("try.yml", "job", /^echo/, context({ "inputs.stack": "dev" }))).rejects.toThrow(
    'the expression "github.event.pull_request.number" has no value in this rehearsal',
  );
  await expect(runStep("try.yml", "job", /deploy/, context(values))).rejects.toThrow('job "job": 0 steps match');
  await expect(runStep("try.yml", "job", /./, context(values))).rejects.toThrow("2 steps match");
  await expect(runStep("try.yml", "other", /./, context(values))).rejects.toThrow("0 steps match");
});

test("text beside expressions stays as it is", () => {
  expect(filledIn("a ${{ x.y }} b ${{x.y}}", { "x.y": "1" })).toBe("a 1 b 1");
});
