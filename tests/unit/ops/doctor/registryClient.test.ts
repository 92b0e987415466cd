/** The registry client with a server that implements the registry API. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { lookAtImage, trySignIn } from "../../../../ops/doctor/registry/imageLook.ts";

const methods: (string | undefined)[] = [];
const right = `Basic ${Buffer.from("user:right").toString("base64")}`;
let host = "";

function answer(request: IncomingMessage, response: ServerResponse): void {
  methods.push(request.method);
  const path = new URL(request.url ?? "", `http://${host}`).pathname;
  const send = (status: number, body: object, headers = {}) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
  if (path === "/token") {
    if (request.headers.authorization !== right) return send(401, {});
    return send(200, { token: "good" });
  }
  if (request.headers.authorization !== "Bearer good") {
    return send(401, {}, { "www-authenticate": `Bearer realm="http://${host}/token",service="test"` });
  }
  if (path === "/v2/app/tags/list") return send(200, { tags: ["v1", "v2", "latest-build", "v10"] });
  if (path === "/v2/app/manifests/v1")
    return send(200, { layers: [{ size: 5 }, { size: 7 }], config: { digest: "c" } });
  if (path === "/v2/app/blobs/c") return send(200, { os: "linux", architecture: "arm64" });
  if (path === "/v2/_catalog") return send(200, { repositories: ["app", "api"] });
  if (path === "/v2/locked/tags/list") return send(403, {});
  return send(404, {
    errors: [{ code: path.includes("/app/") ? "MANIFEST_UNKNOWN" : "NAME_UNKNOWN", message: "unknown" }],
  });
}

const server = createServer(answer);
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const me = { as: "me", credentials: { username: "user", password: "right" } };
const nobody = { as: "nobody" };
const image = (repository: string, tag: string) => ({ host, hostGiven: true, repository, tag });

it("finds an image, its platform and its size, with the first identity that may read", async () => {
  expect(await lookAtImage(image("app", "v1"), [nobody, me])).toEqual({
    answer: "found",
    as: "me",
    compressedBytes: 12,
    platforms: ["linux/arm64"],
  });
});

it("lists the nearest tags of a missing one", async () => {
  expect(await lookAtImage(image("app", "v3"), [me])).toMatchObject({
    answer: "no-manifest",
    problem: "MANIFEST_UNKNOWN: unknown",
    nearestTags: ["v1", "v2", "v10", "latest-build"],
  });
});

it("lists the nearest repositories of a missing one", async () => {
  expect(await lookAtImage(image("appp", "v1"), [me])).toMatchObject({
    answer: "no-repository",
    nearestRepositories: ["app", "api"],
  });
});

it("says that it was refused, and does not throw if nothing answers", async () => {
  expect(await lookAtImage(image("app", "v1"), [nobody])).toMatchObject({ answer: "refused", as: "nobody" });
  expect(await lookAtImage({ ...image("app", "v1"), host: "127.0.0.1:1" }, [me])).toMatchObject({
    answer: "unreachable",
  });
  expect(await lookAtImage({ ...image("app", "v1"), host: "registry.invalid" }, [me])).toMatchObject({
    answer: expect.stringMatching(/name-unresolved|unreachable/) as unknown,
  });
});

it("distinguishes a wrong password from a correct one without the right to read the repository", async () => {
  expect(await trySignIn(host, "app", { username: "user", password: "wrong" })).toBe("refused");
  expect(await trySignIn(host, "locked", me.credentials)).toBe("accepted");
  expect(await trySignIn("127.0.0.1:1", "app", me.credentials)).toBe("unreachable");
});

it("sends only read requests", () => {
  expect(new Set(methods)).toEqual(new Set(["GET"]));
});
