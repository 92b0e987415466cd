import { withCompiledNames } from "../../../../tools/packing/compile.ts";

it.each([
  ['import { a } from "./a.ts";', 'import { a } from "./a.js";'],
  [
    'import type { A } from "../b/a.ts";\nexport * from "./c.ts";',
    'import type { A } from "../b/a.js";\nexport * from "./c.js";',
  ],
  ['export declare const a: import("./a.ts").A;', 'export declare const a: import("./a.js").A;'],
  ['const { a } = await import("./a.ts");', 'const { a } = await import("./a.js");'],
])("resolves %j to the compiled files", (text, expected) => {
  expect(withCompiledNames(text)).toBe(expected);
});

it.each([
  ['import { a } from "./a.js";'],
  ['import { a } from "@tarmac/validate/names";'],
  ['import type { A } from "./a.d.ts";'],
  ['const text = "./a.ts";'],
])("keeps %j", (text) => {
  expect(withCompiledNames(text)).toBe(text);
});
