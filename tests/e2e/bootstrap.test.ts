/**
 * Runs the code blocks of docs/bootstrap.md in a shell: the bootstrap program on the real engine, with its state and its
 * key in the simulated Azure. Then it tests the rights of the identities that the program creates. They sign in like workflows: with
 * the token of a run and without a secret.
 */
import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseDocument } from "yaml";
import { ports } from "../../local/layout.ts";
import { signIn } from "../../local/stack/deployerSignIn.ts";
import { simulation } from "../../local/stack/simulation.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { askNamed } from "../unit/local/azure/namedService.ts";
import { copyCheckout } from "./checkoutCopy.ts";
import { type AdoptedRepository, openRepository } from "./adoptedRepository.ts";
import { local, start } from "./localStack.ts";
import { commandsOf } from "./pageCommands.ts";
import { run } from "./runProgram.ts";
import { ShellSession } from "./shellSession.ts";

const endpoint = `https://localhost:${ports.azure}`;
const page = "docs/bootstrap.md";
const environments = ["dev", "staging", "prod"];

interface Outputs {
  backendUrl: string;
  backendUrls: Record<string, string>;
  secretsProviders: Record<string, string>;
  repositoryVariables: { AZURE_PREVIEW_CLIENT_ID: string; AZURE_DRIFT_CLIENT_ID: string };
  environmentVariables: Record<string, { AZURE_CLIENT_ID: string }>;
}

let folder: string;
/** A copy of the checkout, the shell's working folder. */
let copy: string;
let github: AdoptedRepository;
let shell: ShellSession;
let environment: NodeJS.ProcessEnv;
let outputs: Outputs;
let removed = false;

/** Stand-ins for programs that the page needs on a person's machine: what each prints, by its arguments. */
const standIns = (): Record<string, string> => ({
  gh: `case "$*" in
"api repos/contoso/hello/actions/oidc/customization/sub --jq .sub_claim_prefix") echo repo:contoso@5544/hello@821093 ;;
"auth token") echo token ;;
*) echo "gh $*: not expected" >&2; exit 1 ;;
esac`,
  az: `case "$*" in
"account show --query id --output tsv") echo ${environment.ARM_SUBSCRIPTION_ID} ;;
"ad signed-in-user show --query id --output tsv") echo 5b2ed0b1-0b3c-4f5e-9d34-6f1f8a3d1c01 ;;
*) echo "az $*: not expected" >&2; exit 1 ;;
esac`,
});

/** Commands of the page that are not run, and their replacements. */
const replaced: readonly [RegExp, string[]][] = [
  // The copy uses the packages of the checkout.
  [/^npm ci$/, []],
  // The simulated Azure has one subscription: `shareSubscriptions` of the page, which is run, accepts it.
  [/config set --path subscriptions\./, []],
  // The settings of this machine, before the first update.
  [
    /^pulumi -C bootstrap up$/,
    [
      `pulumi -C bootstrap config set issuer ${endpoint}/simulation/workflows`,
      "pulumi -C bootstrap config set resourceGroupName e2e-bootstrap",
      "pulumi -C bootstrap config set shareSubscriptions true",
      "pulumi -C bootstrap up",
    ],
  ],
];

async function typePage(heading: string): Promise<void> {
  for (const { text, line } of commandsOf(page, heading)) {
    const [, typed = [text]] = replaced.find(([pattern]) => pattern.test(text)) ?? [];
    for (const command of typed)
      await shell.type(command).catch((error: unknown) => {
        throw new Error(`${page}:${line}: ${(error as Error).message}`);
      });
  }
}

beforeAll(async () => {
  await start();
  folder = mkdtempSync(join(tmpdir(), "tarmac-bootstrap-"));
  copy = join(folder, "hello");
  for (const name of ["hello", "home", "programs"]) mkdirSync(join(folder, name));
  await copyCheckout(copy);
  github = await openRepository();
  github.repository.rules = [
    {
      type: "required_status_checks",
      parameters: { required_status_checks: [{ context: "check" }, { context: "report" }] },
    },
    { type: "pull_request", parameters: { require_code_owner_review: true } },
  ];
  const programs = join(folder, "programs");
  environment = {
    ...stackEnvironment(),
    ...{ PULUMI_BACKEND_URL: undefined, PULUMI_CONFIG_PASSPHRASE_FILE: undefined },
    HOME: join(folder, "home"),
    PULUMI_HOME: join(folder, "home", ".pulumi"),
    PULUMI_SKIP_CONFIRMATIONS: "true",
    PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: undefined,
    TARMAC_STACK: undefined,
    ARM_METADATA_HOSTNAME: `localhost:${ports.azure}`,
    ARM_DISABLE_INSTANCE_DISCOVERY: "true",
    GITHUB_API_URL: github.url,
    PATH: [programs, stackEnvironment().PATH].join(delimiter),
  };
  for (const [name, script] of Object.entries(standIns())) {
    writeFileSync(join(programs, name), `#!/bin/bash\n${script}\n`);
    chmodSync(join(programs, name), 0o755);
  }
  shell = new ShellSession(copy, environment);
  await shell.type("git init --quiet");
});

