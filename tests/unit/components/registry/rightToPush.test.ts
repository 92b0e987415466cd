import * as pulumi from "@pulumi/pulumi";
import { awaitRightToPush } from "../../../../components/registry/rightToPush.ts";
import { unsignedToken } from "../../providerAnswers.ts";

const [host, repository] = ["hello.azurecr.io", "team/hello"];
const fetched = jest.spyOn(globalThis, "fetch");
jest.spyOn(pulumi.log, "info").mockResolvedValue(undefined);
afterEach(() => fetched.mockReset());
afterAll(() => jest.restoreAllMocks());

const json = (status: number, body: unknown) => Promise.resolve(new Response(JSON.stringify(body), { status }));
const tokenFor = (...access: { name: string; actions: string[] }[]) =>
  json(200, { access_token: unsignedToken({ access }) });
const pushable = () => tokenFor({ name: repository, actions: ["pull", "push"] });
const ask = (attempts = 1) => awaitRightToPush(host, "refresh", repository, { attempts, pauseMilliseconds: 0 });

test("requests a token to push with, as the Docker engine will", async () => {
  fetched.mockImplementationOnce(pushable);
  await ask();
  const [url, { method, body } = {}] = fetched.mock.calls[0] ?? [];
  expect([url, method, Object.fromEntries(body as URLSearchParams)]).toEqual([
    "https://hello.azurecr.io/oauth2/token",
    "POST",
    {
      ...{ grant_type: "refresh_token", service: host, refresh_token: "refresh" },
      scope: "repository:team/hello:pull,push",
    },
  ]);
});

test.each([
  ["a refusal", () => json(401, {})],
  ["a refusal by the network", () => json(403, {})],
  ["no right at all", () => tokenFor()],
  ["only the right to pull", () => tokenFor({ name: repository, actions: ["pull"] })],
  ["the right to push somewhere else", () => tokenFor({ name: "team/other", actions: ["push"] })],
])("%s is repeated while a grant may still be propagating", async (_, refused) => {
  fetched.mockImplementationOnce(refused).mockImplementationOnce(refused).mockImplementationOnce(pushable);
  await ask(3);
  expect(fetched).toHaveBeenCalledTimes(3);
});

test("a missing right is refused with the registry, the repository and the roles that count", async () => {
  fetched.mockImplementation(() => json(401, {}));
  const refused = ask(2);
  await expect(refused).rejects.toThrow(
    /^the deploying identity may not push to hello\.azurecr\.io\/team\/hello\. It needs the role AcrPush, Contributor, or Owner.* Container Registry Repository Writer/,
  );
  await expect(refused).rejects.toBeInstanceOf(pulumi.RunError);
  expect(fetched).toHaveBeenCalledTimes(2);
});

test.each([
  ["every right", () => tokenFor({ name: repository, actions: ["*"] })],
  ["a token of another kind", () => json(200, { access_token: "opaque" })],
  ["a token without permissions", () => json(200, { access_token: unsignedToken({}) })],
  ["another error", () => json(503, {})],
  ["no answer", () => Promise.reject(new TypeError("fetch failed"))],
])("%s delays nothing: the push will report it", async (_, answered) => {
  fetched.mockImplementation(answered);
  await ask();
  expect(fetched).toHaveBeenCalledTimes(1);
});
