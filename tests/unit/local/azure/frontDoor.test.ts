/** A registry's login server, in front of a stand-in for docker-registry that shows what arrives. */
import { once } from "node:events";
import { request } from "node:https";
import { clients, type BackendHandler, type Environment, eventually, startEnvironment } from "./testAzure.ts";

const mebibyte = Buffer.alloc(1024 * 1024, "x");

let received = 0;
let aborted = 0;

const backend: BackendHandler = (incoming, outgoing) => {
  switch (incoming.method) {
    case "PATCH":
      incoming.on("data", (chunk: Buffer) => (received += chunk.length));
      incoming.on("aborted", () => (aborted += 1));
      incoming.on("end", () =>
        outgoing.writeHead(202, { Location: `${incoming.url}?_state=next`, Range: `0-${received - 1}` }).end(),
      );
      break;
    case "PUT":
      // Refused before the body has been read, like a push without permission.
      outgoing.writeHead(401, { "Content-Type": "application/json" }).end('{"errors":[{"code":"UNAUTHORIZED"}]}');
      break;
    case "GET":
      if (incoming.url?.startsWith("/v2/app/blobs/") === true) {
        outgoing.writeHead(206, { "Content-Range": `bytes ${incoming.headers.range?.slice("bytes=".length)}/100` });
        return outgoing.end("part");
      }
      outgoing.end(
        JSON.stringify({
          url: incoming.url,
          authorization: incoming.headers.authorization,
          host: incoming.headers.host,
        }),
      );
      break;
    default:
      outgoing.writeHead(200, { "Docker-Content-Digest": "sha256:abc", "Content-Length": "1234" }).end();
  }
};

let environment: Environment;
let loginServer: string;

beforeAll(async () => {
  environment = await startEnvironment(backend);
  const azure = clients(environment.azure);
  await azure.resources.resourceGroups.createOrUpdate("rg", { location: "swedencentral" });
  const created = await azure.registries.registries.create("rg", "pictures", {
    location: "swedencentral",
    sku: { name: "Basic" },
  });
  loginServer = created.loginServer ?? "";
});
afterAll(() => environment.stop());

describe("a registry's sign-in", () => {
  const exchange = async (audience: string) => {
    const { token } = await clients(environment.azure).credential.getToken(`${audience}/.default`);
    const form = { grant_type: "access_token", service: loginServer, access_token: token };
    const response = await fetch(`https://${loginServer}/oauth2/exchange`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    return response.status;
  };

  it("refuses tokens for the Resource Manager when its policy says so, and accepts those for registries", async () => {
    expect(await exchange(environment.azure.endpoint)).toBe(200);
    await clients(environment.azure).registries.registries.create("rg", "pictures", {
      location: "swedencentral",
      sku: { name: "Basic" },
      policies: { azureADAuthenticationAsArmPolicy: { status: "disabled" } },
    });
    expect(await exchange(environment.azure.endpoint)).toBe(401);
    expect(await exchange("https://containerregistry.azure.net")).toBe(200);
  });
});

describe("a registry's login server", () => {
  it("forwards a request with its credentials and host name", async () => {
    const response = await fetch(`https://${loginServer}/v2/team/app/tags/list?n=5`, {
      headers: { Authorization: "Bearer abc" },
    });
    expect(await response.json()).toEqual({
      url: "/v2/team/app/tags/list?n=5",
      authorization: "Bearer abc",
      host: loginServer,
    });
  });

  it("forwards headers without a body, and parts of a layer", async () => {
    const head = await fetch(`https://${loginServer}/v2/app/manifests/1`, { method: "HEAD" });
    expect(head.headers.get("docker-content-digest")).toBe("sha256:abc");
    expect(head.headers.get("content-length")).toBe("1234");
    const part = await fetch(`https://${loginServer}/v2/app/blobs/sha256:abc`, { headers: { Range: "bytes=10-13" } });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe("bytes 10-13/100");
  });

  it("streams a layer and does not buffer it", async () => {
    received = 0;
    const upload = request(`https://${loginServer}/v2/app/blobs/uploads/1`, { method: "PATCH" });
    upload.write(mebibyte);
    // The first part has reached the backend long before the upload ends.
    await eventually(() => {
      expect(received).toBeGreaterThan(mebibyte.length / 2);
      return Promise.resolve();
    });
    for (let count = 1; count < 48; count++) {
      if (!upload.write(mebibyte)) await once(upload, "drain");
    }
    upload.end();
    const [response] = (await once(upload, "response")) as [{ statusCode: number; headers: Record<string, string> }];
    expect(response.statusCode).toBe(202);
    expect(response.headers.location).toBe("/v2/app/blobs/uploads/1?_state=next");
    expect(received).toBe(48 * mebibyte.length);
  });

  it("aborts the request to the backend when the client disconnects", async () => {
    const upload = request(`https://${loginServer}/v2/app/blobs/uploads/2`, { method: "PATCH" });
    upload.on("error", () => undefined);
    received = 0;
    upload.write(mebibyte);
    await eventually(() => {
      expect(received).toBeGreaterThan(0);
      return Promise.resolve();
    });
    upload.destroy();
    await eventually(() => {
      expect(aborted).toBe(1);
      return Promise.resolve();
    });
  });

  it("forwards a refusal that arrives before the body was read", async () => {
    const response = await fetch(`https://${loginServer}/v2/app/manifests/1`, { method: "PUT", body: "{}" });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ errors: [{ code: "UNAUTHORIZED" }] });
  });

  it("has no other paths", async () => {
    for (const path of ["/v1/search", "//"]) expect((await fetch(`https://${loginServer}${path}`)).status).toBe(404);
    const catalogue = await fetch(`https://${loginServer}/acr/v1/_catalog`);
    expect(catalogue.status).toBe(401);
    expect(catalogue.headers.get("www-authenticate")).toBe(
      `Bearer realm="https://${loginServer}/oauth2/token",service="${loginServer}",scope="registry:catalog:*"`,
    );
  });
});
