/** No secret appears in plain text: neither in the state nor in outputs, nor in what an update or a preview prints or logs. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exchangeForRefreshToken } from "../../components/registry/registrySignIn.ts";
import { options, signIn } from "../../local/stack/deployerSignIn.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { ended } from "./runProgram.ts";
import { ownStack, type OwnStack } from "./ownStack.ts";
import { findSecrets, formsOf } from "./findSecrets.ts";
import { local, start } from "./localStack.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-secrets-"));
const newSecret = () => `${randomBytes(18).toString("base64")}\n"'&`;
/** Printed or stored texts by place. */
const places: Record<string, string> = {};
const secrets: Record<string, string> = {};
let stack: OwnStack;

/**
 * The engine's events without those of severity "debug", in which the SDK repeats every answer, secrets included. No display
 * shows debug events, but a raw event stream and logs with --verbose contain them: docs/settings.md warns about both.
 */
const withoutDebugEvents = (events: string) =>
  events
    .split("\n")
    .filter((line) => !/^\{.*"severity":"debug"/.test(line))
    .join("\n");

/** Runs a command on the stack with a new value for each secret, and keeps its output and logs. */
async function run(what: string, command: string, ...options: string[]): Promise<void> {
  const [variable, file] = [newSecret(), newSecret()];
  Object.assign(secrets, { [`variable of ${what}`]: variable, [`file of ${what}`]: file });
  const config = await stack.writeSettings({
    secretValues: { secret: { TOKEN: variable } },
    secretFiles: { secret: { "/etc/secrets/key.pem": file } },
  });
  const log = join(folder, `${Object.keys(places).length}.events`);
  const args = ["--non-interactive", "--stack", stack.name, "--config-file", config, "--event-log", log, ...options];
  // Pulumi counts `--event-log` among its debug commands.
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
  // The files of the backend: the state, its backups and the update history.
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

it("has secrets to search for, and texts to search", () => {
  expect(Object.values(secrets).filter((secret) => secret.length < 12)).toEqual([]);
  expect(Object.keys(secrets)).toHaveLength(4 * 2 + 4);
  const empty = Object.keys(places).filter((place) => !place.startsWith("stderr") && places[place] === "");
  expect(empty).toEqual([]);
  expect(Object.keys(places).filter((place) => place.includes("/.pulumi/stacks/")).length).toBeGreaterThan(0);
});

it("finds each secret in each of its forms where it is planted", () => {
  for (const [name, secret] of Object.entries(secrets)) {
    const forms = [...formsOf(secret), Buffer.from(`user:${secret}`).toString("base64")];
    const nested = Buffer.from(JSON.stringify({ auth: forms.at(-1) })).toString("base64");
    for (const form of [...forms, nested]) {
      expect(findSecrets({ [name]: secret }, { here: `{"a": "x${form}y"}`, there: "" })).toEqual([`${name} in here`]);
    }
  }
});

it("finds none in the collected texts", () => {
  expect(findSecrets(secrets, places)).toEqual([]);
});

describe("a token for the registry or Azure", () => {
  // The header and the claims of a JSON Web Token are objects in Base64, so both start with these letters. The dot between
  // them distinguishes a token from the state's encrypted values, in which the letters can occur by chance.
  const token = /eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}/;

  it("would be found", async () => {
    const ofAzure = (await signIn().credential.getToken(options.credentials.scopes)).token;
    const { loginServer = "" } = await stack.outputs();
    const ofRegistry = await exchangeForRefreshToken(loginServer, ofAzure);
    for (const one of [ofAzure, ofRegistry]) expect(`{"a":"${one}"}`).toMatch(token);
  });

  it("appears nowhere", () => {
    expect(Object.keys(places).filter((place) => token.test(places[place] ?? ""))).toEqual([]);
  });
});
