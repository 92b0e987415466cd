/**
 * Checks whether the subscription is registered for each resource provider. Pulumi's Azure provider registers those
 * whose resources it creates itself (azcore's pipeline answers MissingSubscriptionRegistration with a registration), if
 * the identity may. Nothing registers the others.
 * https://github.com/Azure/azure-sdk-for-go/blob/main/sdk/azcore/arm/runtime/policy_register_rp.go
 */
import type { PlannedStack } from "../plannedStack.ts";
import { ok, type Outcome, type PreflightCheck, problem, type Questions } from "../preflightCheck.ts";

export const providers: PreflightCheck = {
  name: "providers",
  about:
    "The subscription is registered for each resource provider, or the deployment registers it itself and the identity may do so.",
  applies: ({ creates, needs }) => creates.length + needs.length > 0,
  async run(plan, questions) {
    const namespaces = [...new Set([...plan.creates, ...plan.needs])];
    const outcomes = await Promise.all(namespaces.map((namespace) => outcomeOf(namespace, plan, questions)));
    const notable = outcomes.filter((outcome) => outcome !== undefined);
    return notable.length > 0 ? notable : [ok(`registered: ${namespaces.join(", ")}`)];
  },
};

async function outcomeOf(
  namespace: string,
  { creates }: PlannedStack,
  { azure, subscription, rights }: Questions,
): Promise<Outcome | undefined> {
  const { registrationState } = await azure.get<{ registrationState: string }>(
    `${subscription}/providers/${namespace}`,
    "2022-09-01",
  );
  if (registrationState === "Registered") return undefined;
  const register = `az provider register --namespace ${namespace} --wait`;
  if (registrationState === "Registering") return ok(`${namespace} is being registered`);
  if (!creates.includes(namespace))
    return problem(`${namespace} is not registered, and no deployment registers it`, register);
  const { answer } = await rights.may(`${namespace}/register/action`, subscription);
  if (answer === "yes") return ok(`${namespace} is not registered yet: the deployment registers it itself`);
  return problem(`${namespace} is not registered, and the signed-in identity may not register it`, register);
}
