import type { Evidence } from "../runEvidence.ts";
import { secretInVariable } from "@tarmac/validate/secrets/inVariable";
import { buildArgumentsIn } from "../secrets/buildArguments.ts";
import { secretsInCommand } from "../secrets/inCommand.ts";
import { type Check, type Judgement, type Problem, problems } from "../verdict.ts";

export function judgeSecrets({ config, content }: Pick<Evidence, "config" | "content">): Judgement {
  const files = (content?.secrets ?? []).map(({ path, kind, masked, removed }) => ({
    code: "secret-in-layer" as const,
    seen: `/${path}: ${kind}${masked === undefined ? "" : ` (${masked})`}${removed ? "; a later layer removes it, the image still carries it" : ""}`,
  }));
  const all = [...files, ...inVariables(config), ...inConfiguration(config)];
  if (all.length === 0 && content === undefined) return undefined;
  const layers = content?.layers ?? 0;
  return (
    problems(...all) ?? {
      fine: `none in ${layers === 1 ? "its layer" : `${layers} layers`}, ENV, build arguments, commands and labels`,
    }
  );
}

/** Build arguments and ENV, including values that a later ENV hides. */
function inVariables(config: Evidence["config"]): Problem[] {
  const variables = [
    ...config.environment.map((variable) => ["ENV", ...split(variable)] as const),
    ...config.history.flatMap((step) => assignmentsOf("ENV", step)).map((one) => ["ENV", ...one] as const),
    ...config.history.flatMap(buildArgumentsIn).map((argument) => ["build argument", ...argument] as const),
    ...config.history.flatMap((step) => assignmentsOf("ARG", step)).map((one) => ["build argument", ...one] as const),
  ];
  const found = new Map(
    variables.flatMap(([where, name, value]) => {
      const secret = secretInVariable(name, value);
      return secret === undefined ? [] : [[`${where} ${name}`, secret] as const];
    }),
  );
  return [...found].map(([where, { kind, masked }]) => ({
    code: "secret-in-environment",
    seen: `${where}: ${kind} (${masked})`,
  }));
}

/** The variables of a history step `ENV NAME=value` or `ARG NAME=value`. */
function assignmentsOf(instruction: "ENV" | "ARG", step: string): [name: string, value: string][] {
  const [, name, value] =
    new RegExp(`^(?:/bin/sh -c #\\(nop\\)\\s+)?${instruction} (\\w+)=(?:"(?=.*")|)(.*?)"?$`, "s").exec(step) ?? [];
  return name === undefined || value === undefined ? [] : [[name, value]];
}

/** The commands that built the image and that it starts, and its labels. */
function inConfiguration(config: Evidence["config"]): Problem[] {
  const commands = [
    ...config.history.filter(isRun).map((step) => ["RUN", withoutArguments(step)] as const),
    ["ENTRYPOINT and CMD", [...config.entrypoint, ...config.command].join(" ")] as const,
    ["HEALTHCHECK", config.healthcheckCommand.join(" ")] as const,
    ...config.onBuild.map((step) => ["ONBUILD", step] as const),
  ];
  const found = new Map<string, Problem>();
  for (const [where, command] of commands) {
    for (const { kind, masked } of secretsInCommand(command)) {
      const seen = `${where}: ${kind} (${masked})`;
      found.set(seen, { code: "secret-in-configuration", seen });
    }
  }
  for (const [name, value] of Object.entries(config.labels)) {
    const last = name.split(/[./]/).at(-1)?.replaceAll("-", "_") ?? name;
    const secret = secretInVariable(last, value);
    if (secret === undefined) continue;
    const seen = `LABEL ${name}: ${secret.kind} (${secret.masked})`;
    found.set(seen, { code: "secret-in-configuration", seen });
  }
  return [...found.values()];
}

/** BuildKit writes "RUN ..."; the classic builder writes the shell's command, optionally preceded by arguments. */
const isRun = (step: string) =>
  /^(?:RUN |\|\d+ )/.test(step) || (step.startsWith("/bin/sh -c ") && !step.includes("#(nop)"));

/** The step without its build arguments, which are judged separately. */
function withoutArguments(step: string): string {
  return buildArgumentsIn(step).reduce((rest, [name, value]) => rest.replace(`${name}=${value}`, ""), step);
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
