/** An environment in a pipeline: deployed and tested, broken, rolled back to the good image, recovered after a crash. */
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutFolder } from "../../local/layout.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { begin, ended } from "./runProgram.ts";
import { ownStack, type OwnStack } from "./ownStack.ts";
import { ownVault } from "./ownVault.ts";
import { eventually, local, pods, start } from "./localStack.ts";
import { withSyft } from "./syft.ts";

interface Result {
  state: string;
  image: string;
  serving: string;
  diagnosis?: string;
  smoke: { seen: string[]; problems: string[] };
}

const name = "e2e-deploy";
let stack: OwnStack;
/** A copy of the service, so that a change does not affect other tests. */
const app = mkdtempSync(join(tmpdir(), "tarmac-app-"));
const tools = mkdtempSync(join(tmpdir(), "tarmac-tools-"));

/** Arguments of npm. */
const command = async (settings: Record<string, unknown>, ...args: string[]) => [
  ...["run", "--silent", "deploy", "--", name, "--json", "--no-policy"],
  ...["--config-file", await stack.writeSettings(settings), ...args],
];
const environment = () => ({ ...stackEnvironment(), GITHUB_STEP_SUMMARY: "" });

async function deploy(settings: Record<string, unknown> = {}, ...args: string[]) {
  const { code, stdout, stderr } = await ended("npm", await command(settings, ...args), { env: environment() });
  return { code, text: stderr, result: JSON.parse(stdout === "" ? "{}" : stdout) as Result };
}

const digests = async () => [
  ...new Set((await pods(name)).map(({ spec }) => spec.containers[0]?.image.split("@")[1] ?? "")),
];

beforeAll(async () => {
  await start();
  cpSync(join(checkoutFolder, "app"), app, { recursive: true });
  stack = await ownStack(name, { context: app, replicas: 2 });
});

afterAll(async () => {
  await stack.remove();
  for (const folder of [app, tools]) rmSync(folder, { recursive: true });
});

let good: string;

it("deploys, smoke-tests the service, and records the image as good", async () => {
  const { code, result, text } = await deploy();
  expect(code === 0 ? "deployed" : text).toBe("deployed");
  expect(result.state).toBe("good");
  expect(result.smoke).toEqual({
    seen: [expect.stringMatching(/^2 pods, all ready, all of sha256:/), expect.stringMatching(/: all 200$/)],
    problems: [],
  });
  good = result.image;
  // With the commit, where the checkout is nothing but that.
  const tags = JSON.parse(await local("pulumi", "stack", "tag", "ls", "--json", "--stack", name)) as Record<
    string,
    string
  >;
  expect(Object.keys(tags).filter((tag) => !tag.includes("commit"))).toEqual([`tarmac:good:${name}`]);
  expect(tags[`tarmac:good:${name}`]?.split(" ")[0]).toBe(good);
});

it("promotes the proved and signed image to the next environment, by the same digest from that environment's own registry", async () => {
  // Its name stays taken after its deletion, for as long as Azure keeps a deleted vault.
  const vault = await ownVault(`e2ekeys${randomBytes(4).toString("hex")}`);
  const key = await vault.createKey("images");
  const keyFile = join(tools, "signing.pem");
  writeFileSync(keyFile, key.publicKey);
  const next = await ownStack("e2e-next", { imageFrom: name, replicas: 1, trustedSigners: [keyFile] });
  const inNext = async (command: string, ...args: string[]) =>
    ended(
      "npm",
      ["run", "--silent", command, "--", next.name, "--json", ...args, "--config-file", await next.writeSettings()],
      { env: environment() },
    );
  try {
    const refused = await inNext("deploy", "--no-policy");
    expect({ code: refused.code, text: refused.stderr }).toEqual({
      code: 1,
      text: expect.stringMatching(/no SBOM, no provenance, no signature by a trusted signer/) as string,
    });
    expect(JSON.parse(await next.state())).not.toHaveProperty("deployment.resources");

    const settings = ["--config-file", await stack.writeSettings({ attest: true, signWith: key.id })];
    const attested = await ended("npm", ["run", "--silent", "attest", "--", name, ...settings], {
      env: withSyft(tools, environment()),
    });
    expect(attested.code === 0 ? "attested" : attested.stderr).toBe("attested");
    const { code, stdout, stderr } = await inNext("deploy", "--no-policy");
    expect(code === 0 ? "deployed" : stderr).toBe("deployed");
    const { image } = JSON.parse(stdout) as Result;
    const { imageReference, loginServer = "" } = await next.outputs();
    expect(image).toBe(imageReference);
    expect(image.split("@")[1]).toBe(good.split("@")[1]);
    expect(image.startsWith(`${loginServer}/`)).toBe(true);
    expect(good.startsWith(`${loginServer}/`)).toBe(false);
    expect(stderr).not.toMatch(/docker:index:Image/);
    // What proves its origin has come along.
    const verified = await inNext("verify");
    expect(verified.code === 0 ? "verified" : verified.stderr).toBe("verified");
    // Without the command that knows what passed, nothing is built instead.
    await expect(next.up()).rejects.toThrow(`imageFrom: the image follows from the stack "${name}"`);
  } finally {
    await next.remove();
    await vault.remove();
  }
});

