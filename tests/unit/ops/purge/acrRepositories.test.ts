/** What is read of an Azure registry when it is busy, or when something changes meanwhile. */
import { AcrRepositories } from "../../../../ops/purge/acrRepositories.ts";
import { digestOf } from "../../local/azure/storedImages.ts";

const real = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = real;
});

type Answers = Record<string, () => Response>;

/** Answers by method and path, each time anew. @returns the requests */
function registry(answers: Answers): string[] {
  const sent: string[] = [];
  const claims = { access: [{ name: "app", actions: ["pull"] }] };
  const token = `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.x`;
  globalThis.fetch = (input, init) => {
    const { pathname, search } = new URL(input);
    const request = `${init?.method ?? "GET"} ${pathname}${search}`;
    sent.push(request);
    const answer = answers[request] ?? (() => new Response("", { status: 404 }));
    return Promise.resolve(pathname === "/oauth2/token" ? Response.json({ access_token: token }) : answer());
  };
  return sent;
}

const json =
  (body: object, headers: Record<string, string> = {}) =>
  () =>
    Response.json(body, { headers });
const repositories = () => new AcrRepositories("a.azurecr.io", "refresh", 1);
const one = digestOf("one");
const two = digestOf("two");
const empty: Answers = {
  "GET /acr/v1/app": json({}),
  "GET /acr/v1/app/_tags?n=100": json({ tags: [] }),
};

it("reads a list to its end, and skips what was deleted meanwhile", async () => {
  registry({
    ...empty,
    "GET /acr/v1/app/_manifests?n=100": json(
      { manifests: [{ digest: one, lastUpdateTime: "2026-01-01T00:00:00Z" }] },
      { link: `</acr/v1/app/_manifests?last=${one}&n=100>; rel="next"` },
    ),
    [`GET /acr/v1/app/_manifests?last=${one}&n=100`]: json({ manifests: [{ digest: two }] }),
    [`GET /v2/app/manifests/${one}`]: json({
      layers: [
        { digest: "a", size: 5 },
        { digest: "b", size: 6, urls: ["x"] },
      ],
    }),
  });
  const found = await repositories().manifests("app");
  expect(found).toMatchObject([{ digest: one, tags: [], locked: false, updated: new Date("2026-01-01T00:00:00Z") }]);
  // A layer that is stored elsewhere takes no space here.
  expect([...(found?.[0]?.blobs ?? [])]).toEqual([["a", 5]]);
});

it("counts a manifest without a time as new, and one with a locked tag as locked", async () => {
  registry({
    ...empty,
    "GET /acr/v1/app/_tags?n=100": json({
      tags: [{ name: "v1", digest: one, changeableAttributes: { deleteEnabled: false } }],
    }),
    "GET /acr/v1/app/_manifests?n=100": json({ manifests: [{ digest: one }] }),
    [`GET /v2/app/manifests/${one}`]: json({}),
  });
  const [found] = (await repositories().manifests("app")) ?? [];
  expect(found).toMatchObject({ tags: ["v1"], locked: true });
  expect(Date.now() - (found?.updated.getTime() ?? 0)).toBeLessThan(60_000);
});

it("retries while the registry is busy", async () => {
  let times = 0;
  const busy = () => new Response("", { status: times++ < 2 ? 429 : 202 });
  const sent = registry({ [`DELETE /v2/app/manifests/${one}`]: busy });
  expect(await repositories().delete("app", one)).toBe(true);
  expect(sent.filter((line) => line.startsWith("DELETE"))).toHaveLength(3);
  // One token serves all of them.
  expect(sent.filter((line) => line.includes("oauth2"))).toHaveLength(1);
});

it.each([
  [new Response('{"errors":[{"code":"X","message":"no"}]}', { status: 500 }), "X: no"],
  [new Response("<html>", { status: 502 }), "HTTP 502"],
  [
    new Response("{}", { status: 403 }),
    "a.azurecr.io does not let the signed-in identity delete: that needs the role AcrDelete there",
  ],
])("reports any other answer", async (answer, says) => {
  registry({ [`DELETE /v2/app/manifests/${one}`]: () => answer });
  await expect(repositories().delete("app", one)).rejects.toThrow(says);
});

it("recognizes a deleted manifest, a missing repository, and a missing permission", async () => {
  registry({});
  expect(await repositories().delete("app", one)).toBe(false);
  expect(await repositories().manifests("app")).toBeUndefined();
  expect(await repositories().mayDelete("app")).toBe(false);
});

it("reports a registry that refuses to list", async () => {
  registry({ "GET /acr/v1/app": () => new Response("", { status: 500 }) });
  await expect(repositories().manifests("app")).rejects.toThrow("a.azurecr.io/acr/v1/app: HTTP 500");
});

it("tags a manifest by sending it again, byte for byte", async () => {
  const type = "application/vnd.oci.image.manifest.v1+json";
  const sent = registry({
    [`GET /v2/app/manifests/${one}`]: () => new Response('{ "layers": [] }', { headers: { "content-type": type } }),
    "PUT /v2/app/manifests/pr-7": () => new Response("", { status: 201 }),
  });
  const requests: RequestInit[] = [];
  const answer = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    if (init?.method === "PUT") requests.push(init);
    return answer(input, init);
  };
  await repositories().tag("app", one, "pr-7");
  expect(requests).toMatchObject([{ body: '{ "layers": [] }', headers: { "Content-Type": type } }]);
  expect(sent.at(-1)).toBe("PUT /v2/app/manifests/pr-7");
});

it("reports why a manifest cannot be tagged", async () => {
  registry({});
  await expect(repositories().tag("app", one, "pr-7")).rejects.toThrow(`a.azurecr.io/app has no manifest ${one}`);
  const found = { [`GET /v2/app/manifests/${one}`]: json({}) };
  registry({ ...found, "PUT /v2/app/manifests/pr-7": () => new Response("", { status: 403 }) });
  await expect(repositories().tag("app", one, "pr-7")).rejects.toThrow("push: that needs the role AcrPush there");
  registry({ ...found, "PUT /v2/app/manifests/pr-7": () => new Response("", { status: 405 }) });
  await expect(repositories().tag("app", one, "pr-7")).rejects.toThrow("HTTP 405");
});

it("reads the tags of a manifest", async () => {
  registry({
    [`GET /acr/v1/app/_manifests/${one}`]: json({ manifest: { digest: one, tags: ["v1"] } }),
    [`GET /acr/v1/app/_manifests/${two}`]: json({ manifest: { digest: two } }),
  });
  const of = (digest: string) => repositories().tagsOf("app", digest);
  expect(await Promise.all([of(one), of(two), of(digestOf("three"))])).toEqual([["v1"], [], undefined]);
});
