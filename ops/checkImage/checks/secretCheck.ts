import type { Evidence } from "../runEvidence.ts";
import { secretInVariable } from "@tarmac/validate/secrets/inVariable";
import { buildArgumentsIn } from "../secrets/buildArguments.ts";
import { type Check, type Judgement, problems } from "../verdict.ts";

/** So many finds are named one by one. */
const shown = 10;

export function judgeSecrets({ config, content }: Pick<Evidence, "config" | "content">): Judgement {
  const files = content.secrets.map(({ path, kind, masked, removed }) => ({
    code: "secret-in-layer" as const,
    seen: `/${path}: ${kind}${masked === undefined ? "" : ` (${masked})`}${removed ? "; a later layer removes it, the image still carries it" : ""}`,
  }));
  const variables = [
    ...config.environment.map((variable) => ["ENV", ...split(variable)] as const),
    ...config.history.flatMap(buildArgumentsIn).map((argument) => ["build argument", ...argument] as const),
  ];
  const inVariables = new Map(
    variables.flatMap(([where, name, value]) => {
      const secret = secretInVariable(name, value);
      return secret === undefined ? [] : [[`${where} ${name}`, secret] as const];
    }),
  );
  const all = [
    ...files,
    ...[...inVariables].map(([where, { kind, masked }]) => ({
      code: "secret-in-environment" as const,
      seen: `${where}: ${kind} (${masked})`,
    })),
  ];
  const last = all[shown - 1];
  const named =
    all.length > shown && last !== undefined
      ? [...all.slice(0, shown - 1), { ...last, seen: `${last.seen} and ${all.length - shown} more` }]
      : all;
  return (
    problems(...named) ?? {
      fine: `none in ${content.layers === 1 ? "its layer" : `${content.layers} layers`}, ENV and build arguments`,
    }
  );
}

function split(variable: string): [name: string, value: string] {
  const at = variable.indexOf("=");
  return at === -1 ? [variable, ""] : [variable.slice(0, at), variable.slice(at + 1)];
}

export const secrets: Check = {
  name: "secrets",
  title: "carries no secrets",
  judge: judgeSecrets,
};
