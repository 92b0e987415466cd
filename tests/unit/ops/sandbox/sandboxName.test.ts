import fc from "fast-check";
import { sandboxStack } from "../../../../ops/sandbox/sandboxName.ts";
import { dnsLabelProblem } from "../../../../validate/kubernetesNames.ts";

test.each([
  ["feature/42", "sandbox-feature-42"],
  ["Feature/Add_Käse!", "sandbox-feature-add-k-se"],
  ["refs/heads/main", "sandbox-main"],
  ["jo", "sandbox-jo"],
  ["sandbox-jo", "sandbox-jo"],
  ["--x--", "sandbox-x"],
])("%s is the sandbox %s", (name, stack) => {
  expect(sandboxStack(name)).toBe(stack);
});

test("long names are shortened and stay distinct", () => {
  const [one, other] = ["one", "other"].map((end) => sandboxStack(`feature/${"very-long-".repeat(8)}${end}`));
  expect(one).not.toBe(other);
  expect(one).toMatch(/^sandbox-feature-very-long-.*-[0-9a-f]{6}$/);
});

test("a name without letters and digits is refused", () => {
  expect(() => sandboxStack("///")).toThrow(
    '"///" cannot name a sandbox: use letters and digits, e.g. the branch\'s name "feature/42"',
  );
});

test("for any branch, the stack has a valid namespace name, and always the same", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (name) => {
      fc.pre(/[a-z0-9]/i.test(name.replace(/^refs\/heads\//i, "")));
      fc.pre(!/^(refs\/heads\/)?sandbox-[^a-z0-9]*$/i.test(name));
      const stack = sandboxStack(name);
      expect(dnsLabelProblem(stack)).toBeUndefined();
      expect(stack.length).toBeLessThanOrEqual(48);
      expect(sandboxStack(stack)).toBe(stack);
      expect(sandboxStack(name)).toBe(stack);
    }),
  );
});
