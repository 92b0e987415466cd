/** The schema of the Pulumi package, from the declarations of the components and their arguments. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { docComment } from "./docComment.ts";
import type { PackageSpec, ResourceSpec } from "./schemaSpecs.ts";
import { typeSpecs, type TypeSpecs } from "./typeSpecs.ts";

export const packageName = "tarmac";

/** Sources of the components. The last one refers to types of the others. */
export const componentFiles = (checkout: string): string[] => [
  ...globSync("components/*.ts", { cwd: checkout }).toSorted(),
  "settings/service/nodeService.ts",
];

/**
 * Returns the schema of the components in these files of the checkout.
 * @throws Error naming an argument or output whose type the schema cannot state
 */
export function packageSchema(checkout: string, files = componentFiles(checkout)): PackageSpec {
  const program = compile(checkout, files);
  const checker = program.getTypeChecker();
  const own = program.getSourceFiles().filter(({ fileName }) => !fileName.includes("/node_modules/"));
  const specs = typeSpecs(packageName, checker, own);
  const classes = files.flatMap((file) => {
    const source = program.getSourceFile(join(checkout, file));
    if (source === undefined) throw new Error(`${file} does not exist`);
    return source.statements.filter(ts.isClassDeclaration);
  });
  const resources = classes.flatMap((declaration) => {
    const token = tokenOf(declaration);
    return token === undefined ? [] : [[token, componentOf(declaration, checker, specs)] as const];
  });
  const { version, description, license } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as {
    version: string;
    description: string;
    license: string;
  };
  return {
    name: packageName,
    version,
    displayName: packageName,
    description,
    license,
    language: {
      ...Object.fromEntries(
        ["nodejs", "python", "go", "csharp", "java"].map((language) => [language, { respectSchemaVersion: true }]),
      ),
      // Without it, the Go package lacks the argument type of objects that appear only in a plain list, and does not compile.
      go: { respectSchemaVersion: true, generateExtraInputTypes: true },
    },
    types: sorted(specs.types),
    resources: sorted(Object.fromEntries(resources)),
  };
}

function compile(checkout: string, files: readonly string[]): ts.Program {
  const { config } = ts.readConfigFile(join(checkout, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, checkout);
  const rest = { incremental: false, tsBuildInfoFile: undefined };
  return ts.createProgram(
    files.map((file) => join(checkout, file)),
    { ...options, ...rest },
  );
}

/** The token that a component registers with; `undefined` for a class that is no component. */
function tokenOf(declaration: ts.ClassDeclaration): string | undefined {
  let token: string | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) {
      const [first] = node.arguments;
      if (first !== undefined && ts.isStringLiteral(first)) token = first.text;
    }
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return token;
}

function componentOf(declaration: ts.ClassDeclaration, checker: ts.TypeChecker, specs: TypeSpecs): ResourceSpec {
  const name = declaration.name?.text ?? "";
  const constructor = declaration.members.find(ts.isConstructorDeclaration);
  const [, args] = constructor?.parameters ?? [];
  if (args === undefined) throw new Error(`${name} has no constructor (name, args, opts)`);
  const { properties: inputProperties, required: requiredInputs } = specs.propertiesOf(
    checker.getNonNullableType(checker.getTypeAtLocation(args)),
    name,
    "input",
  );
  const own = declaration.members.filter(ts.isPropertyDeclaration).flatMap((member) => {
    const symbol = checker.getSymbolAtLocation(member.name);
    const isPrivate =
      ts.isPrivateIdentifier(member.name) || ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private;
    return symbol === undefined || isPrivate ? [] : [symbol];
  });
  const outputs = specs.propertiesOf({ getProperties: () => own } as unknown as ts.Type, name, "output");
  const { description } = docComment(declaration.name && checker.getSymbolAtLocation(declaration.name), checker);
  return {
    isComponent: true,
    ...(description !== undefined && { description: description.split("\n\nUse `transforms`")[0] }),
    inputProperties,
    ...(requiredInputs.length > 0 && { requiredInputs }),
    properties: outputs.properties,
    ...(outputs.required.length > 0 && { required: outputs.required }),
  };
}

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
