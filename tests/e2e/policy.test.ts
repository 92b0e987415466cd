/** The policy pack in the real engine: the stack of the project, and one that breaks its rules. */
import { join } from "node:path";
import type { Findings } from "../../ops/policy/policyFindings.ts";
import { localPolicyPack } from "../../local/plugins/policyHost.ts";
import { checkoutFolder, nodeBinary } from "../../local/layout.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { ended } from "./runProgram.ts";
import { local, start } from "./localStack.ts";
import { ownStack, type OwnStack } from "./ownStack.ts";

const config = join(checkoutFolder, "policy", "config", "local.json");
const withPack = ["--policy-pack", localPolicyPack, "--policy-pack-config", config];

/** `npx tarmac policy` with the environment's settings, in the folder of a program. */
async function policy(...args: string[]): Promise<{ code: number; out: string; found: Findings }> {
  const command = [join(checkoutFolder, "ops", "tarmac.ts"), "policy", "--config", config, "--json", ...args];
  const { code, stdout, stderr } = await ended(nodeBinary, command, { env: stackEnvironment() });
  const found = (stdout.startsWith("{") ? JSON.parse(stdout) : {}) as Findings;
  return { code, out: stdout + stderr, found };
}

/** The error of a command that must fail. */
async function failure(command: Promise<string>): Promise<string> {
  const output = await command.then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (output === undefined) throw new Error("it did not fail");
  return output;
}

/** The first line of a violation in Pulumi's output: "- [mandatory] [severity: high]  image-exact  (TYPE: NAME)". */
const broken = (level: string, rule: string) => new RegExp(`- \\[${level}\\] .* ${rule}  \\(`);

beforeAll(async () => {
  await start();
});

describe("the project's own stack", () => {
  let stack: OwnStack;
  const look = async (...args: string[]) =>
    policy("--stack", stack.name, "--config-file", await stack.writeSettings(), ...args);

  beforeAll(async () => {
    stack = await ownStack("policy-own");
  });
  afterAll(() => stack.remove());

  it("meets every policy that a first preview can check, and leaves the others to the update", async () => {
    const { code, found, out } = await look();
    expect([code, found.findings, out]).toEqual([0, [], expect.any(String)]);
    expect(found.undecided.map(({ policy: id }) => id).sort()).toEqual(["image-exact", "image-registry", "pull-grant"]);
    expect(found.excepted.map(({ policy: id }) => id).sort()).toEqual([
      "cluster-api-server",
      "cluster-no-local-accounts",
    ]);
  });

  it("meets all of them in the update, which knows every value", async () => {
    const output = await stack.up({}, ...withPack);
    expect(output).toMatch(/✅ tarmac@v/);
  });

  it("meets all of them as deployed", async () => {
    const { code, found } = await look("--state");
    expect([code, found.findings]).toEqual([0, []]);
  });

  it("leaves nothing open in the next preview", async () => {
    const { code, found } = await look();
    expect([code, found.findings, found.undecided]).toEqual([0, [], []]);
  });
});

describe("a stack that breaks rules", () => {
  const program = join(checkoutFolder, "tests", "e2e", "policy", "program");
  let stack: OwnStack;

  beforeAll(async () => {
    stack = await ownStack("policy-bad", { breaks: "now" }, program);
  });
  afterAll(() => stack.remove());

  it("is stopped at the preview, by policies that say what is wrong, why, and how to fix it", async () => {
    const output = await failure(stack.preview({}, ...withPack));
    expect(output).toMatch(broken("mandatory", "read-only-root"));
    expect(output).toContain('container "app": readOnlyRootFilesystem is false');
    expect(output).toContain("Why: an attacker in a process could install programs");
    expect(output).toContain("Fix: set securityContext.readOnlyRootFilesystem: true");
    expect(output).toContain("See: https://kubernetes.io/docs/");
    for (const rule of [
      "no-privileged",
      "no-host-namespaces",
      "no-plain-secret",
      "image-exact",
      "registry-no-admin-user",
    ])
      expect(output).toMatch(broken("mandatory", rule));
    expect(output).not.toContain("a-secret-for-nobody");
  });

  it("passes with a configuration that only advises", async () => {
    const output = await stack.preview(
      {},
      "--policy-pack",
      localPolicyPack,
      "--policy-pack-config",
      join(program, "advisory.json"),
    );
    expect(output).toMatch(broken("advisory", "read-only-root"));
    expect(output).not.toContain("[mandatory]");
  });

  it("is stopped in the update by what no preview could know, before the resource is created", async () => {
    const before = await stack.preview({ breaks: "later" }, ...withPack);
    expect(before).toMatch(/✅ tarmac@v/);
    stack.settings = { ...stack.settings, breaks: "later" };
    const output = await failure(stack.up({}, ...withPack));
    expect(output).toMatch(broken("mandatory", "image-exact"));
    expect(output).toMatch(/runs the image "localhost:\d+\/app:latest", which has the tag "latest" and has no digest/);
    await expect(local("kubectl", "get", "deployment", "app", "--namespace", "default")).rejects.toThrow("not found");
  });
});

it("exits with 2 and says so if the stack does not exist", async () => {
  const { code, out } = await policy("--stack", "no-such-stack");
  expect(code).toBe(2);
  expect(out).toMatch(/no stack named 'no-such-stack' found/);
});
