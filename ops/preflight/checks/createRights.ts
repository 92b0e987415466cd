/** Checks whether the signed-in identity may create the stack's resources. */
import type { Allowed } from "../callerRights.ts";
import { ok, type Outcome, type PreflightCheck, problem, unknown } from "../preflightCheck.ts";

export const createRights: PreflightCheck = {
  name: "create-rights",
  about:
    "The signed-in identity may create each type of resource that the stack creates, now or after activating a role.",
  applies: ({ actions }) => actions.length > 0,
  async run({ actions }, { rights, subscription }) {
    const answers = await Promise.all(
      actions.map(async (action) => ({ action, allowed: await rights.may(action, subscription) })),
    );
    const assign = `az role assignment create --assignee ${rights.objectId} --role Contributor --scope ${subscription}`;
    const of = (answer: Allowed["answer"]) => answers.filter(({ allowed }) => allowed.answer === answer);
    const listed = (found: typeof answers) => found.map(({ action }) => action).join(", ");
    const [missing, unsure] = [of("no"), of("unknown")];
    const eligible = of("eligible").map(({ action, allowed }) => ({ action, allowed }));
    const outcomes: Outcome[] = [];
    if (missing.length > 0) outcomes.push(problem(`not allowed in ${subscription}: ${listed(missing)}`, assign));
    if (unsure.length > 0) outcomes.push(unknown(`conditions decide about ${listed(unsure)}`, assign));
    const [first] = eligible;
    if (first?.allowed.answer === "eligible")
      outcomes.push(
        problem(
          `allowed only after the role ${first.allowed.role} is activated: ${listed(of("eligible"))}`,
          activation(rights.objectId, first.allowed.roleDefinitionId, subscription),
        ),
      );
    return outcomes.length > 0 ? outcomes : [ok(`may create all ${actions.length} types of resources`)];
  },
};

/** The command that activates a role through Privileged Identity Management for eight hours. */
export function activation(objectId: string, roleDefinitionId: string, scope: string): string {
  const properties = {
    principalId: objectId,
    roleDefinitionId,
    requestType: "SelfActivate",
    justification: "first deployment",
    scheduleInfo: { expiration: { type: "AfterDuration", duration: "PT8H" } },
  };
  return `az rest --method put --url "${scope}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/$(uuidgen)?api-version=2020-10-01" --body '${JSON.stringify({ properties })}'`;
}
