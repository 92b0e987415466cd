import * as pulumi from "@pulumi/pulumi";
import {
  registryAudience,
  exchangeForRefreshToken,
  refreshTokenUser,
  signInToRegistry,
} from "../../../../components/registry/registrySignIn.ts";
import { accessToken, unsignedToken } from "../../providerAnswers.ts";
import { mockCloud, pending, valueOf } from "../../pulumiMocks.ts";

const host = "hello.azurecr.io";
const fetched = jest.spyOn(globalThis, "fetch");
afterEach(() => fetched.mockReset());
afterAll(() => fetched.mockRestore());

const answer = (status: number, body: unknown) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
const repository = "team/hello";
/** An answer of the registry's token service that lets its bearer do this in the repository. */
const mayDo = (...actions: string[]) =>
  answer(200, { access_token: unsignedToken({ access: [{ type: "repository", name: repository, actions }] }) });
const exchange = (attempts = 3) => exchangeForRefreshToken(host, "entra", { attempts, pauseMilliseconds: 0 });
const mend =
  "Check that the deploying identity may push there (role AcrPush, Contributor, or Owner), and that this machine can reach the registry.";

describe("the exchange of an Entra token for a registry's", () => {
  test("is one POST of the token as a form, as the registry's protocol requires", async () => {
    fetched.mockResolvedValueOnce(answer(200, { refresh_token: "refresh" }));
    expect(await exchange()).toBe("refresh");
    expect(fetched).toHaveBeenCalledTimes(1);
    const [url, { method, body } = {}] = fetched.mock.calls[0] ?? [];
    expect([url, method, (body as URLSearchParams).toString()]).toEqual([
      "https://hello.azurecr.io/oauth2/exchange",
      "POST",
      "grant_type=access_token&service=hello.azurecr.io&access_token=entra",
    ]);
  });

  test.each([
    ["a server error", () => Promise.resolve(answer(503, "starting"))],
    ["too many requests", () => Promise.resolve(answer(429, "slow down"))],
    ["a name that does not resolve yet", () => Promise.reject(new TypeError("fetch failed"))],
  ])("is repeated after %s: a new registry may not answer yet", async (_, failure) => {
    fetched.mockImplementationOnce(failure).mockImplementationOnce(failure);
    fetched.mockResolvedValueOnce(answer(200, { refresh_token: "refresh" }));
    expect(await exchange()).toBe("refresh");
    expect(fetched).toHaveBeenCalledTimes(3);
  });

  test.each([401, 403, 404])("is not repeated after a refusal: HTTP %i", async (status) => {
    fetched.mockImplementation(() => Promise.resolve(answer(status, "denied: no AcrPush")));
    await expect(exchange()).rejects.toThrow(
      `cannot sign in to the registry hello.azurecr.io: HTTP ${status} denied: no AcrPush. ${mend}`,
    );
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  test("gives up after the last attempt, with the last problem", async () => {
    fetched.mockImplementation(() => Promise.resolve(answer(500, "x".repeat(1000))));
    await expect(exchange(2)).rejects.toThrow(
      `cannot sign in to the registry hello.azurecr.io: HTTP 500 ${"x".repeat(300)}. ${mend}`,
    );
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  test.each([
    [
      "with its cause",
      new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND") }),
      "fetch failed: getaddrinfo ENOTFOUND",
    ],
    ["without a cause", new TypeError("fetch failed"), "fetch failed"],
    ["that is not an error", "odd", "odd"],
  ])("names a failed connection %s", async (_, error, shown) => {
    fetched.mockRejectedValue(error);
    await expect(exchange(1)).rejects.toThrow(`cannot sign in to the registry hello.azurecr.io: ${shown}. ${mend}`);
  });

  test.each([
    ["a proxy's web page", "<html>Sign in</html>"],
    ["no token", "{}"],
    ["nothing", "null"],
  ])("fails with the registry's name if the answer is %s", async (_, body) => {
    fetched.mockImplementation(() => Promise.resolve(answer(200, body)));
    await expect(exchange()).rejects.toThrow(
      `cannot sign in to the registry hello.azurecr.io: HTTP 200 ${body}. ${mend}`,
    );
  });
});

describe("the sign-in", () => {
  test("is the deployer's own, with a refresh token that is a secret", async () => {
    const cloud = await mockCloud();
    fetched
      .mockResolvedValueOnce(answer(200, { refresh_token: "refresh" }))
      .mockResolvedValueOnce(mayDo("pull", "push"));
    const { username, password } = signInToRegistry(pulumi.output(host), { repository });
    await cloud.settled();
    expect(username).toBe("00000000-0000-0000-0000-000000000000");
    expect(username).toBe(refreshTokenUser);
    expect(await valueOf(password)).toBe("refresh");
    expect(await pulumi.isSecret(password)).toBe(true);
    expect(cloud.calls).toEqual([
      { token: "azure-native:authorization:getClientToken", inputs: { endpoint: registryAudience } },
    ]);
    const form = fetched.mock.calls[0]?.[1]?.body as URLSearchParams;
    expect(form.get("access_token")).toBe(accessToken);
  });

  test.each([host, pending<string>()])("does not happen in a preview, which pushes nothing: %#", async (server) => {
    const cloud = await mockCloud({ preview: true });
    const { password } = signInToRegistry(server, { repository });
    await cloud.settled();
    expect(await valueOf(password)).toBe("");
    expect(await pulumi.isSecret(password)).toBe(true);
    expect(cloud.calls).toEqual([]);
    expect(fetched).not.toHaveBeenCalled();
  });
});
