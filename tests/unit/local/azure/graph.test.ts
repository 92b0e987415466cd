import { type Environment, clients, raw, startWithGroup } from "./testAzure.ts";
import { type Identity, newIdentity, newUser, type User } from "./principals.ts";

let environment: Environment;
let kubelet: Identity;
let other: User;
beforeAll(async () => {
  ({ environment } = await startWithGroup());
  kubelet = await newIdentity(environment.azure, "kubelet");
  other = await newUser(environment.azure, "", []);
});
afterAll(() => environment.stop());

/** A request to Graph; the deployer's, with a token for Graph, unless told otherwise. */
async function ask(
  path: string,
  { body, as, audience = "graph" }: { body?: unknown; as?: User; audience?: string } = {},
) {
  const { endpoint } = environment.azure;
  const scope = audience === "graph" ? `${endpoint}/graph/.default` : `${endpoint}/.default`;
  const { token } = await clients(environment.azure, as).credential.getToken(scope);
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  return raw(environment.azure, `/graph/v1.0${path}`, { token, ...init });
}

const named = (filter: string) => ask(`/servicePrincipals?$filter=${encodeURIComponent(filter)}`);

it("is served where the cloud's metadata says", async () => {
  const { body } = await raw(environment.azure, "/metadata/endpoints?api-version=2022-09-01");
  expect(body).toMatchObject({ microsoftGraphResourceId: `${environment.azure.endpoint}/graph/` });
});

it("returns the principals of object ids, without unknown ones", async () => {
  const unknown = "00000000-0000-0000-0000-000000000009";
  const { status, body } = await ask("/directoryObjects/getByIds", {
    body: { ids: [kubelet.principalId, unknown, other.objectId], types: ["user", "group", "servicePrincipal"] },
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    value: [
      {
        "@odata.type": "#microsoft.graph.servicePrincipal",
        id: kubelet.principalId,
        appId: kubelet.clientId,
        displayName: "kubelet",
        servicePrincipalType: "ManagedIdentity",
      },
      { id: other.objectId, appId: other.clientId, servicePrincipalType: "Application" },
    ],
  });
});

it("returns no service principals to a request for users and groups", async () => {
  const asked = { ids: [kubelet.principalId], types: ["user", "group"] };
  expect(await ask("/directoryObjects/getByIds", { body: asked })).toMatchObject({ status: 200, body: { value: [] } });
});

it.each([
  ["an application's id", () => `servicePrincipalNames/any(c:c eq '${kubelet.clientId}')`],
  ["an application's id, alone", () => `appId eq '${kubelet.clientId}'`],
  ["a name", () => "displayName eq 'kubelet'"],
  ["the beginning of a name", () => "startswith(displayName,'kube')"],
])("finds a service principal by %s", async (_, filter) => {
  const { body } = await named(filter());
  expect((body as { value: { id: string }[] }).value.map(({ id }) => id)).toEqual([kubelet.principalId]);
});

it("shows a service principal, and lists all", async () => {
  expect(await ask(`/servicePrincipals/${kubelet.principalId}`)).toMatchObject({ body: { displayName: "kubelet" } });
  const { body } = await ask("/servicePrincipals");
  expect((body as { value: { displayName: string }[] }).value.map(({ displayName }) => displayName)).toEqual([
    "tarmac local deployer",
    "",
    "kubelet",
  ]);
});

it.each([
  ["an id that nobody has", "/servicePrincipals/none", undefined, 404, "Request_ResourceNotFound"],
  ["a filter that is not simulated", "/servicePrincipals?$filter=x", undefined, 400, "Request_UnsupportedQuery"],
  ["what is not simulated", "/users", undefined, 400, "BadRequest"],
  ["no ids", "/directoryObjects/getByIds", { ids: [] }, 400, "Request_BadRequest"],
])("refuses %s", async (_, path, body, status, code) => {
  expect(await ask(path, { body })).toMatchObject({ status, body: { error: { code } } });
});

it("refuses principals without a permission on the directory, whatever roles they have on the subscription", async () => {
  expect(await ask("/servicePrincipals", { as: other })).toMatchObject({
    status: 403,
    body: {
      error: { code: "Authorization_RequestDenied", message: "Insufficient privileges to complete the operation." },
    },
  });
});

it("refuses tokens for the Resource Manager, and requests without one", async () => {
  const refused = { status: 401, body: { error: { code: "InvalidAuthenticationToken" } } };
  expect(await ask("/servicePrincipals", { audience: "arm" })).toMatchObject(refused);
  expect(await raw(environment.azure, "/graph/v1.0/servicePrincipals")).toMatchObject(refused);
});