afterAll(async () => {
  if (!removed && outputs !== undefined) {
    await shell.try("pulumi -C bootstrap config set locked false && pulumi -C bootstrap up");
    await shell.try("pulumi -C bootstrap destroy");
  }
  await shell.close();
  await github.close();
  rmSync(folder, { recursive: true, force: true });
});

it("leaves its state and its key in Azure when its commands are run line by line", async () => {
  await typePage("Set it up in ten minutes");
  outputs = JSON.parse(readFileSync(join(copy, "outputs.json"), "utf8")) as Outputs;
  const settings = readFileSync(join(copy, "bootstrap", "Pulumi.bootstrap.yaml"), "utf8");
  expect(settings).toMatch(
    /secretsprovider: azurekeyvault:\/\/tarmac-keys-[0-9a-f]+\.vault\.azure\.net\/keys\/bootstrap\//,
  );
  expect(outputs.backendUrl).toMatch(/^azblob:\/\/pulumi-state\?storage_account=tarmacstate[0-9a-f]{8}$/);
  expect(Object.keys(outputs.secretsProviders).sort()).toEqual([...environments].sort());
  expect(github.repository.variables.get("/environments/dev/variables/AZURE_CLIENT_ID")).toBe(
    outputs.environmentVariables.dev?.AZURE_CLIENT_ID,
  );
  expect(await shell.type("ls")).not.toContain("bootstrap.json");
});

it("changes nothing the second time", async () => {
  await shell.type(`pulumi login '${outputs.backendUrl}'`);
  await shell.type("pulumi -C bootstrap preview --expect-no-changes");
  await shell.type("env -u PULUMI_SKIP_CONFIRMATIONS pulumi -C bootstrap refresh --preview-only --expect-no-changes");
});

it("creates the stacks of the other environments with the same commands", async () => {
  for (const name of environments.slice(1)) {
    const lines = commandsOf(page, "Set it up in ten minutes").slice(-5);
    expect(lines[0]?.text).toContain("backendUrls.dev");
    for (const { text } of lines) await shell.type(text.replaceAll(/\bdev\b/g, name));
  }
  for (const name of environments)
    expect(readFileSync(join(copy, `Pulumi.${name}.yaml`), "utf8")).toContain(
      `secretsprovider: ${outputs.secretsProviders[name]}`,
    );
});

/** The token that GitHub issues to a workflow run with this subject. */
const workflowToken = async (subject: string) =>
  ((await simulation("POST", "workflowTokens", { subject })) as { token: string }).token;

/** Runs Pulumi with a workflow's token instead of the deployer's secret, for state, keys and resources alike. */
async function asWorkflow(clientId: string, subject: string, stack: string, ...args: string[]): Promise<string> {
  const token = await workflowToken(subject);
  const tokenFile = join(folder, "token");
  writeFileSync(tokenFile, token, { mode: 0o600 });
  return run("pulumi", ["--non-interactive", ...args, "--stack", stack], {
    cwd: copy,
    env: {
      ...environment,
      ...{ ARM_CLIENT_SECRET: undefined, ARM_CLIENT_ID: clientId, ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: token },
      ...{ AZURE_CLIENT_SECRET: undefined, AZURE_CLIENT_ID: clientId, AZURE_FEDERATED_TOKEN_FILE: tokenFile },
      PULUMI_BACKEND_URL: outputs.backendUrls[stack],
    },
  });
}

