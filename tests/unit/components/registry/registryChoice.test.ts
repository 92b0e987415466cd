import * as pulumi from "@pulumi/pulumi";
import { imageRegistry, type RegistryChoice } from "../../../../components/registry/registryChoice.ts";
import { unsignedToken } from "../../providerAnswers.ts";
import { mockCloud, valueOf } from "../../pulumiMocks.ts";

const fetched = jest.spyOn(globalThis, "fetch");
afterEach(() => fetched.mockReset());
afterAll(() => fetched.mockRestore());

const answer = (body: object) => new Response(JSON.stringify(body));
const registryOf = (choice: RegistryChoice) =>
  imageRegistry("hello", choice, "team/hello", () => ({ resourceGroupName: "group", location: "westeurope" }));

const choices: Record<string, RegistryChoice> = {
  "of the stack's own": { kind: "own", args: { registryName: "hello" } },
  "that exists": { kind: "existing", args: { registryName: "hello", resourceGroupName: "shared" } },
};

describe.each(Object.entries(choices))("a registry of Azure %s", (_, choice) => {
  test("is signed in to only by its users", async () => {
    const cloud = await mockCloud();
    registryOf(choice);
    await cloud.settled();
    expect(fetched).not.toHaveBeenCalled();
  });

  test("is read without the right to push", async () => {
    const cloud = await mockCloud();
    fetched.mockResolvedValueOnce(answer({ refresh_token: "refresh" }));
    const { signIn } = registryOf(choice);
    expect(await valueOf(signIn?.("read").password ?? pulumi.output(""))).toBe("refresh");
    await cloud.settled();
    expect(fetched.mock.calls.map(([url]) => url)).toEqual(["https://hello.azurecr.io/oauth2/exchange"]);
  });

  test("is pushed to only with the right to push", async () => {
    const cloud = await mockCloud();
    fetched.mockResolvedValueOnce(answer({ refresh_token: "refresh" }));
    const access = [{ type: "repository", name: "team/hello", actions: ["pull", "push"] }];
    fetched.mockResolvedValueOnce(answer({ access_token: unsignedToken({ access }) }));
    const { signIn } = registryOf(choice);
    expect(await valueOf(signIn?.("push").password ?? pulumi.output(""))).toBe("refresh");
    await cloud.settled();
    expect(fetched).toHaveBeenCalledTimes(2);
  });
});

test("a registry outside Azure is used with its own user, for everything", () => {
  const user = { username: "ci", password: pulumi.secret("password") };
  const { signIn } = registryOf({ kind: "external", args: { server: "registry.example.com", user } });
  expect([signIn?.("push"), signIn?.("read")]).toEqual([user, user]);
});
