import { readFileSync } from "node:fs";
import { Converter, ReflectionKind } from "typedoc";

const { exports } = JSON.parse(readFileSync(new URL("components/package.json", import.meta.url), "utf8"));

/** Functions and constants serve the settings and the commands: who composes components needs classes and their arguments. */
const withoutFunctions = (app) =>
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const one of project.getReflectionsByKind(ReflectionKind.Function | ReflectionKind.Variable))
      project.removeReflection(one);
  });

/**
 * `npm run api-docs`: the reference of the components' arguments and outputs, as Markdown in api/. Modules are those that the
 * package offers. An argument without a description fails.
 * @type {Partial<import("typedoc").TypeDocOptions>}
 */
export default {
  name: "@tarmac/components",
  plugin: ["typedoc-plugin-markdown", withoutFunctions],
  // The components, and the files that hold arguments of theirs: other modules serve the settings and commands.
  entryPoints: Object.values(exports)
    .filter((file) => /^\.\/[^/]+$|Args\.ts$|\/(?:nodePools|apiServerAccess|upgrades|clusterRanges)\.ts$/.test(file))
    .map((file) => `components/${file.slice(2)}`),
  out: "api",
  readme: "none",
  excludeExternals: true,
  excludePrivate: true,
  excludeProtected: true,
  excludeInternal: true,
  disableSources: true,
  // `npm run typecheck` does that.
  skipErrorChecking: true,
  hidePageHeader: true,
  validation: { notDocumented: true, invalidLink: true, notExported: false },
  requiredToBeDocumented: ["Class", "Property"],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
};
