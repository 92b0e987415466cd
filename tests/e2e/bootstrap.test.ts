/**
 * The bootstrap program on the real engine, and the rights of the identities that it creates, signed in as workflows are: with
 * the token of a run and no secret.
 */
import { randomUUID } from "node:crypto";
import { request } from "node:https";
import { join } from "node:path";
import { checkoutFolder, ports } from "../../local/settings.ts";
import { signIn } from "../../local/stack/azureSignIn.ts";
import { simulation } from "../../local/stack/simulation.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { run } from "./runProgram.ts";
import { ownStack, type OwnStack } from "./ownStack.ts";
import { local, start } from "./localStack.ts";

const endpoint = `https://localhost:${ports.azure}`;
const program = join(checkoutFolder, "bootstrap");

interface Outputs {
  backendUrls: Record<string, string>;
  secretsProviders: Record<string, string>;
  repositoryVariables: { AZURE_PREVIEW_CLIENT_ID: string; AZURE_DRIFT_CLIENT_ID: string };
  environmentVariables: Record<string, { AZURE_CLIENT_ID: string }>;
}

let bootstrap: OwnStack;
let removed = false;
let outputs: Outputs;
/** A stack that the identities preview and deploy. It uses an existing cluster, so Azure is the only thing to sign in to. */
let stack: OwnStack;

const settings = (more: object = {}) => ({
  repository: "contoso/hello",
  environments: ["dev", "prod"],
  shareSubscriptions: true,
  resourceGroupName: "e2e-bootstrap",
  issuer: `${endpoint}/simulation/workflows`,
  ...more,
});

beforeAll(async () => {
  await start();
  bootstrap = await ownStack("e2e-bootstrap", settings(), program);
  // `appName` is a setting of the other program.
  bootstrap.settings = settings();
  await bootstrap.up();
  outputs = (await bootstrap.outputs()) as unknown as Outputs;
  const kubeContext = (await local("kubectl", "config", "current-context")).trim();
  // Reset the settings that only apply to a cluster that the stack creates; one replica is enough.
  // The node pulls with the kubelet identity of the existing cluster.
  const { kubeletObjectId } = JSON.parse(await local("pulumi", "stack", "output", "--json", "--stack", "local")) as {
    kubeletObjectId: string;
  };
  const kept = { localAccounts: false, nodeCount: 2, grantSeconds: 90, serviceType: "ClusterIP", replicas: 1 };
  stack = await ownStack("e2e-identities", { kubeContext, kubeletObjectId, ...kept });
});

afterAll(async () => {
  await stack.remove();
  if (removed) return;
  await bootstrap.up({ locked: false });
  bootstrap.settings = settings({ locked: false });
  await bootstrap.remove();
});

/** The token that GitHub issues to a workflow run with this subject. */
const workflowToken = async (subject: string) =>
  ((await simulation("POST", "workflowTokens", { subject })) as { token: string }).token;

