/** The Resource Manager's errors for requests that no client library would send. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { json } from "node:stream/consumers";
import { armToken, type Environment, raw, simulation, startEnvironment } from "./testAzure.ts";

let environment: Environment;
let token: string;
let subscription: string;

beforeAll(async () => {
  environment = await startEnvironment();
  token = await armToken(environment.azure);
  subscription = `/subscriptions/${environment.azure.deployer.subscriptionId}`;
  await send("PUT", `${subscription}/resourceGroups/rg?api-version=2024-03-01`, { location: "swedencentral" });
});
afterAll(() => environment.stop());

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  raw(environment.azure, path, {
    method,
    token,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const error = (code: string, message?: string) => ({
  error: {
    code,
    message: message === undefined ? (expect.any(String) as string) : (expect.stringContaining(message) as string),
  },
});

const identities = "providers/Microsoft.ManagedIdentity/userAssignedIdentities";

describe("answers of the Resource Manager", () => {
  it("have request ids, including the client's own", async () => {
    const { headers } = await send("GET", `${subscription}?api-version=2022-12-01`, undefined, {
      "x-ms-correlation-request-id": "11111111-2222-3333-4444-555555555555",
    });
    expect(headers.get("x-ms-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get("x-ms-correlation-request-id")).toBe("11111111-2222-3333-4444-555555555555");
  });

  it.each([
    ["no api-version", "GET", "/resourceGroups/rg", undefined, 400, "MissingApiVersionParameter"],
    [
      "an unknown version of resource groups",
      "GET",
      "/resourceGroups/rg?api-version=1999-01-01",
      undefined,
      400,
      "InvalidApiVersionParameter",
    ],
    [
      "an unknown version of a type",
      "GET",
      `/resourceGroups/rg/${identities}/x?api-version=1999-01-01`,
      undefined,
      400,
      "NoRegisteredProviderFound",
    ],
    [
      "an unknown namespace",
      "GET",
      "/resourceGroups/rg/providers/Microsoft.Nothing/things/x?api-version=2024-11-30",
      undefined,
      404,
      "InvalidResourceNamespace",
    ],
    [
      "an unknown type",
      "GET",
      "/resourceGroups/rg/providers/Microsoft.ContainerRegistry/things/x?api-version=2025-11-01",
      undefined,
      404,
      "InvalidResourceType",
    ],
    [
      "an unknown group",
      "PUT",
      `/resourceGroups/none/${identities}/kubelet?api-version=2024-11-30`,
      { location: "swedencentral" },
      404,
      "ResourceGroupNotFound",
    ],
    [
      "an unknown resource",
      "GET",
      `/resourceGroups/rg/${identities}/none?api-version=2024-11-30`,
      undefined,
      404,
      "ResourceNotFound",
    ],
    [
      "a group's bad name",
      "PUT",
      "/resourceGroups/ends.?api-version=2024-03-01",
      { location: "swedencentral" },
      400,
      "InvalidResourceGroup",
    ],
    [
      "an identity's bad name",
      "PUT",
      `/resourceGroups/rg/${identities}/_x?api-version=2024-11-30`,
      { location: "swedencentral" },
      400,
      "InvalidResourceName",
    ],
    ["no location", "PUT", "/resourceGroups/other?api-version=2024-03-01", {}, 400, "LocationRequired"],
    [
      "an unknown location",
      "PUT",
      "/resourceGroups/other?api-version=2024-03-01",
      { location: "atlantis" },
      400,
      "LocationNotAvailableForResourceGroup",
    ],
    [
      "a moved group",
      "PUT",
      "/resourceGroups/rg?api-version=2024-03-01",
      { location: "eastus" },
      409,
      "InvalidResourceGroupLocation",
    ],
    [
      "tags that are not strings",
      "PUT",
      "/resourceGroups/rg?api-version=2024-03-01",
      { location: "swedencentral", tags: { a: 1 } },
      400,
      "InvalidRequestContent",
    ],
    [
      "an unsupported method",
      "POST",
      "/resourceGroups/rg?api-version=2024-03-01",
      undefined,
      405,
      "HttpMethodNotAllowed",
    ],
    [
      "an unknown filter",
      "GET",
      "/resourceGroups?api-version=2024-03-01&$filter=colour eq 'red'",
      undefined,
      400,
      "InvalidFilterInQueryString",
    ],
    [
      "a child of a missing resource",
      "PUT",
      "/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/none/agentPools/apps?api-version=2025-09-01",
      { properties: {} },
      404,
      "ParentResourceNotFound",
    ],
  ])("refuse %s", async (_, method, path, body, status, code) => {
    expect(await send(method, `${subscription}${path}`, body)).toMatchObject({ status, body: error(code) });
  });

  it("refuse a body that is not JSON", async () => {
    const answer = await raw(environment.azure, `${subscription}/resourceGroups/rg?api-version=2024-03-01`, {
      method: "PUT",
      token,
      body: "{",
    });
    expect(answer).toMatchObject({ status: 400, body: error("InvalidRequestContent") });
  });

  it("refuse unknown and malformed subscription ids", async () => {
    expect(
      await send("GET", "/subscriptions/00000000-0000-0000-0000-000000000001?api-version=2022-12-01"),
    ).toMatchObject({
      status: 404,
      body: error("SubscriptionNotFound"),
    });
    expect(await send("GET", "/subscriptions/mine?api-version=2022-12-01")).toMatchObject({
      status: 400,
      body: error("InvalidSubscriptionId"),
    });
  });

  it("list the supported api-versions", async () => {
    const { body } = await send("GET", `${subscription}/resourceGroups/rg/${identities}/x?api-version=1999-01-01`);
    expect(body).toMatchObject(error("NoRegisteredProviderFound", "The supported api-versions are '2018-11-30, "));
  });

  it("come in pages", async () => {
    for (const name of ["a", "b", "c"]) {
      await send("PUT", `${subscription}/resourceGroups/page-${name}?api-version=2024-03-01`, {
        location: "swedencentral",
      });
    }
    const first = (await send("GET", `${subscription}/resourceGroups?api-version=2024-03-01&$top=3`)).body as {
      value: { name: string }[];
      nextLink: string;
    };
    expect(first.value.map(({ name }) => name)).toEqual(["rg", "page-a", "page-b"]);
    const next = new URL(first.nextLink);
    const second = (await send("GET", next.pathname + next.search)).body as {
      value: { name: string }[];
      nextLink?: string;
    };
    expect(second.value.map(({ name }) => name)).toEqual(["page-c"]);
    expect(second.nextLink).toBeUndefined();
  });

  it("describe the subscription, its locations and providers", async () => {
    expect((await send("GET", "/subscriptions?api-version=2022-12-01")).body).toMatchObject({
      value: [{ state: "Enabled" }],
    });
    expect((await send("GET", `${subscription}/locations?api-version=2022-12-01`)).body).toMatchObject({
      value: expect.arrayContaining([
        expect.objectContaining({ name: "swedencentral", displayName: "Sweden Central" }),
      ]) as unknown,
    });
    expect(
      (await send("GET", `${subscription}/providers/Microsoft.ContainerService?api-version=2021-04-01`)).body,
    ).toMatchObject({
      registrationState: "Registered",
    });
    expect(
      (await send("POST", `${subscription}/providers/Microsoft.Network/register?api-version=2021-04-01`)).status,
    ).toBe(200);
  });
});

it("keeps idle connections for two minutes", async () => {
  const { headers } = await raw(environment.azure, "/metadata/endpoints");
  expect(headers.get("keep-alive")).toBe("timeout=120");
});

it("refuses a Host header that names no host", async () => {
  const asked = request(environment.azure.endpoint, { servername: "localhost", headers: { Host: "a b" } }).end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  expect(response.statusCode).toBe(400);
  expect(await json(response)).toEqual({
    error: { code: "BadRequest", message: 'Host: "a b" is not the name of a host.' },
  });
});

describe("simulated faults", () => {
  const group = () => `${subscription}/resourceGroups/rg?api-version=2024-03-01`;
  const put = () => send("PUT", group(), { location: "swedencentral" });

  it("affect the next matching requests, and no others", async () => {
    await simulation(environment.azure, "POST", "faults", { kind: "throttled", count: 2, retryAfterSeconds: 7 });
    for (let attempt = 0; attempt < 2; attempt++) {
      const throttled = await put();
      expect(throttled).toMatchObject({ status: 429, body: error("TooManyRequests") });
      expect(throttled.headers.get("retry-after")).toBe("7");
      // A fault for writes does not affect reads.
      expect((await send("GET", group())).status).toBe(200);
    }
    expect((await put()).status).toBe(200);
  });

  it("can affect one resource only", async () => {
    await simulation(environment.azure, "POST", "faults", {
      kind: "conflict",
      type: "Microsoft.Resources/resourceGroups",
      name: "page-a",
    });
    expect((await put()).status).toBe(200);
    expect(
      await send("PUT", `${subscription}/resourceGroups/page-a?api-version=2024-03-01`, { location: "swedencentral" }),
    ).toMatchObject({ status: 409, body: error("Conflict") });
  });

  it("are refused when they are invalid", async () => {
    await expect(simulation(environment.azure, "POST", "faults", { kind: "earthquake" })).rejects.toThrow(
      "kind must be one of throttled, conflict, principalNotFound, serverError, failedProvisioning",
    );
    await expect(simulation(environment.azure, "PUT", "delays", { clusterMinutes: 3 })).rejects.toThrow(
      "'clusterMinutes' is not a delay",
    );
  });
});
