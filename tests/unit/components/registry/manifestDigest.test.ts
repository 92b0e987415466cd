import { manifestDigest } from "../../../../components/registry/manifestDigest.ts";

const digest = `sha256:${"a".repeat(64)}`;
const look = () => manifestDigest("hello.azurecr.io", "refresh", "team/hello", "1.4.2");
const token = () => Response.json({ access_token: "a" });

afterEach(() => jest.restoreAllMocks());

function answering(...all: (Response | Error)[]) {
  const fetched = jest.spyOn(globalThis, "fetch");
  for (const one of all) {
    if (one instanceof Error) fetched.mockRejectedValueOnce(one);
    else fetched.mockResolvedValueOnce(one);
  }
  return fetched;
}

it("is the registry's answer for a tag", async () => {
  const fetched = answering(token(), new Response("", { headers: { "Docker-Content-Digest": digest } }));
  expect(await look()).toBe(digest);
  expect(fetched.mock.calls[1]?.[0]).toBe("https://hello.azurecr.io/v2/team/hello/manifests/1.4.2");
  expect(fetched.mock.calls[1]?.[1]).toMatchObject({ method: "HEAD", headers: { Authorization: "Bearer a" } });
});

it("is unknown if the registry has no such image, names none, or does not answer", async () => {
  answering(token(), new Response("", { status: 404 }));
  expect(await look()).toBeUndefined();
  answering(token(), new Response());
  expect(await look()).toBeUndefined();
  answering(new Response("", { status: 401 }));
  expect(await look()).toBeUndefined();
  answering(new Error("no route"));
  expect(await look()).toBeUndefined();
});