/** Runs Pulumi with a workflow's token instead of the deployer's secret. */
async function asWorkflow(clientId: string, subject: string, command: string, ...options: string[]): Promise<string> {
  const token = await workflowToken(subject);
  return run(
    "pulumi",
    [command, "--non-interactive", "--stack", stack.name, "--config-file", await stack.writeSettings(), ...options],
    {
      cwd: checkoutFolder,
      env: {
        ...{ ...stackEnvironment(), ARM_CLIENT_SECRET: undefined, ARM_CLIENT_ID: clientId },
        ...{ ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: token },
      },
    },
  );
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

/** What the blob service answers to a token. */
const blobStatus = (account: string, method: string, path: string, token: string) =>
  new Promise<number>((resolve, reject) => {
    const host = `${account}.blob.core.windows.net`;
    const headers = { Host: host, Authorization: `Bearer ${token}` };
    const asked = request(
      { host: "127.0.0.1", port: ports.azure, path: `/${path}`, method, servername: host, headers },
      (answer) => resolve(answer.resume().statusCode ?? 0),
    );
    asked.on("error", reject);
    asked.end();
  });

const pullRequest = "repo:contoso/hello:pull_request";
const environment = (name: string) => `repo:contoso/hello:environment:${name}`;
const deployer = (name: string) => outputs.environmentVariables[name]?.AZURE_CLIENT_ID ?? "";
const asPreview = (subject: string, command: string, ...options: string[]) =>
  asWorkflow(outputs.repositoryVariables.AZURE_PREVIEW_CLIENT_ID, subject, command, ...options);

it("creates everything once, and changes nothing the second time", async () => {
  expect(outputs.backendUrls.dev).toMatch(/^azblob:\/\/pulumi-state-dev\?storage_account=tarmacstate[0-9a-f]{8}$/);
  expect(Object.keys(outputs.secretsProviders)).toEqual(["dev", "prod"]);
  await bootstrap.preview({}, "--expect-no-changes");
  await bootstrap.pulumi("refresh", {}, "--preview-only", "--expect-no-changes");
});

it("signs in with the tokens of its own runs only", async () => {
  const update = asWorkflow(deployer("dev"), pullRequest, "up", "--yes", "--skip-preview");
  await expect(update).rejects.toThrow("AADSTS700213");
});

it("previews with an identity that cannot change anything", async () => {
  expect(await asPreview(pullRequest, "preview")).toContain("containerregistry:Registry e2eidentities create");
  await expect(asPreview(pullRequest, "up", "--yes", "--skip-preview")).rejects.toThrow(
    /AuthorizationFailed.*'Microsoft.Resources\/subscriptions\/resourceGroups\/write'/s,
  );
});

describe("a deploying identity", () => {
  it("deploys and grants the roles of the stack; then the previewing identity sees no change and no drift", async () => {
    await asWorkflow(deployer("dev"), environment("dev"), "up", "--yes", "--skip-preview");
    await asPreview(pullRequest, "preview", "--expect-no-changes");
    await asWorkflow(
      outputs.repositoryVariables.AZURE_DRIFT_CLIENT_ID,
      "repo:contoso/hello:ref:refs/heads/main",
      "refresh",
      ...["--preview-only", "--expect-no-changes"],
    );
  });

  it("reads the state of its own environment only", async () => {
    const account = new URL(outputs.backendUrls.dev ?? "").searchParams.get("storage_account");
    const token = await signedIn(deployer("dev"), environment("dev"), "https://storage.azure.com/.default");
    const ask = (method: string, path: string) => blobStatus(account ?? "", method, path, token);
    expect(await ask("GET", "pulumi-state-dev?restype=container&comp=list")).toBe(200);
    // One subscription is shared here: its Contributor may delete containers, as the page says of `shareSubscriptions`.
    for (const container of ["pulumi-state", "pulumi-state-prod"])
      expect(await ask("GET", `${container}?restype=container&comp=list`)).toBe(403);
  });

  it("grants no other role, neither to itself nor with a wider condition", async () => {
    const { ARM_SUBSCRIPTION_ID: subscription = "" } = stackEnvironment();
    const token = await signedIn(deployer("dev"), environment("dev"), `${endpoint}/.default`);
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

it("is deleted after locked is set to false, and leaves nothing", async () => {
  const group = `/subscriptions/${stackEnvironment().ARM_SUBSCRIPTION_ID}/resourceGroups/e2e-bootstrap`;
  const { token } = await signIn().credential.getToken(`${endpoint}/.default`);
  const deletion = await fetch(`${endpoint}${group}?api-version=2024-03-01`, {
    method: "DELETE",
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(deletion.status).toBe(409);
  expect(await deletion.json()).toMatchObject({ error: { code: "ScopeLocked" } });
  await expect(bootstrap.pulumi("destroy", {}, "--yes", "--skip-preview")).rejects.toThrow(/ScopeLocked|protect/);
  await bootstrap.up({ locked: false });
  bootstrap.settings = settings({ locked: false });
  await bootstrap.remove();
  removed = true;
  const { resources } = (await simulation("GET", "inventory")) as { resources: { id: string }[] };
  expect(resources.filter(({ id }) => id.includes("e2e-bootstrap"))).toEqual([]);
});