/** An Entra token for a workflow's token. */
async function signedIn(clientId: string, subject: string, scope: string): Promise<string> {
  const answer = await fetch(`${endpoint}/${stackEnvironment().ARM_TENANT_ID}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      scope,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await workflowToken(subject),
    }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

const repository = "repo:contoso@5544/hello@821093";
const pullRequest = `${repository}:pull_request`;
const environmentOf = (name: string) => `${repository}:environment:${name}`;
const deployer = (name: string) => outputs.environmentVariables[name]?.AZURE_CLIENT_ID ?? "";
const asDeployer = (name: string, ...args: string[]) => asWorkflow(deployer(name), environmentOf(name), name, ...args);
const asPreview = (stack: string, ...args: string[]) =>
  asWorkflow(outputs.repositoryVariables.AZURE_PREVIEW_CLIENT_ID, pullRequest, stack, ...args);

/**
 * Lets an environment's stack run on this machine: on the existing cluster, so that Azure is the only thing to sign in to, with one
 * secret.
 */
async function settle(name: string): Promise<void> {
  const kubeContext = (await local("kubectl", "config", "current-context")).trim();
  // The node pulls with the kubelet identity of the existing cluster.
  const { kubeletObjectId } = JSON.parse(await local("pulumi", "stack", "output", "--json", "--stack", "local")) as {
    kubeletObjectId: string;
  };
  const file = join(copy, `Pulumi.${name}.yaml`);
  const document = parseDocument(readFileSync(file, "utf8"));
  const base = parseDocument(readFileSync(join(copy, "Pulumi.local.yaml"), "utf8"));
  document.setIn(["config"], {
    "azure-native:metadataHost": base.getIn(["config", "azure-native:metadataHost"]),
    "azure-native:disableInstanceDiscovery": "true",
    "tarmac:buildArgs": base.getIn(["config", "tarmac:buildArgs"]),
    "tarmac:location": base.getIn(["config", "tarmac:location"]),
    "tarmac:appName": `e2e-state-${name}`,
    ...{ "tarmac:kubeContext": kubeContext, "tarmac:kubeletObjectId": kubeletObjectId, "tarmac:replicas": 1 },
  });
  writeFileSync(file, document.toString());
  await shell.type(`pulumi login '${outputs.backendUrls[name]}'`);
  await shell.type(`pulumi config set --stack ${name} --path --secret 'tarmac:secretValues.token' hidden-${name}`);
}

it("signs in with the tokens of its own runs only", async () => {
  const listed = asWorkflow(deployer("dev"), pullRequest, "dev", "stack", "export");
  await expect(listed).rejects.toThrow("AADSTS700213");
});

describe("the identity of an environment", () => {
  beforeAll(async () => {
    await settle("dev");
  });
  afterAll(async () => {
    await asDeployer("dev", "destroy", "--yes", "--skip-preview");
  });

  it("previews with an identity that cannot change anything", async () => {
    expect(await asPreview("dev", "preview")).toMatch(/containerregistry\S*:Registry\s+e2e-?state-?dev/);
    // Pulumi's client of the blob service (gocloud.dev, azureblob) ends with a nil pointer when a write is refused.
    await expect(asPreview("dev", "up", "--yes", "--skip-preview")).rejects.toThrow(
      /AuthorizationPermissionMismatch|azureblob\.\(\*writer\)\.Close/,
    );
  });

  it("deploys its environment, with the state and the secrets in Azure", async () => {
    await asDeployer("dev", "up", "--yes", "--skip-preview");
    const state = await asDeployer("dev", "stack", "export");
    expect(state).not.toContain("hidden-dev");
    expect(await asDeployer("dev", "config", "get", "tarmac:secretValues.token", "--path")).toContain("hidden-dev");
    await asPreview("dev", "preview", "--expect-no-changes");
  });

  it("neither reads nor deletes another environment's state, and does not decrypt its secrets", async () => {
    const asDev = (...args: string[]) => asWorkflow(deployer("dev"), environmentOf("dev"), "prod", ...args);
    await expect(asDev("stack", "export")).rejects.toThrow("AuthorizationPermissionMismatch");
    const account = new URL(outputs.backendUrls.dev ?? "").searchParams.get("storage_account") ?? "";
    const token = await signedIn(deployer("dev"), environmentOf("dev"), "https://storage.azure.com/.default");
    const list = "?restype=container&comp=list";
    expect((await named(`${account}.blob.core.windows.net`, "GET", `/pulumi-state-dev${list}`, token)).status).toBe(
      200,
    );
    for (const container of ["pulumi-state", "pulumi-state-prod"])
      for (const [method, path] of [
        ["GET", `/${container}${list}`],
        ["DELETE", `/${container}/.pulumi/meta.yaml`],
      ] as const)
        expect((await named(`${account}.blob.core.windows.net`, method, path, token)).status).toBe(403);
    const { host, pathname } = new URL((outputs.secretsProviders.prod ?? "").replace(/^azurekeyvault:/, "https:"));
    const keyToken = await signedIn(deployer("dev"), environmentOf("dev"), "https://vault.azure.net/.default");
    const body = JSON.stringify({ alg: "RSA-OAEP-256", value: "c2VjcmV0" });
    const refused = await named(host, "POST", `${pathname}/decrypt?api-version=7.4`, keyToken, { body });
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("ForbiddenByRbac")]);
  });

  it("may delete its own state, which comes back from the versions that it cannot delete", async () => {
    const host = `${new URL(outputs.backendUrls.dev ?? "").searchParams.get("storage_account")}.blob.core.windows.net`;
    const token = await signedIn(deployer("dev"), environmentOf("dev"), "https://storage.azure.com/.default");
    const blob = "/pulumi-state-dev/.pulumi/stacks/tarmac/dev.json";
    const before = await asDeployer("dev", "stack", "export");
    expect((await named(host, "DELETE", blob, token)).status).toBe(202);
    await expect(asDeployer("dev", "stack", "export")).rejects.toThrow("no stack named 'dev' found");
    const versions = await named(
      host,
      "GET",
      "/pulumi-state-dev?restype=container&comp=list&include=versions&prefix=.pulumi/stacks/tarmac/dev.json",
      token,
    );
    const ids = [...versions.text.matchAll(/<Name>[^<]*dev\.json<\/Name><VersionId>([^<]+)</g)].map(([, id]) => id);
    const newest = ids.sort().at(-1) ?? "";
    expect((await named(host, "DELETE", `${blob}?versionid=${newest}`, token)).status).toBe(403);
    const headers = { "x-ms-copy-source": `https://${host}${blob}?versionid=${newest}`, "Content-Length": "0" };
    expect((await named(host, "PUT", blob, token, { headers })).status).toBe(202);
    expect(await asDeployer("dev", "stack", "export")).toBe(before);
  });

  it("grants no other role, neither to itself nor with a wider condition", async () => {
    const { ARM_SUBSCRIPTION_ID: subscription = "" } = stackEnvironment();
    const token = await signedIn(deployer("dev"), environmentOf("dev"), `${endpoint}/.default`);
    const own = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { oid: string };
    const definitions = `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions`;
    // Owner, User Access Administrator, and Role Based Access Control Administrator without a condition.
    for (const role of [
      "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
      "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
      "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    ]) {
      const name = `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`;
      const response = await fetch(`${endpoint}${name}?api-version=2022-04-01`, {
        method: "PUT",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        body: JSON.stringify({
          properties: {
            principalId: own.oid,
            principalType: "ServicePrincipal",
            roleDefinitionId: `${definitions}/${role}`,
          },
        }),
      });
      expect(response.status).toBe(403);
    }
  });
});

