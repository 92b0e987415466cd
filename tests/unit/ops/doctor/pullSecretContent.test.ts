import { readPullSecret } from "../../../../ops/doctor/registry/pullSecretContent.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const secret = (content: unknown) => ({
  type: "kubernetes.io/dockerconfigjson",
  data: { ".dockerconfigjson": base64(typeof content === "string" ? content : JSON.stringify(content)) },
});

it("reads user and password, or both in one, by host", () => {
  const { look, credentials } = readPullSecret(
    secret({
      auths: {
        "https://reg.io/v1/": { username: "a", password: "b" },
        "localhost:5000": { auth: base64("c:d:e") },
      },
    }),
  );
  expect(look).toEqual({
    exists: true,
    elsewhere: [],
    type: "kubernetes.io/dockerconfigjson",
    hosts: ["reg.io", "localhost:5000"],
  });
  expect([...credentials.values()]).toEqual([
    { username: "a", password: "b" },
    { username: "c", password: "d:e" },
  ]);
});

it("reads the older form", () => {
  const data = { ".dockercfg": base64(JSON.stringify({ "reg.io": { username: "a", password: "b" } })) };
  expect(readPullSecret({ type: "kubernetes.io/dockercfg", data }).look.hosts).toEqual(["reg.io"]);
});

it.each([
  [{ type: "Opaque", data: { ".dockerconfigjson": base64("{}") } }, /its type is "Opaque"/],
  [{ type: "kubernetes.io/dockerconfigjson", data: {} }, /has no key ".dockerconfigjson"/],
  [secret("no json"), /is not JSON/],
  [secret("null"), /has no "auths"/],
  [secret({ "reg.io": {} }), /has no "auths"/],
  [secret({ auths: {} }), /"auths" is empty/],
  [secret({ auths: { "reg.io": { auth: "%%%" } } }), /neither username and password nor a base64/],
  [secret({ auths: { "reg.io": { auth: base64("nocolon") } } }), /neither username and password nor a base64/],
  [secret({ auths: { "reg.io": null } }), /neither username and password nor a base64/],
])("says why the kubelet cannot read %j", (object, message) => {
  expect(readPullSecret(object).look.malformed).toMatch(message);
});

it("never puts a credential into the observations", () => {
  const { look } = readPullSecret(secret({ auths: { "reg.io": { username: "hidden", password: "hidden" } } }));
  expect(JSON.stringify(look)).not.toContain("hidden");
});
