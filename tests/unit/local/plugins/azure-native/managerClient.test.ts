import { UnfinishedOperation } from "../../../../../local/plugins/azure-native/pollOperation.ts";
import { CancelledError } from "../../../../../local/plugins/rpc/engineErrors.ts";
import { asked, fakeManager, waiter } from "./fakeManager.ts";
import type { Answer, FakeManager } from "./fakeManager.ts";

const id = "/subscriptions/s/resourceGroups/rg";
const done = { status: 200, body: { id, properties: { provisioningState: "Succeeded" } } };
const refused = (status: number, code: string, message = "no"): Answer => ({
  status,
  body: { error: { code, message } },
});

let fake: FakeManager;
afterEach(() => fake.close());

async function serve(answers: Record<string, Answer | Answer[]>) {
  fake = await fakeManager(answers);
  return fake.manager;
}

describe("get", () => {
  it("sends the token of Resource Manager's audience and the version", async () => {
    const manager = await serve({ [`GET ${id}`]: done });
    expect(await manager.get(id, "2024-03-01", waiter())).toEqual(done.body);
    expect(fake.requests).toEqual([`GET ${id}?api-version=2024-03-01`]);
    expect(fake.authorizations).toEqual(["Bearer token for arm"]);
  });

  it("formats a refusal like the official plugin", async () => {
    const manager = await serve({ [`GET ${id}`]: refused(403, "AuthorizationFailed", "not you") });
    await expect(manager.get(id, "v", waiter())).rejects.toThrow(
      'Status=403 Code="AuthorizationFailed" Message="not you"',
    );
  });

  it("shows the text of a response that is not JSON", async () => {
    const manager = await serve({ [`GET ${id}`]: { status: 400, body: "<html>bad gateway</html>" } });
    await expect(manager.get(id, "v", waiter())).rejects.toThrow('Status=400 Message="<html>bad gateway</html>"');
  });
});

describe("retries", () => {
  it("waits as long as Retry-After asks for, and reports it", async () => {
    const throttled = { ...refused(429, "TooManyRequests"), headers: { "retry-after": "0" } };
    const manager = await serve({ [`GET ${id}`]: [throttled, throttled, done] });
    const waiting = waiter();
    expect(await manager.get(id, "v", waiting)).toEqual(done.body);
    expect(waiting.said).toEqual(Array(2).fill("429 TooManyRequests; trying again in 0 s"));
  });

  it.each([
    ["a server error", refused(500, "InternalServerError")],
    ["another operation in progress", refused(409, "AnotherOperationInProgress")],
  ])("retries after %s", async (_what, answer) => {
    const manager = await serve({ [`GET ${id}`]: [answer, done] });
    expect(await manager.get(id, "v", waiter())).toEqual(done.body);
  });

  it("gives up after three", async () => {
    const manager = await serve({ [`GET ${id}`]: refused(503, "Unavailable") });
    await expect(manager.get(id, "v", waiter())).rejects.toThrow(/Status=503/);
    expect(fake.requests).toHaveLength(4);
  });

  it.each([
    ["any other conflict", refused(409, "Conflict")],
    ["a principal that does not exist yet, like the official plugin", refused(400, "PrincipalNotFound")],
  ])("does not retry after %s", async (_what, answer) => {
    const manager = await serve({ [`PUT ${id}`]: answer });
    await expect(manager.put(id, "v", {}, "creating", waiter())).rejects.toThrow(/Status=4/);
    expect(fake.requests).toHaveLength(1);
  });
});