/** A request to a storage account or a vault, by its own name. */
const named = (
  host: string,
  method: string,
  path: string,
  token: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
) => askNamed({ endpoint }, host, method, path, { headers: { Authorization: `Bearer ${token}`, ...headers }, body });

it("is deleted completely by the page's commands after locked is set to false", async () => {
  const group = `/subscriptions/${stackEnvironment().ARM_SUBSCRIPTION_ID}/resourceGroups/e2e-bootstrap`;
  const { token } = await signIn().credential.getToken(`${endpoint}/.default`);
  const deletion = await fetch(`${endpoint}${group}?api-version=2024-03-01`, {
    method: "DELETE",
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(deletion.status).toBe(409);
  expect(await deletion.json()).toMatchObject({ error: { code: "ScopeLocked" } });
  await shell.type(`pulumi login '${outputs.backendUrl}'`);
  const refused = await shell.try("pulumi -C bootstrap destroy");
  expect(refused.code).not.toBe(0);
  expect(refused.text).toMatch(/ScopeLocked|protect/);
  await typePage("Remove everything");
  removed = true;
  const { resources } = (await simulation("GET", "inventory")) as { resources: { id: string }[] };
  expect(resources.filter(({ id }) => id.includes("e2e-bootstrap"))).toEqual([]);
});
