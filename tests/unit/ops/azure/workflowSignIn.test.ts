import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt } from "jose";
import { signIn } from "../../../../ops/azure/signIn.ts";
import { newIdentity, type Identity } from "../../local/azure/principals.ts";
import { clients, type Environment, simulation, startEnvironment } from "../../local/azure/testAzure.ts";

const subject = "repo:contoso/hello:environment:dev";
let environment: Environment;
let identity: Identity;
let github: Server;
/** Age in seconds of the tokens from GitHub's stand-in. */
let age = 0;
let asked: string[];

beforeAll(async () => {
  environment = await startEnvironment();
  const { azure } = environment;
  await clients(azure).resources.resourceGroups.createOrUpdate("rg", { location: "swedencentral" });
  identity = await newIdentity(azure, "deploy-dev");
  await clients(azure).identities.federatedIdentityCredentials.createOrUpdate("rg", "deploy-dev", "github", {
    ...{ issuer: `${azure.endpoint}/simulation/workflows`, subject, audiences: ["api://AzureADTokenExchange"] },
  });
  github = createServer((request, response) => {
    asked.push(request.headers.authorization ?? "");
    const audience = new URL(request.url ?? "", "http://x").searchParams.get("audience");
    simulation(azure, "POST", "workflowTokens", { subject, audience, age })
      .then((body) => response.end(JSON.stringify({ value: (body as { token: string }).token })))
      .catch((error: Error) => response.writeHead(500).end(error.message));
  });
  await new Promise<void>((resolve) => github.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  github.close();
  await environment.stop();
});
beforeEach(() => {
  age = 0;
  asked = [];
});

const signedIn = () =>
  signIn(
    { metadataHost: new URL(environment.azure.endpoint).host, subscription: "00000000-0000-0000-0000-000000000000" },
    {
      ...{ ARM_USE_OIDC: "true", ARM_CLIENT_ID: identity.clientId, ARM_TENANT_ID: environment.azure.deployer.tenantId },
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${(github.address() as AddressInfo).port}/token?api-version=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "run",
    },
  );

it("a command in a workflow asks for a new token of the run for each audience, however late", async () => {
  const { credential, scopes } = await signedIn();
  const first = await credential.getToken(scopes);
  const before = asked.length;
  const second = await credential.getToken("https://containerregistry.azure.net/.default");
  expect(decodeJwt(first!.token).appid).toBe(identity.clientId);
  expect(decodeJwt(second!.token).aud).toBe("https://containerregistry.azure.net");
  expect(asked.length).toBeGreaterThan(before);
  expect(new Set(asked)).toEqual(new Set(["Bearer run"]));
});

it("a token that is kept for longer than five minutes is refused", async () => {
  age = 301;
  const { credential, scopes } = await signedIn();
  await expect(credential.getToken(scopes)).rejects.toThrow(
    /AADSTS700024: Client assertion is not within its valid time/,
  );
});
