import { evaluate } from "../../../../local/azure/templateExpressions.ts";

const resource = { id: "/a", location: "westeurope", properties: { a: { b: 1, list: [1] }, c: 2 } };
const values = {
  parameters: { change: { a: { b: 3, list: [2] }, d: 4 } },
  reference: (id: string, apiVersion: string) => ({ ...resource, id, apiVersion }),
};

test.each([
  ["plain text", "plain text"],
  ["[[not an expression]", "[not an expression]"],
  ["[reference('/x', '2026-03-01', 'Full').location]", "westeurope"],
  ["[reference('/x', '2026-03-01').a.b]", 1],
  ["[reference('/x', '2026-03-01', 'Full').apiVersion]", "2026-03-01"],
  ["[parameters('change').d]", 4],
  ["[union(reference('/x', '1'), parameters('change'))]", { a: { b: 3, list: [2] }, c: 2, d: 4 }],
])("%s", (text, expected) => {
  expect(evaluate({ inner: [text] }, values)).toEqual({ inner: [expected] });
});

test.each([
  ["[concat('a', 'b')]", "The template function 'concat' is not simulated."],
  ["[parameters('none')]", "The template parameter 'none' is not found."],
  [
    "[parameters('change').none]",
    "The language expression property 'none' doesn't exist, available properties are 'a, d'.",
  ],
  ["[union(]", "Unable to parse language expression 'union('."],
  ["[parameters('change') more]", "Unable to parse language expression 'parameters('change') more'."],
])("%s is refused", (text, reason) => {
  expect(() => evaluate(text, values)).toThrow(`Deployment template validation failed: '${reason}'.`);
});
