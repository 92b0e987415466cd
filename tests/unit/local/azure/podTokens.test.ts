/** Pods of the simulated clusters sign in to the simulated Entra with the tokens of their ServiceAccounts. */
import type { V1Pod } from "@kubernetes/client-node";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import { clusterIssuer } from "../../../../local/azure/clusterIssuer.ts";
import { webhookConfiguration } from "../../../../local/azure/identityWebhook.ts";
import { signedIn } from "../../../../local/azure/podTokens.ts";
import { newIdentity, type Identity } from "./principals.ts";
import { arm, raw, startWithGroup, type Environment } from "./testAzure.ts";

let environment: Environment;
let identity: Identity;
const subject = "system:serviceaccount:apps:hello";
let privateKey: CryptoKey;

beforeAll(async () => {
  ({ environment } = await startWithGroup());
  const pair = await generateKeyPair("RS256");
  privateKey = pair.privateKey;
  environment.kubernetes.keys = [{ ...(await exportJWK(pair.publicKey)), kid: "key", alg: "RS256", use: "sig" }];
  identity = await newIdentity(environment.azure, "hello-app");
  const issuer = clusterIssuer(environment.azure.endpoint);
  const properties = { issuer, subject, audiences: ["api://AzureADTokenExchange"] };
  expect(
    await arm(environment.azure, "PUT", `${identity.id}/federatedIdentityCredentials/pods`, "2023-01-31", {
      properties,
    }),
  ).toMatchObject({ status: 201 });
});
afterAll(() => environment.stop());

/** A token like the one that the API server issues to a pod. */
const podToken = (of = subject, audience = "api://AzureADTokenExchange", key = privateKey) =>
  new SignJWT({ sub: of })
    .setProtectedHeader({ alg: "RS256", kid: "key" })
    .setIssuer(clusterIssuer(environment.azure.endpoint))
    // A list, as the API server writes it.
    .setAudience([audience])
    .setNotBefore("0 s")
    .setExpirationTime("1 h")
    .sign(key);

const signIn = async (assertion: string) =>
  raw(environment.azure, `/${environment.azure.deployer.tenantId}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: identity.clientId,
      scope: "https://vault.azure.net/.default",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
    }),
  });

test("the issuer publishes the keys of the cluster", async () => {
  const { endpoint } = environment.azure;
  const { body } = await raw(environment.azure, "/cluster/.well-known/openid-configuration");
  expect(body).toMatchObject({ issuer: `${endpoint}/cluster/`, jwks_uri: `${endpoint}/cluster/openid/v1/jwks` });
  expect(await raw(environment.azure, "/cluster/openid/v1/jwks")).toMatchObject({
    body: { keys: environment.kubernetes.keys },
  });
});

test("a pod signs in with the token of the trusted ServiceAccount, and with no other", async () => {
  const refused = (code: number) => ({ status: 401, body: { error: "invalid_client", error_codes: [code] } });
  expect((await signIn(await podToken())).status).toBe(200);
  expect(await signIn(await podToken("system:serviceaccount:apps:default"))).toMatchObject(refused(700213));
  expect(await signIn(await podToken(subject, "https://kubernetes.default.svc"))).toMatchObject(refused(700212));
  const stranger = await generateKeyPair("RS256");
  expect(await signIn(await podToken(subject, undefined, stranger.privateKey))).toMatchObject(refused(50013));
});

const pod: V1Pod = {
  metadata: { name: "hello", namespace: "apps" },
  spec: {
    serviceAccountName: "hello",
    initContainers: [{ name: "prepare" }],
    containers: [{ name: "hello", env: [{ name: "AZURE_TENANT_ID", value: "own" }] }, { name: "proxy" }],
  },
};
const annotations = { "azure.workload.identity/client-id": "client" };

test("a labeled pod gets a token for Entra, and the variables that it does not set itself", () => {
  const tokens = { name: "azure-identity-token", mountPath: "/var/run/secrets/azure/tokens", readOnly: true };
  const variables = {
    AZURE_CLIENT_ID: "client",
    AZURE_FEDERATED_TOKEN_FILE: "/var/run/secrets/azure/tokens/azure-identity-token",
    AZURE_AUTHORITY_HOST: "https://login/",
  };
  const own = { AZURE_TENANT_ID: "tenant", ...variables };
  const variablesOf = (values: Record<string, string>) =>
    expect.arrayContaining(Object.entries(values).map(([name, value]) => ({ name, value }))) as unknown;
  expect(signedIn(pod, annotations, "tenant", "https://login/")).toEqual({
    serviceAccountName: "hello",
    initContainers: [{ name: "prepare", env: variablesOf(own), volumeMounts: [tokens] }],
    containers: [
      { name: "hello", env: variablesOf({ AZURE_TENANT_ID: "own", ...variables }), volumeMounts: [tokens] },
      { name: "proxy", env: variablesOf(own), volumeMounts: [tokens] },
    ],
    volumes: [
      {
        name: "azure-identity-token",
        projected: {
          defaultMode: 420,
          sources: [
            {
              serviceAccountToken: {
                path: "azure-identity-token",
                audience: "api://AzureADTokenExchange",
                expirationSeconds: 3600,
              },
            },
          ],
        },
      },
    ],
  });
});

test("a pod says which containers get none, and for how long tokens are valid", () => {
  const annotated = {
    ...pod,
    metadata: {
      annotations: {
        "azure.workload.identity/skip-containers": "proxy;other",
        "azure.workload.identity/service-account-token-expiration": "7200",
      },
    },
  };
  expect(signedIn(annotated, annotations, "tenant", "https://login/")).toMatchObject({
    containers: [{ name: "hello", volumeMounts: [{}] }, { name: "proxy" }],
    volumes: [{ projected: { sources: [{ serviceAccountToken: { expirationSeconds: 7200 } }] } }],
  });
});

test("the webhook answers the API server with a patch of the pod", async () => {
  environment.kubernetes.serviceAccounts = { "apps/hello": annotations };
  const request = { uid: "request", namespace: "apps", object: pod };
  const answer = await raw(environment.azure, "/cluster/webhook", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request }),
  });
  const { response } = answer.body as { response: { uid: string; allowed: boolean; patch: string } };
  expect(response).toMatchObject({ uid: "request", allowed: true, patchType: "JSONPatch" });
  const { tenantId } = environment.azure.deployer;
  expect(JSON.parse(Buffer.from(response.patch, "base64").toString())).toEqual([
    { op: "replace", path: "/spec", value: signedIn(pod, annotations, tenantId, `${environment.azure.endpoint}/`) },
  ]);
});

test("the API server asks about labeled pods only", () => {
  expect(webhookConfiguration("https://localhost:1", "ca")).toMatchObject({
    webhooks: [
      {
        clientConfig: { url: "https://localhost:1/cluster/webhook", caBundle: "Y2E=" },
        failurePolicy: "Fail",
        objectSelector: { matchLabels: { "azure.workload.identity/use": "true" } },
      },
    ],
  });
});
