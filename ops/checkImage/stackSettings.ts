/** The settings of a stack, read from its file alone: no Pulumi, no sign-in, no secret's value. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readSettings, type Settings } from "../../config.ts";
import { CouldNotCheck } from "./couldNotCheck.ts";

/**
 * @param folder of the project, with the stack files
 * @throws CouldNotCheck when there is no such file, or when its settings cannot be used
 */
export function stackSettings(folder: string, stack: string): Settings {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    const stacks = readdirSync(folder).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
    throw new CouldNotCheck(
      `there is no Pulumi.${stack}.yaml: use one of ${stacks.map((name) => `--stack ${name}`).join(", ")}, or leave --stack out to check with the defaults`,
    );
  }
  try {
    return readSettings(stack, ownValues(readFileSync(file, "utf8")));
  } catch (error) {
    throw new CouldNotCheck((error as Error).message, { cause: error });
  }
}

/** The values as Pulumi hands them to a program: texts, with objects and lists as JSON. Secrets stay encrypted: stand-ins. */
export function ownValues(yaml: string): Record<string, string> {
  const { config } = (parse(yaml) ?? {}) as { config?: Record<string, unknown> | null };
  return Object.fromEntries(
    Object.entries(config ?? {}).flatMap(([key, value]) => {
      const name = /^tarmac:(.+)$/.exec(key)?.[1];
      if (name === undefined) return [];
      const open = withoutSecrets(value);
      return [[name, typeof open === "string" ? open : JSON.stringify(open)]];
    }),
  );
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === "secure") return "secret";
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutSecrets(inner)]));
}
