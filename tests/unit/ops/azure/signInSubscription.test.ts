/** In which subscription the commands look: the one in which the Azure provider works. */
import { signIn } from "../../../../ops/azure/signIn.ts";

const env = { ARM_SUBSCRIPTION_ID: "of-the-environment", AZURE_SUBSCRIPTION_ID: "of-the-sdk" };

it.each([
  ["the stack's own, before the environment's", { subscription: "of-the-stack" }, env, "of-the-stack"],
  ["the environment's, if the stack names none", {}, env, "of-the-environment"],
  ["that of Azure's SDKs, if nothing else names one", {}, { ...env, ARM_SUBSCRIPTION_ID: "" }, "of-the-sdk"],
])("is %s", async (_, settings, variables, subscription) => {
  expect(await signIn(settings, variables)).toMatchObject({ subscription });
});

it("is undefined if nothing names a subscription", async () => {
  await expect(signIn({}, {})).rejects.toThrow("no subscription: export ARM_SUBSCRIPTION_ID=");
});
