/** The pack as a whole: its settings for each environment, its packages, its page. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Severity } from "@pulumi/policy";
import { taggable } from "../../../policy/azure/taggable.ts";
import type { Exception } from "../../../policy/exceptions.ts";
import { policies } from "../../../policy/policies.ts";
import { rules } from "../../../policy/rules/all.ts";

const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as unknown;
const levels = ["mandatory", "advisory", "disabled"];

describe("rules", () => {
  it("are named once, as the file that holds each", () => {
    const files = readdirSync("policy/rules").filter((file) => file !== "all.ts");
    const camel = (id: string) => `${id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}.ts`;
    expect(rules.map(({ id }) => camel(id)).sort()).toEqual(files.sort());
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))(
    "%s says what must hold, why, how to fix it and where it is explained",
    (_, rule) => {
      expect(rule.title).toMatch(/^[A-Z].*[^.]$/);
      expect(rule.reason).toMatch(/^[a-z].*[^.]$/);
      expect(rule.fix.length).toBeGreaterThan(20);
      expect(rule.reference).toMatch(/^https:\/\/(?:learn\.microsoft\.com|kubernetes\.io)\//);
      expect(["low", "medium", "high", "critical"] satisfies Severity[]).toContain(rule.severity);
      expect(levels).toContain(rule.level);
      for (const setting of Object.values(rule.settings ?? {})) expect(setting.default).toBeDefined();
    },
  );

  it("pass all of it to Pulumi", () => {
    for (const [index, rule] of rules.entries()) {
      expect(policies[index]).toMatchObject({
        ...{ name: rule.id, description: rule.title, severity: rule.severity, enforcementLevel: rule.level },
        ...{ remediationSteps: rule.fix, url: rule.reference },
      });
      expect(Object.keys(policies[index]?.configSchema?.properties ?? {}).sort()).toEqual(
        [...Object.keys(rule.settings ?? {}), "exceptions"].sort(),
      );
    }
  });
});

describe.each(readdirSync("policy/config"))("policy/config/%s", (file) => {
  const config = read(join("policy/config", file)) as Record<string, string | Record<string, unknown>>;

  it("names existing rules, levels and settings, because Pulumi ignores a misspelled rule", () => {
    for (const [id, own] of Object.entries(config)) {
      const rule = rules.find((one) => one.id === id);
      if (id !== "all") expect([id, rule?.id]).toEqual([id, id]);
      if (typeof own === "string") expect(levels).toContain(own);
      else {
        const { enforcementLevel = "mandatory", exceptions = [], ...settings } = own;
        expect(levels).toContain(enforcementLevel);
        expect(Object.keys(settings).filter((name) => !Object.hasOwn(rule?.settings ?? {}, name))).toEqual([]);
        for (const exception of exceptions as Exception[]) expect(exception.reason.length).toBeGreaterThan(20);
      }
    }
  });
});

it("accepts no leaked secret and no open registry in any environment", () => {
  for (const file of readdirSync("policy/config")) {
    const config = read(join("policy/config", file)) as Record<string, unknown>;
    for (const id of ["no-plain-secret", "registry-no-admin-user", "registry-no-anonymous-pull"]) {
      const own = config[id] as string | { enforcementLevel?: string } | undefined;
      const level = (typeof own === "string" ? own : own?.enforcementLevel) ?? config.all;
      expect([file, id, level]).toEqual([file, id, "mandatory"]);
    }
  }
});

it("counts as taggable what the provider accepts tags for", () => {
  for (const type of taggable) {
    const [service = "", name = ""] = type.split(":");
    const file = `node_modules/@pulumi/azure-native/${service}/${name.charAt(0).toLowerCase()}${name.slice(1)}.d.ts`;
    expect([type, /^ {4}tags\?: pulumi\.Input</m.test(readFileSync(file, "utf8"))]).toEqual([type, true]);
  }
});
