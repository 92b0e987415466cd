import fc from "fast-check";
import {
  labelValue,
  hasNodeResourceGroup,
  nodeResourceGroup,
  resourceGroupName,
  shortened,
} from "../../../../components/azure/derivedNames.ts";
import { appNameProblem } from "../../../../validate/kubernetesNames.ts";

const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
const appName = fc
  .string({ unit: fc.constantFrom(...letters, "-"), minLength: 1, maxLength: 30 })
  .filter((name) => appNameProblem(name) === undefined);
/** Names that Pulumi accepts for a stack. */
const stack = fc.string({
  unit: fc.constantFrom(...letters, ...letters.toUpperCase(), ..."_.-"),
  minLength: 1,
  maxLength: 100,
});
const region = fc.constantFrom("westeurope", "uksouth", "germanywestcentral", undefined);
const suffix = "1a2b3c4d";

describe("a name that is shortened", () => {
  test("is unchanged if it fits", () => {
    expect(shortened("hello-staging", 13)).toBe("hello-staging");
    expect(shortened("hello-staging", 12)).toBe("hello-e556ae");
  });

  test("stays the same, fits, and ends in a letter or digit", () => {
    fc.assert(
      fc.property(stack, fc.integer({ min: 8, max: 90 }), (name, longest) => {
        const short = shortened(name, longest);
        expect(short.length).toBeLessThanOrEqual(longest);
        expect(shortened(name, longest)).toBe(short);
        if (short !== name) expect(short).toMatch(/-[0-9a-f]{6}$/);
      }),
    );
  });

  test("differs for different names, even if only the end differs", () => {
    const long = "x".repeat(80);
    fc.assert(
      fc.property(stack, stack, (a, b) => {
        fc.pre(a !== b);
        expect(shortened(long + a, 40)).not.toBe(shortened(long + b, 40));
      }),
    );
  });
});

describe("the resource group", () => {
  test("is named after the app and the stack", () => {
    expect(resourceGroupName("hello", "prod")).toBe("hello-prod");
  });

  test("has a name that Azure accepts, whatever the app and the stack are called", () => {
    fc.assert(
      fc.property(appName, stack, (app, stack) => {
        // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources
        expect(`${resourceGroupName(app, stack)}${suffix}`).toMatch(/^[A-Za-z0-9_.()-]{1,90}$/);
      }),
    );
  });
});

describe("the resource group of the nodes", () => {
  test("keeps AKS's default name if that is short enough", () => {
    expect(nodeResourceGroup(`hello-prod${suffix}`, "hello", "westeurope")).toBeUndefined();
  });

  test("gets a name of its own if AKS would refuse the default", () => {
    const group = `hello-sandbox-feature-with-a-long-name${suffix}`;
    expect(nodeResourceGroup(group, "hello", "westeurope")).toBe(`MC_${group}_hello`);
  });

  test("is decided before the group has its suffix", () => {
    expect(hasNodeResourceGroup("hello", "prod", "westeurope")).toBe(false);
    expect(hasNodeResourceGroup("hello", "sandbox-feature-with-a-long-name", "westeurope")).toBe(true);
    fc.assert(
      fc.property(appName, stack, fc.constantFrom("westus", "germanywestcentral"), (app, name, location) => {
        const set = nodeResourceGroup(`${resourceGroupName(app, name)}${suffix}`, app, location) !== undefined;
        expect(hasNodeResourceGroup(app, name, location)).toBe(set);
      }),
    );
  });

  test("is at most 63 characters long and starts like AKS's default, whatever the group and the cluster are called", () => {
    fc.assert(
      fc.property(appName, stack, region, (app, stack, location) => {
        const group = `${resourceGroupName(app, stack)}${suffix}`;
        const name = nodeResourceGroup(group, app, location) ?? `MC_${group}_${app}${suffix}_${location ?? "westus"}`;
        expect(name).toMatch(/^MC_[A-Za-z0-9_.-]{1,60}$/);
      }),
    );
  });

  test("differs between stacks and between clusters", () => {
    fc.assert(
      fc.property(appName, appName, stack, stack, (app, other, a, b) => {
        const [long, short] = [`${resourceGroupName(app, a)}${suffix}`, `${resourceGroupName(app, b)}00000000`];
        const names = [nodeResourceGroup(long, app), nodeResourceGroup(short, app), nodeResourceGroup(long, other)];
        fc.pre(a !== b && app !== other && !names.includes(undefined));
        expect(new Set(names).size).toBe(3);
      }),
    );
  });
});

test("a label value is one that Kubernetes accepts, and the stack's name if possible", () => {
  fc.assert(
    fc.property(stack, (name) => {
      const allowed = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
      expect(labelValue(name)).toMatch(allowed);
      if (allowed.test(name)) expect(labelValue(name)).toBe(name);
    }),
  );
});
