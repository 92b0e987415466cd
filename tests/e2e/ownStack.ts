/**
 * A separate stack for a test on the local environment, next to the stack `local`: the same program and settings, except those
 * that the test overrides. Its app has the name of the stack, so the stack has its own namespace, cluster and registry.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { checkoutFolder } from "../../local/layout.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { failedUpdate } from "./failedUpdate.ts";
import { run } from "./runProgram.ts";

/** Values by key, without `tarmac:`; `undefined` takes away what `Pulumi.local.yaml` sets. A secret is `{ secret: VALUE }`, a map of secrets `{ secret: { NAME: VALUE } }`. */
export type TestSettings = Record<string, unknown>;

export interface OwnStack {
  name: string;
  /** The settings in the stack file, which every command uses. */
  settings: TestSettings;
  /** Environment variables of the next Pulumi commands that differ from those of the local environment. */
  variables: NodeJS.ProcessEnv;
  /** Writes the stack file with the stack's settings and these, and returns its path. */
  writeSettings(more?: TestSettings): Promise<string>;
  /** Runs a Pulumi command on this stack and returns its output. @throws Error with the output when it fails */
  pulumi(command: string, more?: TestSettings, ...options: string[]): Promise<string>;
  up(more?: TestSettings, ...options: string[]): Promise<string>;
  /** An update whose rollout must fail. Returns what the doctor and Pulumi print. */
  failedUp(more?: TestSettings): Promise<string>;
  preview(more?: TestSettings, ...options: string[]): Promise<string>;
  /** The stack's outputs, with secrets in plain text. */
  outputs(): Promise<Record<string, string>>;
  /** The stored state, with secrets encrypted. */
  state(): Promise<string>;
  /** Destroys the stack's resources and removes the stack. */
  remove(): Promise<void>;
}

interface Secret {
  secret: string | Record<string, string>;
}

/** What `Pulumi.local.yaml` sets, by key: for a program of another name, which does not read the keys of this one. */
export function localSettings(): TestSettings {
  const { config } = parse(readFileSync(join(checkoutFolder, "Pulumi.local.yaml"), "utf8")) as {
    config: Record<string, unknown>;
  };
  const own = Object.entries(config).filter(([key]) => key.startsWith("tarmac:"));
  return Object.fromEntries(own.map(([key, value]) => [key.slice("tarmac:".length), value]));
}

const isSecret = (value: unknown): value is Secret =>
  typeof value === "object" && value !== null && Object.keys(value).join() === "secret";

const pathsOf = (key: string, secrets: Record<string, string>) =>
  Object.entries(secrets).map(([name, secret]) => [`${key}[${JSON.stringify(name)}]`, secret] as const);

/**
 * @param name name of the stack and its app: at most 30 lower-case letters, digits and "-"
 * @param settings settings that override `Pulumi.local.yaml`
 * @param program folder of a Pulumi program with a `Pulumi.yaml`. Default: the checkout
 * @param variables environment variables for Pulumi that differ from those of the local environment
 */
export async function ownStack(
  name: string,
  settings: TestSettings = {},
  program = checkoutFolder,
  variables: NodeJS.ProcessEnv = {},
): Promise<OwnStack> {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-e2e-"));
  // A project without a program, in which `pulumi stack init` and `pulumi config set --secret` may write a stack file.
  const projectFolder = join(folder, "project");
  mkdirSync(projectFolder);
  const project = (parse(readFileSync(join(program, "Pulumi.yaml"), "utf8")) as { name: string }).name;
  writeFileSync(join(projectFolder, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
  const given = { ...stackEnvironment(), ...variables };
  const inProject = (...args: string[]) =>
    run("pulumi", ["--non-interactive", ...args], { cwd: projectFolder, env: given });
  await inProject("stack", "init", name, "--no-select");

  const base = parse(readFileSync(join(checkoutFolder, "Pulumi.local.yaml"), "utf8")) as {
    config: Record<string, unknown>;
  };
  const file = join(projectFolder, `Pulumi.${name}.yaml`);
  const salt = (parse(readFileSync(file, "utf8")) as { encryptionsalt: string }).encryptionsalt;

  const stack: OwnStack = {
    name,
    settings: { appName: name, ...settings },
    variables: {},
    async writeSettings(more = {}) {
      const all = Object.entries({ ...stack.settings, ...more });
      const plain = all.filter(([, value]) => !isSecret(value));
      const values = {
        ...base.config,
        ...Object.fromEntries(plain.map(([key, value]) => [`${project}:${key}`, value])),
      };
      writeFileSync(
        file,
        stringify({
          encryptionsalt: salt,
          config: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
        }),
        { mode: 0o600 },
      );
      for (const [key, value] of all.flatMap(([key, value]) => (isSecret(value) ? [[key, value.secret] as const] : [])))
        // Pulumi cannot encrypt a map as a whole, so encrypt its values one by one.
        for (const [path, secret] of typeof value === "string" ? [[key, value]] : pathsOf(key, value))
          await inProject("config", "set", "--stack", name, "--path", "--secret", `${project}:${path}`, secret);
      return file;
    },
    async pulumi(command, more = {}, ...options) {
      const config = await stack.writeSettings(more);
      return run("pulumi", [command, "--non-interactive", "--stack", name, "--config-file", config, ...options], {
        cwd: program,
        env: { ...given, ...stack.variables },
      });
    },
    up: (more = {}, ...options) => stack.pulumi("up", more, "--yes", "--skip-preview", ...options),
    failedUp: async (more = {}) =>
      failedUpdate(name, await stack.writeSettings(more), { cwd: program, env: { ...given, ...stack.variables } }),
    preview: (more = {}, ...options) => stack.pulumi("preview", more, ...options),
    outputs: async () =>
      JSON.parse(await inProject("stack", "output", "--json", "--show-secrets", "--stack", name)) as Record<
        string,
        string
      >,
    state: () => inProject("stack", "export", "--stack", name),
    async remove() {
      await stack.pulumi("destroy", {}, "--yes", "--skip-preview", "--continue-on-error");
      await inProject("stack", "rm", "--yes", "--stack", name);
      rmSync(folder, { recursive: true });
    },
  };
  return stack;
}
