/** The kubelet's credential provider as the kubelet runs it: a process with a request on stdin. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { resolve } from "node:path";
import { decodeJwt } from "jose";
import { type Clients, type Environment, raw, roleGuids, startWithGroup } from "./testAzure.ts";
import { giveRole } from "./principals.ts";

let environment: Environment;
let azure: Clients;
let loginServer: string;
let registryId: string;
/** Object id of the kubelet identity of the cluster made first. */
let first: string;

beforeAll(async () => {
  ({ environment, azure } = await startWithGroup());
  const registry = await azure.registries.registries.create("rg", "pictures", {
    location: "swedencentral",
    sku: { name: "Basic" },
  });
  loginServer = registry.loginServer ?? "";
  registryId = registry.id ?? "";
});
afterAll(() => environment.stop());

/** Creates a cluster whose kubelet identity AKS creates. Returns that identity's object id. */
async function cluster(name: string): Promise<string> {
  const created = await azure.clusters.managedClusters.createOrUpdate("rg", name, {
    location: "swedencentral",
    identity: { type: "SystemAssigned" },
    agentPoolProfiles: [{ name: "system", mode: "System", count: 1 }],
  });
  return created.identityProfile?.kubeletidentity?.objectId ?? "";
}

async function run(
  input: string,
  options: string[] = [],
): Promise<{ status: number | null; output: string; errors: string }> {
  const program = resolve(__dirname, "../../../../local/azure/acrCredentialProvider.ts");
  const child = spawn(process.execPath, [
    program,
    "--endpoint",
    environment.azure.endpoint,
    "--ca",
    environment.tls.caCertificate,
    ...options,
  ]);
  child.stdin.end(input);
  const [output, errors, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((ended) => child.on("close", ended)),
  ]);
  return { status, output, errors };
}

const ask = () =>
  run(
    JSON.stringify({
      apiVersion: "credentialprovider.kubelet.k8s.io/v1",
      kind: "CredentialProviderRequest",
      image: `${loginServer}/team/app@sha256:abc`,
    }),
  );

/** The principal of the provider's refresh token. */
function signedInAs(output: string): string | undefined {
  const { auth } = JSON.parse(output) as { auth: Record<string, { password: string }> };
  return decodeJwt(auth[loginServer]?.password ?? "").sub;
}

describe("the credential provider", () => {
  it("says that there is no identity before the first cluster exists", async () => {
    const { status, output, errors } = await ask();
    expect(status).toBe(1);
    expect(output).toBe("");
    expect(errors).toContain("The managed identity endpoint");
    expect(errors).toContain("Identity not found");
  });

  it("signs in as the kubelet identity, whatever roles it has", async () => {
    first = await cluster("first");
    const { status, output } = await ask();
    expect(status).toBe(0);
    expect(JSON.parse(output)).toEqual({
      apiVersion: "credentialprovider.kubelet.k8s.io/v1",
      kind: "CredentialProviderResponse",
      cacheKeyType: "Registry",
      cacheDuration: "0s",
      auth: {
        [loginServer]: { username: "00000000-0000-0000-0000-000000000000", password: expect.any(String) as string },
      },
    });
    expect(signedInAs(output)).toBe(first);
  });

  it("prefers the newest cluster that may pull over the newest one", async () => {
    const second = await cluster("second");
    expect(signedInAs((await ask()).output)).toBe(second);
    await giveRole(environment.azure, registryId, first, roleGuids.acrPull);
    expect(signedInAs((await ask()).output)).toBe(first);
    // Azure's own parameters for the identity take precedence.
    const { body } = await raw(
      environment.azure,
      `/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com/&registry=${loginServer}&object_id=${second}`,
      { headers: { Metadata: "true" } },
    );
    expect(decodeJwt((body as { access_token: string }).access_token).oid).toBe(second);
  });

  it.each([
    ["is not JSON", "{", /JSON/],
    ["names no image", '{"apiVersion":"credentialprovider.kubelet.k8s.io/v1"}', /no apiVersion or no image/],
  ])("refuses a request that %s", async (_, input, reason) => {
    const { status, errors } = await run(input);
    expect(status).toBe(1);
    expect(errors).toMatch(reason);
  });

  it("names the server that does not answer", async () => {
    const { status, errors } = await run('{"apiVersion":"v1","image":"localhost:1/app"}');
    expect(status).toBe(1);
    expect(errors).toContain("acr-credential-provider: The registry at https://localhost:1 is unreachable");
  });
});