describe("put", () => {
  const operation = "/operations/1";
  const running = { status: 200, body: { status: "InProgress" }, headers: { "retry-after": "0" } };

  const asynchronous = (end: Answer) =>
    serve({
      [`PUT ${id}`]: {
        status: 201,
        body: { properties: { provisioningState: "Creating" } },
        headers: { "azure-asyncoperation": `${operation}?api-version=v`, "retry-after": "0" },
      },
      [`GET ${operation}`]: [running, end],
    });

  it("ends immediately if the response says so", async () => {
    const manager = await serve({ [`PUT ${id}`]: done });
    await manager.put(id, "v", { location: "x" }, "creating", waiter());
    expect(fake.bodies).toEqual([{ location: "x" }]);
    expect(fake.requests).toEqual([`PUT ${id}?api-version=v`]);
  });

  it("polls an operation until it has ended", async () => {
    const manager = await asynchronous({ status: 200, body: { status: "Succeeded" } });
    await manager.put(id, "v", {}, "creating", waiter());
    expect(fake.requests).toEqual([
      `PUT ${id}?api-version=v`,
      `GET ${operation}?api-version=v`,
      `GET ${operation}?api-version=v`,
    ]);
  });

  it("polls the resource itself if the response names no operation", async () => {
    const creating = {
      status: 200,
      body: { properties: { provisioningState: "Creating" } },
      headers: { "retry-after": "0" },
    };
    const manager = await serve({ [`PUT ${id}`]: { ...creating, status: 201 }, [`GET ${id}`]: [creating, done] });
    await manager.put(id, "v", {}, "creating", waiter());
    expect(fake.requests).toHaveLength(3);
  });

  it("follows a relative Location, which identities send, with the version", async () => {
    const manager = await serve({ [`PUT ${id}`]: { status: 201, headers: { location: id } }, [`GET ${id}`]: done });
    await manager.put(id, "v", {}, "creating", waiter());
    expect(fake.requests).toEqual([`PUT ${id}?api-version=v`, `GET ${id}?api-version=v`]);
  });

  it("distinguishes a refusal from an operation that failed after it was accepted", async () => {
    const manager = await serve({ [`PUT ${id}`]: refused(400, "BadRequest") });
    await expect(manager.put(id, "v", {}, "creating", waiter())).rejects.not.toBeInstanceOf(UnfinishedOperation);
    await fake.close();
    const failing = await asynchronous({
      status: 200,
      body: {
        status: "Failed",
        error: { code: "QuotaExceeded", message: "too many cores", details: [{ message: "ask" }] },
      },
    });
    const failure = failing.put(id, "v", {}, "creating", waiter());
    await expect(failure).rejects.toBeInstanceOf(UnfinishedOperation);
    await expect(failure).rejects.toThrow('Status=200 Code="QuotaExceeded" Message="too many cores ask"');
  });

  it("ends immediately when it is canceled, while the operation continues", async () => {
    const manager = await asynchronous(running);
    const stop = new AbortController();
    void asked(fake, `GET ${operation}`).then(() => stop.abort(new CancelledError("cancelled")));
    const cancelled = manager.put(id, "v", {}, "creating", waiter(stop.signal));
    await expect(cancelled).rejects.toBeInstanceOf(UnfinishedOperation);
    await expect(cancelled).rejects.toMatchObject({ cause: { name: "CancelledError" } });
  });

  it("does not send its token to another machine", async () => {
    const headers = { "azure-asyncoperation": "https://example.com/operations/1", "retry-after": "0" };
    const manager = await serve({ [`PUT ${id}`]: { status: 201, body: {}, headers } });
    await expect(manager.put(id, "v", {}, "creating", waiter())).rejects.toThrow(
      "refused to send a request to https://example.com/operations/1?api-version=v, which is not on this machine",
    );
  });
});

describe("delete", () => {
  it("waits until the resource is gone", async () => {
    const location = { location: "/operations/2", "retry-after": "0" };
    const manager = await serve({
      [`DELETE ${id}`]: { status: 202, headers: location },
      "GET /operations/2": [{ status: 202, headers: location }, { status: 200 }],
    });
    await manager.delete(id, "v", waiter());
    expect(fake.requests).toHaveLength(3);
  });

  it("succeeds if the resource is gone, before or during the deletion", async () => {
    const manager = await serve({});
    await manager.delete(id, "v", waiter());
    await fake.close();
    const other = await serve({
      [`DELETE ${id}`]: { status: 202, headers: { "azure-asyncoperation": "/gone", "retry-after": "0" } },
    });
    await other.delete(id, "v", waiter());
  });
});

it("post sends its parameters in the query", async () => {
  const manager = await serve({ [`POST ${id}/act`]: { status: 200, body: { kubeconfigs: [] } } });
  expect(await manager.post(`${id}/act`, "v", { "server-fqdn": "public" }, waiter())).toEqual({ kubeconfigs: [] });
  expect(fake.requests).toEqual([`POST ${id}/act?api-version=v&server-fqdn=public`]);
});
