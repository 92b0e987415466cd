/**
 * Checks whether Azure Policy would deny the stack's resources. Azure evaluates the subscription's policies in advance.
 * It does not evaluate policies inherited from management groups, so they leave the result unknown.
 */
import { ok, type Outcome, type PreflightCheck, problem, type Questions, unknown } from "../preflightCheck.ts";
import type { PlannedContent } from "../plannedContents.ts";

export const policies: PreflightCheck = {
  name: "policies",
  about:
    "No policy that is assigned to the subscription denies the stack's resources as far as their main properties show; inherited policies leave the answer open.",
  applies: ({ contents }) => contents.length > 0,
  async run({ contents }, questions) {
    const [assignments, ...evaluated] = await Promise.all([
      questions.azure.list<Assignment>(
        `${questions.subscription}/providers/Microsoft.Authorization/policyAssignments`,
        "2023-04-01",
        { $filter: "atScope()" },
      ),
      ...contents.map((content) => evaluate(content, questions)),
    ]);
    const nameOf = (id: string) =>
      assignments.find((one) => one.id.toLowerCase() === id.toLowerCase())?.properties.displayName ?? id;
    const denied = evaluated.flatMap(({ type, evaluations }) =>
      evaluations.filter(isDenial).map((evaluation) => denial(type, evaluation, nameOf)),
    );
    const open = openQuestion(assignments);
    return denied.length + open.length > 0
      ? [...denied, ...open]
      : [ok(`no policy denies ${contents.map(({ content }) => content.type).join(", ")}`)];
  },
};

interface Assignment {
  id: string;
  properties: { displayName?: string; scope?: string; enforcementMode?: string };
}

interface Evaluation {
  policyInfo: { policyAssignmentId: string; policyDefinitionId: string };
  evaluationResult: string;
  evaluationDetails?: {
    reason?: string;
    evaluatedExpressions?: { path?: string; expression?: string; operator?: string; targetValue?: unknown }[];
  };
  effectDetails?: { policyEffect?: string };
}

async function evaluate({ apiVersion, content }: PlannedContent, { azure, subscription }: Questions) {
  const { contentEvaluationResult } = await azure.ask<{
    contentEvaluationResult?: { policyEvaluations?: Evaluation[] };
  }>(`${subscription}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions`, "2024-10-01", {
    resourceDetails: { resourceContent: content, apiVersion },
  });
  return { type: content.type, evaluations: contentEvaluationResult?.policyEvaluations ?? [] };
}

const isDenial = ({ evaluationResult, effectDetails }: Evaluation): boolean =>
  evaluationResult === "NonCompliant" && /^deny$/i.test(effectDetails?.policyEffect ?? "");

function denial(type: string, { policyInfo, evaluationDetails }: Evaluation, nameOf: (id: string) => string): Outcome {
  const { policyAssignmentId } = policyInfo;
  const because = (evaluationDetails?.evaluatedExpressions ?? []).map(
    ({ path, expression, operator, targetValue }) => `${path ?? expression} ${operator} ${JSON.stringify(targetValue)}`,
  );
  const why = evaluationDetails?.reason ?? because.join(", ");
  return problem(
    `the policy "${nameOf(policyAssignmentId)}" denies ${type}${why === "" ? "" : `: ${why}`}`,
    `ask its owner for an exemption: az policy exemption create --name tarmac --policy-assignment ${policyAssignmentId} --exemption-category Waiver, or change the setting that it checks`,
  );
}

function openQuestion(assignments: readonly Assignment[]): Outcome[] {
  const inherited = assignments.filter(
    ({ properties: { scope = "", enforcementMode } }) =>
      /^\/providers\/Microsoft\.Management\/managementGroups\//i.test(scope) && enforcementMode !== "DoNotEnforce",
  );
  if (inherited.length === 0) return [];
  const named = inherited.map(({ id, properties }) => properties.displayName ?? id.split("/").at(-1) ?? id);
  const shown = named.slice(0, 5).join(", ") + (named.length > 5 ? ` and ${named.length - 5} more` : "");
  return [
    unknown(
      `Azure does not evaluate policies of management groups beforehand: ${shown}`,
      "az policy assignment list --disable-scope-strict-match --output table, and ask their owners which of them deny",
    ),
  ];
}
