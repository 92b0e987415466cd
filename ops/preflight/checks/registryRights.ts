/** Checks the rights that the stack needs in existing registries: to build images, and to import them. */
import { AzureRefused } from "../../azure/resourceReader.ts";
import { activation } from "./createRights.ts";
import { ok, type Outcome, type PreflightCheck, problem, type Questions, unknown } from "../preflightCheck.ts";
import type { PlannedUse } from "../plannedStack.ts";

export const registryRights: PreflightCheck = {
  name: "registry-rights",
  about:
    "The signed-in identity has the rights that the stack needs in existing registries: to build images (`buildWith: acr`), to import them and to read their source (`importFrom`).",
  applies: ({ uses }) => uses.length > 0,
  async run({ uses }, questions) {
    const found = uses.map((use) =>
      answers(use, questions).catch((error: unknown) => [unshown(use, questions, error)]),
    );
    return (await Promise.all(found)).flat();
  },
};

/** The registry may be in another subscription, where the identity has a role on the registry alone. */
function unshown({ scope }: PlannedUse, { rights }: Questions, error: unknown): Outcome {
  if (!(error instanceof AzureRefused) || error.status !== 403) throw error;
  return unknown(
    `Azure does not show this identity the rights on ${scope}: ${error.code}`,
    `az role assignment create --assignee ${rights.objectId} --role Reader --scope ${scope}`,
  );
}

async function answers({ scope, actions, role }: PlannedUse, { rights }: Questions): Promise<Outcome[]> {
  const asked = await Promise.all(
    actions.map(async (action) => ({ action, allowed: await rights.may(action, scope) })),
  );
  const fix = `az role assignment create --assignee ${rights.objectId} --role "${role}" --scope ${scope}`;
  const outcomes = asked.flatMap(({ action, allowed }): Outcome[] => {
    switch (allowed.answer) {
      case "yes":
        return [];
      case "no":
        return [problem(`not allowed on ${scope}: ${action}`, fix)];
      case "eligible":
        return [
          problem(
            `allowed on ${scope} only after the role ${allowed.role} is activated: ${action}`,
            activation(rights.objectId, allowed.roleDefinitionId, scope),
          ),
        ];
      case "unknown":
        return [unknown(`may or may not be allowed on ${scope}: ${action}: ${allowed.why}`, fix)];
    }
  });
  return outcomes.length > 0 ? outcomes : [ok(`has the rights that the stack needs on ${scope}`)];
}
