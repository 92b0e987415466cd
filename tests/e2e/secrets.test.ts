/** No secret in plain text: not in the state, not in an output, and not in what an update or a preview prints or logs. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exchangeForRefreshToken } from "../../components/registry/signIn.ts";
import { options, signIn } from "../../local/stack/azureSignIn.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { ended } from "./runProgram.ts";
import { ownStack, type OwnStack } from "./ownStack.ts";
import { findSecrets, formsOf } from "./findSecrets.ts";
import { local, start } from "./localStack.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-secrets-"));
const newSecret = () => `${randomBytes(18).toString("base64")}\n"'&`;
/** Where something stands, and what stands there. */
const places: Record<string, string> = {};
const secrets: Record<string, string> = {};
let stack: OwnStack;

/**
 * The engine's events but for those of severity "debug", in which the SDK repeats all that it was answered, secrets too.
 * No display shows them; a raw stream of events has them, as logs with --verbose do: docs/settings.md warns of both.
 */
const withoutDebugEvents = (events: string) =>
  events
    .split("\n")
    .filter((line) => !/^\{.*"severity":"debug"/.test(line))
    .join("\n");

/** Runs a command on the stack with a new value of each secret, and keeps all that it prints and what it logs. */
async function run(what: string, command: string, ...options: string[]): Promise<void> {
  const [variable, file] = [newSecret(), newSecret()];
  Object.assign(secrets, { [`variable of ${what}`]: variable, [`file of ${what}`]: file });
  const config = await stack.writeSettings({
    secretValues: { secret: { TOKEN: variable } },
    secretFiles: { secret: { "/etc/secrets/key.pem": file } },
  });
  const log = join(folder, `${Object.keys(places).length}.events`);
  const args = ["--non-interactive", "--stack", stack.name, "--config-file", config, "--event-log", log, ...options];
  // Its event log is one of what Pulumi calls debug commands.
  const env = { ...stackEnvironment(), PULUMI_DEBUG_COMMANDS: "true" };
  const { code, stdout, stderr } = await ended("pulumi", [command, ...args], { env });
  places[`stdout of ${what}`] = withoutDebugEvents(stdout);
  places[`stderr of ${what}`] = stderr;
  if (code !== 0) throw new Error(`${what} failed: ${stdout.slice(-3000)}${stderr.slice(-3000)}`);
  places[`event log of ${what}`] = withoutDebugEvents(readFileSync(log, "utf8"));
}

beforeAll(async () => {
  await start();
  stack = await ownStack("secrets", { replicas: 1 });
  const now = ["--yes", "--skip-preview"];
  await run("the first update", "up", ...now, "--diff");
  await run("a preview with --diff", "preview", "--diff");
  await run("a preview with --json", "preview", "--json");
  await run("an update with --json", "up", ...now, "--json");

  const output = (...args: string[]) => local("pulumi", "stack", "output", "--stack", stack.name, ...args);
  places["stack output"] = await output();
  places["stack output --json"] = await output("--json");
  places["stack export"] = await stack.state();
  // As the backend has it: the state, its backups and the history of updates.
  const backend = fileURLToPath(stackEnvironment().PULUMI_BACKEND_URL ?? "");
  for (const entry of readdirSync(join(backend, ".pulumi"), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && path.includes(`/${stack.name}`)) places[path] = readFileSync(path, "utf8");
  }

  const { kubeconfig = "" } = await stack.outputs();
  const key = /client-key-data: (\S+)/.exec(kubeconfig)?.[1] ?? "";
  const { ARM_CLIENT_SECRET = "", PULUMI_CONFIG_PASSPHRASE_FILE = "" } = stackEnvironment();
  Object.assign(secrets, {
    "the kubeconfig's key": key,
    "a line of that key": Buffer.from(key, "base64").toString().split("\n")[1] ?? "",
    "the deployer's secret": ARM_CLIENT_SECRET,
    "the passphrase": readFileSync(PULUMI_CONFIG_PASSPHRASE_FILE, "utf8").trim(),
  });
});

afterAll(async () => {
  await stack.remove();
  rmSync(folder, { recursive: true });
});

it("looks for secrets, in places where something stands", () => {
  expect(Object.values(secrets).filter((secret) => secret.length < 12)).toEqual([]);
  expect(Object.keys(secrets)).toHaveLength(4 * 2 + 4);
  const empty = Object.keys(places).filter((place) => !place.startsWith("stderr") && places[place] === "");
  expect(empty).toEqual([]);
  expect(Object.keys(places).filter((place) => place.includes("/.pulumi/stacks/")).length).toBeGreaterThan(0);
});

it("finds every one of them where it is planted, in each of its forms", () => {
  for (const [name, secret] of Object.entries(secrets)) {
    const forms = [...formsOf(secret), Buffer.from(`user:${secret}`).toString("base64")];
    const nested = Buffer.from(JSON.stringify({ auth: forms.at(-1) })).toString("base64");
    for (const form of [...forms, nested]) {
      expect(findSecrets({ [name]: secret }, { here: `{"a": "x${form}y"}`, there: "" })).toEqual([`${name} in here`]);
    }
  }
});

it("finds none", () => {
  expect(findSecrets(secrets, places)).toEqual([]);
});

describe("a token that registry or Azure were asked with", () => {
  // A JSON Web Token's header and claims are both an object in Base64, so both begin like this. The dot between them is what
  // tells a token from the state's encrypted values: in so much Base64 the three letters turn up by chance.
  const token = /eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}/;

  it("would be found", async () => {
    const ofAzure = (await signIn().credential.getToken(options.credentials.scopes)).token;
    const { loginServer = "" } = await stack.outputs();
    const ofRegistry = await exchangeForRefreshToken(loginServer, ofAzure);
    for (const one of [ofAzure, ofRegistry]) expect(`{"a":"${one}"}`).toMatch(token);
  });

  it("is nowhere", () => {
    expect(Object.keys(places).filter((place) => token.test(places[place] ?? ""))).toEqual([]);
  });
});
