/**
 * Checks whether the signed-in identity may grant the stack's roles. Conditions often allow some roles but not others.
 */
import { activation } from "./createRights.ts";
import { ok, type Outcome, type PreflightCheck, problem, type Questions, unknown } from "../preflightCheck.ts";
import type { PlannedGrant } from "../plannedStack.ts";

const write = "Microsoft.Authorization/roleAssignments/write";
const attribute = "Microsoft.Authorization/roleAssignments";

export const roleAssignments: PreflightCheck = {
  name: "role-assignments",
  about:
    "The signed-in identity may grant each role that the stack grants, by an assignment whose condition allows that role.",
  applies: ({ grants }) => grants.length > 0,
  async run({ grants }, questions) {
    const outcomes = await Promise.all(grants.map((grant) => answer(grant, questions)));
    const wrong = outcomes.filter(({ state }) => state !== "ok");
    return wrong.length > 0 ? wrong : [ok(`may grant ${grants.map(({ name }) => name).join(", ")}`)];
  },
};

async function answer({ role, name, scope }: PlannedGrant, { rights, subscription }: Questions): Promise<Outcome> {
  const place = scope ?? subscription;
  const allowed = await rights.may(write, place, {
    [`${attribute}:RoleDefinitionId`]: role,
    [`${attribute}:PrincipalType`]: "ServicePrincipal",
  });
  const fix = `az role assignment create --assignee ${rights.objectId} --role "Role Based Access Control Administrator" --scope ${place}`;
  switch (allowed.answer) {
    case "yes":
      return ok(`may grant ${name} on ${place}`);
    case "no":
      return problem(`may not grant ${name} on ${place}`, fix);
    case "eligible":
      return problem(
        `may grant ${name} on ${place} only after the role ${allowed.role} is activated`,
        activation(rights.objectId, allowed.roleDefinitionId, place),
      );
    case "unknown":
      return unknown(`may or may not grant ${name} on ${place}: ${allowed.why}`, fix);
  }
}