it("stops if the running commit is not known to be older", async () => {
  await local("pulumi", "stack", "tag", "set", "tarmac:newest-commit", "f".repeat(40), "--stack", name);
  const { code, result, text } = await deploy();
  expect({ code, state: result.state }).toEqual({ code: 1, state: "stopped" });
  expect(text).toContain(`npx tarmac deploy ${name} --allow-older ffffffffffff`);
  await local("pulumi", "stack", "tag", "rm", "tarmac:newest-commit", "--stack", name);
});

it("shows what would change, and stops before it replaces a guarded namespace", async () => {
  const shown = await deploy({ namespace: "e2e-deploy-other" }, "--preview");
  expect(shown).toMatchObject({ code: 1, result: { state: "stopped" } });
  const stopped = await deploy({ namespace: "e2e-deploy-other" });
  expect(stopped).toMatchObject({ code: 1, result: { state: "stopped" } });
  expect(stopped.text).toMatch(/not accepted: (?:replace|delete): \S+ \(kubernetes:core\/v1:Namespace\)/);
  expect(await digests()).toEqual([good.split("@")[1]]);
});

it("leaves the old pods serving when a rollout fails, says why, and rolls back even if only one good image is recorded", async () => {
  writeFileSync(join(app, "src", "main.ts"), "process.exit(7);\n");
  const { code, result, text } = await deploy();
  expect({ code, state: result.state }).toEqual({ code: 1, state: "failed" });
  expect(result.serving).toMatch(/^The pods from before still serve: every request at http/);
  expect(result.diagnosis).toMatch(/exit code 7\b/);
  expect(await digests()).toContain(good.split("@")[1]);
  expect(text).toContain(`Roll back to the last good image: npx tarmac deploy ${name} --rollback`);

  const back = await deploy({}, "--rollback");
  expect(back.code === 0 ? "deployed" : back.text).toBe("deployed");
  expect(back.result.image).toBe(good);
  cpSync(join(checkoutFolder, "app", "src"), join(app, "src"), { recursive: true });
});

it("rolls back to the last good image, without building", async () => {
  writeFileSync(join(app, "src", "version.txt"), "another version\n");
  const next = await deploy();
  expect(next.code === 0 ? "deployed" : next.text).toBe("deployed");
  expect(next.result.image).not.toBe(good);

  const back = await deploy({}, "--rollback");
  expect(back.code === 0 ? "deployed" : back.text).toBe("deployed");
  expect(back.result.image).toBe(good);
  await eventually(digests, (found) => found.join() === good.split("@")[1]);
  expect(back.text).not.toMatch(/docker:index:Image .* created/);
});

it("repairs what a killed update left behind", async () => {
  writeFileSync(join(app, "src", "version.txt"), "a third version\n");
  const update = begin("npm", await command({}), { env: environment() });
  await eventually(
    () => local("pulumi", "stack", "export", "--stack", name),
    (state) => state.includes('"pending_operations"'),
  );
  await update.kill();
  const { code, result, text } = await deploy();
  expect(code === 0 ? "deployed" : text).toBe("deployed");
  expect(result.state).toBe("good");
  expect(text).toMatch(/removing the left-over lock of a killed update/);
});
