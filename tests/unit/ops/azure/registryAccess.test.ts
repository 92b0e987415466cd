/** Access tokens of a registry: what they allow, and refusals with the roles that are missing. */
import { accessToken, refusalOf } from "../../../../ops/azure/registryAccess.ts";

const real = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = real;
});

/** The registry gives this token, or refuses with this status. */
function registry(given: string | number): void {
  globalThis.fetch = () =>
    Promise.resolve(
      typeof given === "number" ? new Response("", { status: given }) : Response.json({ access_token: given }),
    );
}
const tokenWith = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.x`;
const ask = (...actions: string[]) => accessToken("a.azurecr.io", "refresh", "app", actions);

it.each([
  [
    "the actions of the repository",
    tokenWith({
      access: [
        { name: "app", actions: ["pull"] },
        { name: "other", actions: ["delete"] },
      ],
    }),
    ["pull"],
  ],
  ["none, for a repository without any", tokenWith({ access: [{ name: "app" }] }), []],
  ["none, for a token without access", tokenWith({}), []],
  ["none, for a token that cannot be read", "opaque", []],
])("allow %s", async (_, token, actions) => {
  registry(token);
  expect(await ask("pull", "delete")).toEqual({ token, actions });
});

it("are refused with the roles that are missing", async () => {
  registry(401);
  await expect(ask("delete")).rejects.toThrow(
    "a.azurecr.io does not let the signed-in identity delete: that needs the role AcrDelete there, or Container Registry Repository Contributor if the registry uses repository permissions (401 to the sign-in)",
  );
  await expect(ask("pull")).rejects.toThrow(
    "a.azurecr.io does not let the signed-in identity read: that needs the role AcrPull there, or Container Registry Repository Reader",
  );
  expect(refusalOf("a", ["pull"]).message).toMatch(/permissions$/);
});
