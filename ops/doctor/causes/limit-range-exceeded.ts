import { amount, mebibytes, millicores } from "../resourceAmount.ts";
import { refusedBy } from "../facts/refusedOwner.ts";
import { changeContainer, changedOwner, run } from "../fixes/changeOwner.ts";
import { ownerCause } from "./cause.ts";

export const limitRangeExceeded = ownerCause({
  code: "limit-range-exceeded",
  stage: "place",
  recovery: "impossible",
  over: ["admission-refused"],
  proof: (owner) => refusedBy(owner, "limit-range"),
  claim: (owner, { detail = "", evidence, ref }) => {
    const bound = /(maximum|minimum) (\S+) usage per Container is ([\w.]+)/i.exec(detail);
    const [, side = "", resource = "", value = ""] = bound ?? [];
    const max = /max/i.test(side);
    const edge = amount(value);
    const wrong = (owner.template?.spec?.containers ?? []).filter(({ resources }) => {
      const given = amount(
        max ? (resources?.limits?.[resource] ?? resources?.requests?.[resource]) : resources?.requests?.[resource],
      );
      return edge !== undefined && (given === undefined || (max ? given > edge : given < edge));
    });
    const within = ({ resources }: (typeof wrong)[number]) => {
      const request = amount(resources?.requests?.[resource]);
      const requests =
        max && (request === undefined || edge === undefined || request <= edge)
          ? {}
          : { requests: { [resource]: value } };
      return { resources: max ? { limits: { [resource]: value }, ...requests } : { requests: { [resource]: value } } };
    };
    const write =
      edge === undefined
        ? value
        : resource === "memory"
          ? mebibytes(edge)
          : resource === "cpu"
            ? millicores(edge)
            : value;
    return {
      title: `The LimitRange of namespace "${owner.namespace}" refuses the pods of ${owner.ref}: ${detail.slice(0, 160)}`,
      affected: [ref],
      evidence: [
        ...evidence,
        ...(owner.observation.rules?.limitRanges ?? []).map(
          ({ metadata, spec }) => `limitrange/${metadata?.name}: ${JSON.stringify(spec?.limits).slice(0, 300)}`,
        ),
      ],
      mend: [
        ...wrong.flatMap((container) =>
          changeContainer(
            changedOwner(owner),
            container.name,
            `Stay within it (${resource} ${write}):`,
            within(container),
            resource === "memory" || resource === "cpu"
              ? { key: `${resource}${max ? "Limit" : "Request"}`, value }
              : undefined,
          ),
        ),
        run(
          "Show the rule. Whoever set it can change it:",
          `kubectl describe limitrange --namespace ${owner.namespace}`,
        ),
      ],
    };
  },
});
