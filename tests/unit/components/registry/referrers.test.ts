/** The list of what refers to an image, in every way that registries give it. */
import { referrersOf } from "../../../../components/registry/referrers.ts";

const digest = `sha256:${"a".repeat(64)}`;
const referrer = (name: string) => ({ mediaType: "m", digest: `sha256:${name.repeat(64)}`, size: 1 });

/** Answers each path as given; others with 404. */
const getting = (answers: Record<string, [status: number, body: unknown, link?: string]>) => (path: string) => {
  const [status, body, link] = answers[path] ?? [404, ""];
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return Promise.resolve({ status, body: text, headers: new Headers(link === undefined ? {} : { Link: link }) });
};
const api = `referrers/${digest}`;
const tag = `manifests/sha256-${"a".repeat(64)}`;

it("are read page by page", async () => {
  const get = getting({
    [api]: [200, { manifests: [referrer("b")] }, `</v2/team/hello/${api}?last=b>; rel="next"`],
    [`${api}?last=b`]: [200, { manifests: [referrer("c")] }],
  });
  expect(await referrersOf(get, digest)).toEqual([referrer("b"), referrer("c")]);
});

it("are empty if nothing refers to the image, by the API or by a tag", async () => {
  expect(await referrersOf(getting({ [api]: [200, { manifests: null }] }), digest)).toEqual([]);
  expect(await referrersOf(getting({}), digest)).toEqual([]);
});

it.each([
  ["404", [404, ""]],
  ["405", [405, "METHOD_NOT_ALLOWED"]],
  ["an unknown page", [200, "<html>"]],
  ["something else", [200, { hello: 1 }]],
] as [string, [number, unknown]][])("are under the tag of the digest if the API answers %s", async (_, answer) => {
  const get = getting({ [api]: answer, [tag]: [200, { manifests: [referrer("b")] }] });
  expect(await referrersOf(get, digest)).toEqual([referrer("b")]);
});

it("are not guessed if the registry refuses or fails", async () => {
  await expect(referrersOf(getting({ [api]: [401, ""] }), digest)).rejects.toThrow(`HTTP 401 to ${api}`);
  await expect(referrersOf(getting({ [tag]: [500, ""] }), digest)).rejects.toThrow("HTTP 500 to the tag sha256-aaa");
  const broken = getting({
    [api]: [200, { manifests: [referrer("b")] }, `</v2/team/hello/${api}?last=b>; rel="next"`],
  });
  await expect(referrersOf(broken, digest)).rejects.toThrow("HTTP 404");
});
